#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "test/support/tls_server.hpp"

namespace reconcile::test {

/// A request on its way to the API server.
struct ApiCall {
  std::string method;
  std::string target;  ///< path and query
  std::string token;   ///< of the bearer; empty where there is none
  std::string client;  ///< common name of the client's certificate; empty where there is none
  [[nodiscard]] bool is_watch() const { return target.find("watch=1") != std::string::npos; }
  /// A list of objects, or of what is served.
  [[nodiscard]] bool is_list() const;
  [[nodiscard]] bool is_lease() const { return target.find("/leases") != std::string::npos; }
};

/// What becomes of a request. The members apply together; a value-initialised one passes on.
struct Treatment {
  int status = 0;       ///< answered so without asking the API server; 0: passed on
  std::string headers;  ///< of that answer, each with its line break
  std::string body;     ///< of that answer
  /// Breaks off after so many bytes of the body, which was promised whole.
  std::optional<std::size_t> cut_after = {};
  /// The body comes in pieces of this size with a pause between them; 0: at once.
  std::size_t piece_bytes = 0;
  std::chrono::milliseconds piece_pause{2};
  /// Watches: bookmarks are kept back.
  bool drops_bookmarks = false;
  /// Watches: this line is sent first, and the watch ends behind it.
  std::string only_event = {};
};

/// A TLS server in front of the API server that a test rules: HTTP/1.1, a request at a time on a
/// connection. It counts what is asked of it, answered or not.
class ApiProxy {
 public:
  using Rule = std::function<Treatment(const ApiCall&)>;

  /// `target` is the API server's port.
  ApiProxy(std::uint16_t target, TestCertificate certificate);
  ~ApiProxy();
  ApiProxy(const ApiProxy&) = delete;
  ApiProxy& operator=(const ApiProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Asked for each request from now on, from any thread; empty: everything is passed on.
  void set_rule(Rule rule);
  /// Shown to connections from now on.
  void set_certificate(TestCertificate certificate);
  /// Breaks every open connection off.
  void cut();

  /// Requests since the start or the last `forget`, and connections that the client gave up before
  /// it asked anything.
  [[nodiscard]] std::size_t requests() const;
  [[nodiscard]] std::size_t refused_connections() const;
  /// Requests and given up connections in the busiest second; Leases are left out.
  [[nodiscard]] std::size_t busiest_second() const;
  void forget();

 private:
  struct Link;
  void serve();
  void talk(Link& link);
  bool exchange(Link& link, const std::string& request);
  void note(bool counts);

  const std::uint16_t target_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  mutable std::mutex mutex_;
  Rule rule_;
  TestCertificate certificate_;
  std::list<std::unique_ptr<Link>> links_;
  std::map<std::int64_t, std::size_t> by_second_;
  std::size_t requests_ = 0;
  std::size_t refused_connections_ = 0;
  std::thread thread_;
};

}  // namespace reconcile::test
