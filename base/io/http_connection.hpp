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

namespace reconcile::io {

/// One accepted connection: reads a request, waits for its answer, writes it, reads the next. All
/// on the loop thread; it lives as long as an operation or an open answer holds it.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Dispatch = std::function<void(ServerRequest, Reply)>;
  using Gone = std::function<void(HttpConnection*)>;

  HttpConnection(Executor& executor, boost::asio::ip::tcp::socket socket,
                 const HttpServerOptions& options, Dispatch dispatch, Gone gone);
  ~HttpConnection();

  void start() { read_request(); }
  void close();

  /// The answer to request number `turn`; later ones for the same request are ignored.
  void answer(std::uint64_t turn, ServerResponse response);
  void write_chunk(std::string chunk);
  void finish_stream();

 private:
  using EmptyResponse = boost::beast::http::response<boost::beast::http::empty_body>;

  void read_request();
  void on_request(const boost::beast::error_code& error);
  void refuse(int status, const std::string& text);
  void write_whole(ServerResponse response);
  void write_stream(ServerResponse response);
  void watch_for_close();
  void pump();
  void after_answer(bool keep);

  Executor& executor_;
  boost::beast::tcp_stream stream_;
  const HttpServerOptions options_;
  Dispatch dispatch_;
  Gone gone_;
  std::string peer_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
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
