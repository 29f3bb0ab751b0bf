#include "base/io/http_connection.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "base/io/url_decode.hpp"

namespace reconcile::io {
namespace http = boost::beast::http;
using boost::beast::error_code;

namespace {

constexpr std::size_t queued_bytes_max = 4U << 20U;
constexpr std::chrono::milliseconds linger_timeout{2'000};
constexpr std::size_t linger_bytes_max = 8U << 20U;
constexpr std::size_t linger_piece_bytes = 16U << 10U;

/// Shared by the copies of one Reply: when the last one goes unanswered, the answer is 500.
struct PendingAnswer {
  PendingAnswer(Executor& e, std::shared_ptr<HttpConnection> c, std::uint64_t t)
      : executor(e), connection(std::move(c)), turn(t) {}
  ~PendingAnswer() {
    if (!used.load()) give({.status = 500, .headers = {}, .body = "no answer\n", .stream = {}});
  }
  void give(ServerResponse response) {
    if (used.exchange(true)) return;
    executor.post_loop(
        [keep = std::move(connection), t = turn, response = std::move(response)]() mutable {
          keep->answer(t, std::move(response));
        });
  }

  Executor& executor;
  std::shared_ptr<HttpConnection> connection;  ///< let go of on the loop only
  std::uint64_t turn;
  std::atomic<bool> used{false};
};

std::string as_text(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

template <typename Message>
void set_head(Message& message, const ServerResponse& response, bool keep_alive) {
  message.result(static_cast<unsigned>(response.status));
  message.version(11);
  for (const HttpHeader& header : response.headers) message.insert(header.name, header.value);
  message.keep_alive(keep_alive);
}

}  // namespace

HttpConnection::HttpConnection(Executor& executor, boost::asio::ip::tcp::socket socket,
                               const HttpServerOptions& options,
                               std::shared_ptr<ConnectionPorts> ports, Gone gone)
    : executor_(executor),
      stream_(std::move(socket)),
      options_(options),
      ports_(std::move(ports)),
      gone_(std::move(gone)) {
  error_code error;
  const auto endpoint = stream_.socket().remote_endpoint(error);
  if (!error) peer_ = endpoint.address().to_string();
}

HttpConnection::~HttpConnection() = default;

void HttpConnection::close() {
  if (std::exchange(closed_, true)) return;
  answer_timer_.cancel();
  count_body(0);
  if (body_) body_->closed = true;
  body_.reset();
  error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
  gone_(this);
}

void HttpConnection::read_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(options_.header_bytes_max));
  parser_->body_limit(options_.body_bytes_max);
  stream_.expires_after(turn_ == 0 ? options_.header_timeout : options_.idle_timeout);
  ++turn_;
  answered_ = false;
  waits_since_ = executor_.clock().steady_now();
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code error, std::size_t) { self->on_head(error); });
}

void HttpConnection::on_head(const error_code& error) {
  if (closed_) return;
  if (error) return on_bad_request(error);
  if (!read_head()) return refuse(400, "the path is malformed\n");
  if (ports_->admission) {
    std::optional<ServerResponse> refusal = ports_->admission(request_);
    if (refusal) {
      keep_alive_ = keep_alive_ && parser_->is_done();
      waits_since_.reset();
      return answer(turn_, std::move(*refusal));
    }
  }
  if (parser_->is_done()) return on_request();
  stream_.expires_after(options_.header_timeout);
  parser_->eager(true);
  const auto expect = parser_->get().find(http::field::expect);
  const bool is_asked = expect != parser_->get().end() && buffer_.size() == 0 &&
                        boost::beast::iequals(expect->value(), "100-continue");
  is_asked ? invite_body() : read_body();
}

