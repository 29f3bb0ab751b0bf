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
                               const HttpServerOptions& options, Dispatch dispatch, Gone gone)
    : executor_(executor),
      stream_(std::move(socket)),
      options_(options),
      dispatch_(std::move(dispatch)),
      gone_(std::move(gone)) {
  error_code error;
  const auto endpoint = stream_.socket().remote_endpoint(error);
  if (!error) peer_ = endpoint.address().to_string();
}

HttpConnection::~HttpConnection() = default;

void HttpConnection::close() {
  if (std::exchange(closed_, true)) return;
  answer_timer_.cancel();
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
  http::async_read_header(
      stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
        if (error) {
          self->on_request(error);
          return;
        }
        self->stream_.expires_after(self->options_.header_timeout);
        http::async_read(self->stream_, self->buffer_, *self->parser_,
                         [self](error_code e, std::size_t) { self->on_request(e); });
      });
}

void HttpConnection::on_request(const error_code& error) {
  if (closed_) return;
  if (error == http::error::body_limit) return refuse(413, "the body is too large\n");
  if (error == http::error::header_limit) return refuse(431, "the header is too large\n");
  if (error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return refuse(400, "the request is malformed\n");
  }
  if (error) return close();
  stream_.expires_never();
  auto& message = parser_->get();
  keep_alive_ = message.keep_alive();
  ServerRequest request;
  request.method = as_text(message.method_string());
  is_head_ = request.method == "HEAD";
  const std::string target = as_text(message.target());
  const auto question = target.find('?');
  if (question != std::string::npos) request.query = target.substr(question + 1);
  const auto path = decode_path(std::string_view(target).substr(0, question));
  if (!path) return refuse(400, "the path is malformed\n");
  request.path = *path;
  for (const auto& field : message) {
    request.headers.push_back({as_text(field.name_string()), as_text(field.value())});
  }
  request.body = std::move(message.body());
  request.peer = peer_;
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
  dispatch_(std::move(request),
            [pending](ServerResponse response) { pending->give(std::move(response)); });
}

void HttpConnection::refuse(int status, const std::string& text) {
  keep_alive_ = false;
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
  if (!keep) {
    error_code ignored;
    stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    return close();
  }
  read_request();
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
