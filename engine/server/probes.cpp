#include "engine/server/probes.hpp"

#include <utility>

namespace reconcile::engine {
namespace {

io::HttpServerOptions server_options(const std::string& address, std::uint16_t port) {
  io::HttpServerOptions options;
  options.address = address;
  options.port = port;
  options.body_bytes_max = 1U << 10U;
  return options;
}

io::ServerResponse text_response(int status, std::string body) {
  io::ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

}  // namespace

ProbeServer::ProbeServer(io::Executor& executor, const io::Metrics& metrics,
                         std::function<bool()> is_ready, const std::string& address,
                         std::uint16_t port)
    : server_(executor, server_options(address, port)) {
  server_.route("GET", "/healthz", [](const io::ServerRequest&, const io::Reply& reply) {
    reply(text_response(200, "ok\n"));
  });
  server_.route("GET", "/readyz",
                [is_ready = std::move(is_ready)](const io::ServerRequest&, const io::Reply& reply) {
                  const bool ready = is_ready();
                  reply(text_response(ready ? 200 : 503, ready ? "ok\n" : "not ready\n"));
                });
  server_.route("GET", "/metrics", [&metrics](const io::ServerRequest&, const io::Reply& reply) {
    reply(text_response(200, metrics.expose()));
  });
  server_.start();
}

}  // namespace reconcile::engine