/// Fills `request_` without its body; false where the path cannot be read.
bool HttpConnection::read_head() {
  const auto& message = parser_->get();
  keep_alive_ = message.keep_alive();
  request_ = {};
  request_.method = as_text(message.method_string());
  is_head_ = request_.method == "HEAD";
  request_.target = as_text(message.target());
  const std::string_view target = request_.target;
  const auto question = target.find('?');
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  const auto path = decode_path(target.substr(0, question));
  if (!path) return false;
  request_.path = *path;
  for (const auto& field : message) {
    request_.headers.push_back({as_text(field.name_string()), as_text(field.value())});
  }
  request_.peer = peer_;
  return true;
}

void HttpConnection::invite_body() {
  constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::asio::async_write(stream_, boost::asio::const_buffer(invitation.data(), invitation.size()),
                           [self = shared_from_this()](const error_code& error, std::size_t) {
                             error ? self->close() : self->read_body();
                           });
}

void HttpConnection::read_body() {
  if (closed_) return;
  http::async_read_some(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code error, std::size_t) { self->on_body_piece(error); });
}

void HttpConnection::on_body_piece(const error_code& error) {
  if (closed_) return;
  if (error) return on_bad_request(error);
  count_body(parser_->get().body().size());
  if (ports_->body_bytes > options_.bodies_bytes_max) return refuse(503, "too much at a time\n");
  parser_->is_done() ? on_request() : read_body();
}

void HttpConnection::count_body(std::size_t bytes) {
  ports_->body_bytes = ports_->body_bytes - body_bytes_ + bytes;
  body_bytes_ = bytes;
}

void HttpConnection::on_bad_request(const error_code& error) {
  if (error == http::error::body_limit) return refuse(413, "the body is too large\n");
  if (error == http::error::header_limit) return refuse(431, "the header is too large\n");
  if (error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return refuse(400, "the request is malformed\n");
  }
  close();
}

void HttpConnection::on_request() {
  stream_.expires_never();
  waits_since_.reset();
  request_.body = std::move(parser_->get().body());
  const std::weak_ptr<HttpConnection> weak = weak_from_this();
  auto pending = std::make_shared<PendingAnswer>(executor_, shared_from_this(), turn_);
  answer_timer_ = executor_.schedule_after(options_.answer_timeout, [weak, turn = turn_] {
    const auto alive = weak.lock();
    if (!alive) return;
    alive->keep_alive_ = false;
    alive->answer(turn,
                  {.status = 503, .headers = {}, .body = "no answer in time\n", .stream = {}});
  });
  // The connection stays while the handler works, because the pending answer holds it.
  ports_->dispatch(std::move(request_),
                   [pending](ServerResponse response) { pending->give(std::move(response)); });
}

void HttpConnection::refuse(int status, const std::string& text) {
  keep_alive_ = false;
  waits_since_.reset();
  if (ports_->on_refusal) ports_->on_refusal(status);
  answer(turn_, {.status = status, .headers = {}, .body = text, .stream = {}});
}

void HttpConnection::answer(std::uint64_t turn, ServerResponse response) {
  if (closed_ || turn != turn_ || std::exchange(answered_, true)) return;
  answer_timer_.cancel();
  if (response.stream) {
    write_stream(std::move(response));
  } else {
    write_whole(std::move(response));
  }
}

void HttpConnection::write_whole(ServerResponse response) {
  whole_ = {};
  set_head(whole_, response, keep_alive_);
  const std::size_t length = response.body.size();
  if (!is_head_) whole_.body() = std::move(response.body);
  whole_.content_length(length);
  if (response.status == 204 || response.status == 304) whole_.erase(http::field::content_length);
  stream_.expires_after(options_.header_timeout);
  http::async_write(stream_, whole_, [self = shared_from_this()](error_code error, std::size_t) {
    self->after_answer(!error && self->keep_alive_);
  });
}

void HttpConnection::after_answer(bool keep) {
  if (closed_) return;
  count_body(0);
  if (keep) return read_request();
  error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  if (parser_->is_done()) return close();
  stream_.expires_after(linger_timeout);
  linger();
}

