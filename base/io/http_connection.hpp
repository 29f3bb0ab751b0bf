#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "reconcile/io/http_server.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::io {

/// What the connections of one server share. Used on the loop only; outlives every connection.
struct ConnectionPorts {
  std::function<void(ServerRequest, Reply)> dispatch;
  HttpAdmission admission;     ///< may be empty
  HttpRefusal on_refusal;      ///< may be empty
  std::size_t body_bytes = 0;  ///< of all requests, being read or answered
};

/// One accepted connection: reads a request, waits for its answer, writes it, reads the next. All
/// on the loop thread; it lives as long as an operation or an open answer holds it.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Gone = std::function<void(HttpConnection*)>;

  HttpConnection(Executor& executor, boost::asio::ip::tcp::socket socket,
                 const HttpServerOptions& options, std::shared_ptr<ConnectionPorts> ports,
                 Gone gone);
  ~HttpConnection();

  void start() { read_request(); }
  void close();
  /// Since when it waits for a whole request; absent while one is being answered.
  [[nodiscard]] std::optional<model::SteadyTime> waits_since() const noexcept {
    return waits_since_;
  }

  /// The answer to request number `turn`; later ones for the same request are ignored.
  void answer(std::uint64_t turn, ServerResponse response);
  void write_chunk(std::string chunk);
  void finish_stream();

 private:
  using EmptyResponse = boost::beast::http::response<boost::beast::http::empty_body>;

  void read_request();
  void on_head(const boost::beast::error_code& error);
  void invite_body();
  void read_body();
  void on_body_piece(const boost::beast::error_code& error);
  void on_request();
  void on_bad_request(const boost::beast::error_code& error);
  bool read_head();
  void count_body(std::size_t bytes);
  void refuse(int status, const std::string& text);
  void write_whole(ServerResponse response);
  void write_stream(ServerResponse response);
  void watch_for_close();
  void pump();
  void after_answer(bool keep);
  void linger();

  Executor& executor_;
  boost::beast::tcp_stream stream_;
  const HttpServerOptions options_;
  const std::shared_ptr<ConnectionPorts> ports_;
  Gone gone_;
  std::string peer_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  ServerRequest request_;
  std::size_t body_bytes_ = 0;  ///< counted for the running request
  std::optional<model::SteadyTime> waits_since_;
  std::size_t lingered_bytes_ = 0;
  std::uint64_t turn_ = 0;
  bool answered_ = false;
  bool keep_alive_ = false;
  bool is_head_ = false;
  bool closed_ = false;
  Timer answer_timer_;
  boost::beast::http::response<boost::beast::http::string_body> whole_;
  std::unique_ptr<EmptyResponse> stream_header_;
  std::unique_ptr<boost::beast::http::response_serializer<boost::beast::http::empty_body>>
      stream_serializer_;
  std::shared_ptr<BodyStream::State> body_;
  std::deque<std::string> chunks_;
  std::string writing_chunk_;
  bool chunk_under_way_ = false;
  bool stream_finished_ = false;
};

/// What a BodyStream shares with its connection.
struct BodyStream::State {
  ~State();
  Executor* executor = nullptr;
  std::weak_ptr<HttpConnection> connection;
  std::atomic<std::size_t> queued_bytes{0};
  std::atomic<bool> closed{false};
};

}  // namespace reconcile::io
