#include "reconcile/io/http_server.hpp"

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <map>
#include <vector>

#include "base/io/http_connection.hpp"
#include "base/io/loop.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::io {
using boost::asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds accept_retry{100};

enum class Match { exact, prefix };

struct Route {
  std::string method;
  std::string path;
  Match match = Match::exact;
  HttpHandler handler;

  [[nodiscard]] bool covers(std::string_view p) const {
    return match == Match::exact ? p == path : p.starts_with(path);
  }
};

ServerResponse text_answer(int status, std::string text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::move(text),
          .stream = {}};
}

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(Executor& e, HttpServerOptions o)
      : executor(e), options(std::move(o)), acceptor(loop_context(e)) {}

  void listen() {
    try {
      const tcp::endpoint endpoint(boost::asio::ip::make_address(options.address), options.port);
      acceptor.open(endpoint.protocol());
      acceptor.set_option(tcp::acceptor::reuse_address(true));
      if (endpoint.address().is_v6()) acceptor.set_option(boost::asio::ip::v6_only(false));
      acceptor.bind(endpoint);
      acceptor.listen();
      port = acceptor.local_endpoint().port();
    } catch (const boost::system::system_error& error) {
      throw model::Error(model::ErrorCode::unavailable, "listening on " + options.address + ":" +
                                                            std::to_string(options.port) + ": " +
                                                            error.code().message());
    }
  }

  void accept() {
    acceptor.async_accept(
        [self = shared_from_this()](const boost::system::error_code& error, tcp::socket socket) {
          if (self->stopped) return;
          if (error) {
            // Out of descriptors, most likely: look again later instead of spinning.
            log().warning("Accepting a connection failed", {{"err", error.message()}});
            self->executor.schedule_after(accept_retry, [self] {
              if (!self->stopped) self->accept();
            });
            return;
          }
          self->admit(std::move(socket));
          self->accept();
        });
  }

  /// Ends the connection that has waited longest for its whole request: who sends slowly, or not at
  /// all, must not keep others out. False where every connection is being answered.
  bool make_room() {
    std::shared_ptr<HttpConnection> oldest;
    for (const auto& [key, weak] : connections) {
      const auto connection = weak.lock();
      if (!connection || !connection->waits_since()) continue;
      if (!oldest || *connection->waits_since() < *oldest->waits_since()) oldest = connection;
    }
    if (oldest) oldest->close();
    return oldest != nullptr;
  }

  void admit(tcp::socket socket) {
    if (connections.size() >= options.connections_max && !make_room()) return;
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const std::weak_ptr<Impl> weak = weak_from_this();
    auto connection = std::make_shared<HttpConnection>(
        executor, std::move(socket), options, ports, [weak](HttpConnection* gone) {
          const auto self = weak.lock();
          if (!self) return;
          self->connections.erase(gone);
          self->connection_count = self->connections.size();
        });
    connections.emplace(connection.get(), connection);
    connection_count = connections.size();
    connection->start();
  }

  void connect_ports() {
    ports->dispatch = [weak = weak_from_this()](ServerRequest request, const Reply& reply) {
      if (const auto self = weak.lock()) self->dispatch(std::move(request), reply);
    };
  }

  void dispatch(ServerRequest request, const Reply& reply) {
    const Route* best = nullptr;
    bool other_method = false;
    for (const Route& route : routes) {
      if (!route.covers(request.path)) continue;
      if (!route.method.empty() && route.method != request.method) {
        other_method = true;
        continue;
      }
      const bool better = best == nullptr || route.match == Match::exact ||
                          (best->match == Match::prefix && route.path.size() > best->path.size());
      if (better) best = &route;
      if (route.match == Match::exact) break;
    }
    if (best == nullptr) {
      reply(other_method ? text_answer(405, "method not allowed\n")
                         : text_answer(404, "not found\n"));
      return;
    }
    try {
      best->handler(std::move(request), reply);
    } catch (const std::exception& error) {
      log().error("A request handler ended by an exception", {{"err", error.what()}});
      reply(text_answer(500, "internal error\n"));
    }
  }

  void drop() {
    const auto open = connections;
    for (const auto& [key, weak] : open) {
      if (const auto connection = weak.lock()) connection->close();
    }
  }

  Executor& executor;
  const HttpServerOptions options;
  tcp::acceptor acceptor;
  std::vector<Route> routes;
  const std::shared_ptr<ConnectionPorts> ports = std::make_shared<ConnectionPorts>();
  std::map<HttpConnection*, std::weak_ptr<HttpConnection>> connections;
  std::atomic<std::size_t> connection_count{0};
  std::atomic<std::uint16_t> port{0};
  bool stopped = false;
};

HttpServer::HttpServer(Executor& executor, HttpServerOptions options)
    : impl_(std::make_shared<Impl>(executor, std::move(options))) {
  impl_->connect_ports();
}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::route(std::string method, std::string path, HttpHandler handler) {
  impl_->routes.push_back({std::move(method), std::move(path), Match::exact, std::move(handler)});
}

void HttpServer::route_prefix(std::string method, std::string prefix, HttpHandler handler) {
  impl_->routes.push_back(
      {std::move(method), std::move(prefix), Match::prefix, std::move(handler)});
}

void HttpServer::set_admission(HttpAdmission admission) {
  impl_->ports->admission = std::move(admission);
}

void HttpServer::set_refusal_listener(HttpRefusal listener) {
  impl_->ports->on_refusal = std::move(listener);
}

void HttpServer::start() {
  impl_->listen();
  impl_->executor.post_loop([impl = impl_] { impl->accept(); });
}

std::uint16_t HttpServer::port() const noexcept {
  return impl_->port;
}

std::size_t HttpServer::connections() const noexcept {
  return impl_->connection_count;
}

void HttpServer::drop_connections() {
  run_on_loop_and_wait(impl_->executor, [this] { impl_->drop(); });
}

void HttpServer::stop() {
  run_on_loop_and_wait(impl_->executor, [this] {
    if (std::exchange(impl_->stopped, true)) return;
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->drop();
  });
}

}  // namespace reconcile::io