/// Reads what is still sent of a request that was answered early: closing at once would reset the
/// connection, and the other side might never read the answer.
void HttpConnection::linger() {
  buffer_.consume(buffer_.size());
  stream_.async_read_some(buffer_.prepare(linger_piece_bytes),
                          [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                            if (self->closed_) return;
                            self->lingered_bytes_ += bytes;
                            if (error || self->lingered_bytes_ > linger_bytes_max)
                              return self->close();
                            self->linger();
                          });
}

void HttpConnection::write_stream(ServerResponse response) {
  stream_header_ = std::make_unique<EmptyResponse>();
  set_head(*stream_header_, response, keep_alive_);
  stream_header_->chunked(true);
  stream_serializer_ =
      std::make_unique<http::response_serializer<http::empty_body>>(*stream_header_);
  body_ = std::make_shared<BodyStream::State>();
  body_->executor = &executor_;
  body_->connection = weak_from_this();
  stream_finished_ = false;
  stream_.expires_never();
  http::async_write_header(stream_, *stream_serializer_,
                           [self = shared_from_this(), begin = std::move(response.stream)](
                               error_code error, std::size_t) {
                             if (error || self->closed_) return self->close();
                             self->watch_for_close();
                             begin(BodyStream(std::exchange(self->body_, nullptr)));
                           });
}

void HttpConnection::watch_for_close() {
  stream_.socket().async_wait(
      boost::asio::ip::tcp::socket::wait_read,
      [self = shared_from_this(), turn = turn_](const boost::system::error_code&) {
        // Whatever comes while an answer streams ends it: the other side left, or broke the turn.
        if (turn == self->turn_) self->close();
      });
}

void HttpConnection::write_chunk(std::string chunk) {
  if (closed_) return;
  chunks_.push_back(std::move(chunk));
  pump();
}

void HttpConnection::finish_stream() {
  stream_finished_ = true;
  pump();
}

void HttpConnection::pump() {
  if (closed_ || chunk_under_way_) return;
  const auto written = [self = shared_from_this()](const boost::system::error_code& error,
                                                   std::size_t) {
    self->chunk_under_way_ = false;
    if (error) return self->close();
    self->pump();
  };
  if (!chunks_.empty()) {
    writing_chunk_ = std::move(chunks_.front());
    chunks_.pop_front();
    chunk_under_way_ = true;
    boost::asio::async_write(
        stream_,
        http::make_chunk(boost::asio::const_buffer(writing_chunk_.data(), writing_chunk_.size())),
        written);
    return;
  }
  if (!stream_finished_) return;
  stream_finished_ = false;
  chunk_under_way_ = true;
  boost::asio::async_write(
      stream_, http::make_chunk_last(),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        self->chunk_under_way_ = false;
        error_code ignored;
        self->stream_.socket().cancel(ignored);
        self->after_answer(!error && self->keep_alive_);
      });
}

BodyStream::State::~State() {
  if (executor == nullptr || closed) return;
  executor->post_loop([weak = connection] {
    if (const auto alive = weak.lock()) alive->finish_stream();
  });
}

bool BodyStream::write(std::string chunk) {
  const std::size_t size = chunk.size();
  if (state_->closed || state_->queued_bytes + size > queued_bytes_max) return false;
  if (size == 0) return true;
  state_->queued_bytes += size;
  state_->executor->post_loop([state = state_, chunk = std::move(chunk), size]() mutable {
    state->queued_bytes -= size;
    const auto alive = state->connection.lock();
    if (alive) {
      alive->write_chunk(std::move(chunk));
    } else {
      state->closed = true;
    }
  });
  return true;
}

void BodyStream::finish() {
  if (state_->closed.exchange(true)) return;
  state_->executor->post_loop([weak = state_->connection] {
    if (const auto alive = weak.lock()) alive->finish_stream();
  });
}

void BodyStream::abort() {
  if (state_->closed.exchange(true)) return;
  state_->executor->post_loop([weak = state_->connection] {
    if (const auto alive = weak.lock()) alive->close();
  });
}

}  // namespace reconcile::io
