#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "test/support/loopback_listener.hpp"

namespace reconcile::test {

/// One request that an HttpsServer took.
struct HttpsRequest {
  std::string method;
  std::string target;  ///< path and query as they were sent
  std::string body;
};

/// HTTP/1.1 over TLS on the loopback, for what an API server calls: webhooks and aggregated APIs.
/// Each connection has a thread of its own.
class HttpsServer {
 public:
  /// Status and JSON; called on the connection's thread, from several at once.
  using Answer = std::function<std::pair<int, std::string>(const HttpsRequest&)>;

  explicit HttpsServer(Answer answer);
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  [[nodiscard]] int port() const noexcept { return listener_.port; }
  /// "https://localhost:PORT" and `path`.
  [[nodiscard]] std::string url(const std::string& path) const;
  /// The certificate that it is known by, in base64 of PEM: a `caBundle`.
  [[nodiscard]] const std::string& ca_bundle() const noexcept { return ca_bundle_; }
  /// While it is away, connections are closed at once, those that are open too.
  void set_away(bool away);

 private:
  struct Connection {
    int socket = -1;
    std::atomic<bool> done{false};
    std::thread thread;
  };
  void serve();
  void talk(Connection& connection);
  void end_connections(bool all);

  Answer answer_;
  std::string ca_bundle_;
  void* context_ = nullptr;  ///< SSL_CTX
  LoopbackListener listener_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> away_{false};
  std::mutex mutex_;
  std::list<Connection> connections_;
  std::thread thread_;
};

}  // namespace reconcile::test
