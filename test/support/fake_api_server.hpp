#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "reconcile/io/http_server.hpp"
#include "reconcile/kube/config.hpp"

namespace reconcile::test {

/// Kubernetes as far as the client needs it: ConfigMaps ("v1", namespaced) with aggregated
/// discovery, list in pages, watch with history, get, server-side apply (whole replacement) and
/// delete. A script can answer a request instead. Every member may be called from any thread.
class FakeApiServer {
 public:
  explicit FakeApiServer(io::Executor& executor);
  ~FakeApiServer();
  FakeApiServer(const FakeApiServer&) = delete;
  FakeApiServer& operator=(const FakeApiServer&) = delete;

  /// How to reach it, with the bearer token "fake".
  [[nodiscard]] kube::ClusterConfig config() const;
  /// Creates or changes "default/name" with one data entry; watches hear of it. Answers its
  /// version.
  std::uint64_t put(const std::string& name, const std::string& value);
  void remove(const std::string& name);
  /// Sends a bookmark with the present version to every watch.
  void bookmark();
  /// Sends `line` to every watch as it is.
  void send_raw(const std::string& line);
  /// Closes every watch: in the middle, or well.
  void cut_watches();
  void end_watches();
  /// Forgets the history: watches from older versions are answered 410.
  void compact();
  /// Sets the version counter, as a restored etcd does.
  void set_version(std::uint64_t version);

  /// May answer a request itself by returning a response; asked first, on the loop.
  using Script = std::function<std::optional<io::ServerResponse>(const io::ServerRequest&)>;
  void set_script(Script script);

  /// "GET /api/v1/configmaps?limit=500…" of every request so far.
  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] std::size_t watches() const;
  /// Waits until that many watches are open.
  bool wait_watches(std::size_t count) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
  io::HttpServer server_;
};

}  // namespace reconcile::test
