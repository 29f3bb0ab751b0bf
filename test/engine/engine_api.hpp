#pragma once

#include <map>
#include <string>
#include <vector>

#include "test/support/fake_api_server.hpp"
#include "test/support/wait_for.hpp"

namespace reconcile::test {

/// One request that writes.
struct Write {
  std::string method;
  std::string path;  ///< without the query
  std::string body;
};

/// An API server that serves the kinds of Flux's API and takes every write with 200, noting it.
class EngineApi {
  Watched<std::vector<Write>> writes_;
  Watched<std::map<std::string, int>> refused_;

 public:
  explicit EngineApi(io::Executor& executor);

  /// Writes to paths that end with `path` are answered with `code` from now on; 0 ends that.
  void refuse(const std::string& path, int code);
  [[nodiscard]] std::vector<Write> writes() const { return writes_.get(); }
  /// Those to paths that end with `path`.
  [[nodiscard]] std::vector<Write> writes_to(const std::string& path) const;
  /// Waits until so many were made to that path.
  bool wait_writes(const std::string& path, std::size_t count) const;

  /// What it answers; absent where FakeApiServer shall.
  std::optional<io::ServerResponse> answer(const io::ServerRequest& request);

  FakeApiServer server;
};

}  // namespace reconcile::test
