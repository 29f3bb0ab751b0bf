#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "reconcile/io/executor.hpp"
#include "reconcile/io/http_server.hpp"
#include "reconcile/io/metrics.hpp"

namespace reconcile::engine {

/// The agent's HTTP answers for kubelet and Prometheus: /healthz, /readyz, /metrics.
class ProbeServer {
 public:
  /// `executor` and `metrics` must outlive the server; `is_ready` is asked on the loop.
  /// Throws Error(unavailable) naming address and port where it cannot listen.
  ProbeServer(io::Executor& executor, const io::Metrics& metrics, std::function<bool()> is_ready,
              const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const noexcept { return server_.port(); }
  void stop() { server_.stop(); }

 private:
  io::HttpServer server_;
};

}  // namespace reconcile::engine
