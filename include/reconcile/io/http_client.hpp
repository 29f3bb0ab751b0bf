#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "reconcile/io/executor.hpp"
#include "reconcile/io/http_message.hpp"

namespace reconcile::io {

struct HttpClientOptions {
  /// Streams a connection of the watches lane carries; the API server grants 100.
  int watch_streams_max = 80;
  /// Connections a host of the requests lane.
  int request_connections_max = 4;
  /// Connections a host of the streams lane.
  int stream_connections_max = 8;
  /// TlsVerification::none is refused unless this says otherwise.
  TlsVerification weakest_verification = TlsVerification::full;
  std::string user_agent = "reconcile";
};

/// What a streaming callback wants next.
enum class Flow {
  proceed,
  pause,  ///< the chunk counts as not taken and is delivered again after `resume`; streams lane
          ///< only
};

/// A call under way. Copies share it; dropping it does not end the call.
class HttpCall {
 public:
  HttpCall() = default;
  /// Ends the call; its completion still comes, with error `cancelled`, unless it is over already.
  /// From any thread.
  void cancel();
  /// Goes on after Flow::pause. From any thread; does nothing where the call is not paused.
  void resume();

  struct State;
  explicit HttpCall(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

/// Callbacks of one call, all on the loop thread, so they must not block: hand work to the pool.
struct HttpCallbacks {
  /// Once the final status and headers are known, before the first chunk. May be empty.
  std::function<void(const HttpResponse&)> on_headers;
  /// If set, the body is streamed here instead of kept. Chunks are at most 16 KiB from HTTP/1.1 and
  /// the frame size from HTTP/2.
  std::function<Flow(std::string_view)> on_chunk;
  /// Exactly once, last; also for cancelled calls and when the client ends. Never throws back.
  std::function<void(HttpResponse)> on_done;
};

/// Outgoing HTTP/1.1 and HTTP/2 on the executor's loop, through libcurl. Every member may be called
/// from any thread. No retries: callers know what may be repeated.
class HttpClient {
 public:
  /// `executor` must outlive the client.
  explicit HttpClient(Executor& executor, HttpClientOptions options = {});
  /// Ends every call with `cancelled`; waits until their callbacks returned.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpCall start(HttpRequest request, HttpCallbacks callbacks);
  /// Waits for the answer. Throws Error(internal) on the loop thread, where nothing may wait.
  HttpResponse send(HttpRequest request);

  /// Sockets opened since the start, per lane: what tests and metrics look at.
  [[nodiscard]] long connections_opened(HttpLane lane) const;
  [[nodiscard]] Executor& executor() noexcept;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace reconcile::io
