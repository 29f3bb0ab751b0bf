#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "reconcile/io/executor.hpp"
#include "reconcile/io/http_message.hpp"

namespace reconcile::io {

struct HttpServerOptions {
  std::string address = "0.0.0.0";
  /// 0 = any free port; `HttpServer::port` tells which.
  std::uint16_t port = 0;
  /// One more takes the place of the one that has waited longest for its whole request; where none
  /// waits, it is closed at once.
  std::size_t connections_max = 256;
  std::size_t header_bytes_max = 16U << 10U;
  /// More is answered 413, before the body is read where Content-Length says so.
  std::size_t body_bytes_max = 4U << 20U;
  std::size_t bodies_bytes_max = 64U << 20U;         ///< of all requests at a time; above it: 503
  std::chrono::milliseconds header_timeout{10'000};  ///< for header and body of one request
  std::chrono::milliseconds idle_timeout{60'000};    ///< between requests of one connection
  std::chrono::milliseconds answer_timeout{60'000};  ///< for the handler; then 503
};

/// One request, whole.
struct ServerRequest {
  std::string method;
  std::string target;  ///< path and query as they were sent
  std::string path;    ///< percent-decoded; requests with "..", NUL or bad escapes are answered 400
  std::string query;   ///< raw text behind "?", empty where absent
  HttpHeaders headers;
  std::string body;
  std::string peer;  ///< address of the other side, without port

  /// Decoded value of a query parameter; absent where not given.
  [[nodiscard]] std::optional<std::string> query_value(std::string_view name) const;
};

/// Writes an answer's body piece by piece. Copies share it; dropping the last one finishes the
/// body. Every member from any thread.
class BodyStream {
 public:
  /// Queues `chunk`. Answers false where the connection is gone or `queued_bytes_max` (4 MiB) wait.
  bool write(std::string chunk);
  /// Ends the body well.
  void finish();
  /// Closes the connection in the middle of the body.
  void abort();

  struct State;
  explicit BodyStream(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

struct ServerResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
  /// If set, the body is chunked and written through the stream, which is handed over here, on the
  /// loop, once the header has been sent.
  std::function<void(BodyStream)> stream;
};

/// Answers one request: to be called once, from any thread. A handler that drops it unanswered
/// answers 500.
using Reply = std::function<void(ServerResponse)>;
/// Called on the loop thread: must not block.
using HttpHandler = std::function<void(ServerRequest, Reply)>;
/// Judges a request by its head, before its body is read: an answer refuses it and ends the
/// connection. Called on the loop thread.
using HttpAdmission = std::function<std::optional<ServerResponse>(const ServerRequest& head)>;
/// Hears the status of each request that the server refuses by itself (400, 413, 431, 503).
using HttpRefusal = std::function<void(int status)>;

/// Incoming HTTP/1.1 for webhooks, metrics and health. Plain HTTP; TLS ends in front of it.
class HttpServer {
 public:
  /// `executor` must outlive the server.
  explicit HttpServer(Executor& executor, HttpServerOptions options = {});
  /// As `stop`.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Routes are set before `start`. An exact path wins over prefixes, a longer prefix over a
  /// shorter one; `method` empty takes every method. No route: 404; another method only: 405.
  void route(std::string method, std::string path, HttpHandler handler);
  void route_prefix(std::string method, std::string prefix, HttpHandler handler);

  /// Both before `start`.
  void set_admission(HttpAdmission admission);
  void set_refusal_listener(HttpRefusal listener);

  /// Binds and listens. Throws Error(unavailable) naming address and port.
  void start();
  /// The bound port; 0 before `start`.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Closes the listener and every connection; no handler is called afterwards. Not on the loop.
  void stop();
  /// Closes every connection but goes on listening: what a restarting peer looks like.
  void drop_connections();
  [[nodiscard]] std::size_t connections() const noexcept;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace reconcile::io
