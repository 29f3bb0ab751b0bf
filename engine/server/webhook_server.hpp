#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/server/webhook_table.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/io/http_server.hpp"
#include "reconcile/io/metrics.hpp"

namespace reconcile::engine {

struct WebhookServerOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 9292;  ///< as notification-controller's; 0 = any free one
  std::size_t connections_max = 512;
  std::chrono::milliseconds request_timeout{10'000};  ///< for the header, and for the body
};

/// Takes webhooks: POST /hook/<digest>. Answers 404 where nobody has the path, 405 for another
/// method, 503 where the receiver rests, 400 where the delivery is not valid, 413 above 3 MiB, 500
/// where not everything could be triggered, else 200; without a word why. Path, method and length
/// are judged before the body is read.
class WebhookServer {
 public:
  /// `executor` and `metrics` must outlive the server. Throws Error(unavailable) naming address and
  /// port where it cannot listen.
  WebhookServer(io::Executor& executor, io::Metrics& metrics,
                std::shared_ptr<const WebhookTable> table,
                const WebhookServerOptions& options = {});
  /// As `stop`.
  ~WebhookServer();
  WebhookServer(const WebhookServer&) = delete;
  WebhookServer& operator=(const WebhookServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }
  void stop() { server_.stop(); }

 private:
  struct Judge;
  std::shared_ptr<Judge> judge_;  ///< kept by requests that are under way, too
  io::HttpServer server_;
};

}  // namespace reconcile::engine
