#include "reconcile/io/http_client.hpp"

#include <array>
#include <atomic>
#include <future>
#include <map>
#include <utility>
#include <vector>

#include "base/io/curl_easy.hpp"
#include "base/io/curl_lane.hpp"
#include "base/io/loop.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::io {
namespace {

constexpr std::size_t spare_handles_max = 64;
constexpr std::size_t lane_count = 3;

template <typename Callback, typename... Arguments>
void call_guarded(const Callback& callback, Arguments&&... arguments) noexcept {
  try {
    if (callback) callback(std::forward<Arguments>(arguments)...);
  } catch (const std::exception& error) {
    log().error("An HTTP callback ended by an exception", {{"err", error.what()}});
  }
}

HttpResponse failed(model::Error error) {
  HttpResponse response;
  response.error = std::move(error);
  return response;
}

model::Error cancelled_error(const HttpRequest& request) {
  return {model::ErrorCode::cancelled,
          request.method + " " + url_origin(request.url) + ": the call was cancelled"};
}

}  // namespace

/// One call. Everything but `cancelled` belongs to the loop thread.
struct HttpCall::State : std::enable_shared_from_this<State> {
  std::function<void(std::shared_ptr<State>)> do_cancel;
  std::function<void(std::shared_ptr<State>)> do_resume;
  HttpRequest request;
  HttpCallbacks callbacks;
  std::unique_ptr<CurlEasy> easy;  ///< while under way
  std::atomic<bool> cancelled{false};
  bool paused = false;
  bool done = false;
};

struct HttpClient::Impl : std::enable_shared_from_this<Impl> {
  using Call = std::shared_ptr<HttpCall::State>;

  Impl(Executor& e, HttpClientOptions o) : executor(e), options(std::move(o)) {
    const auto lane = [this](HttpLane kind, long a_host, long streams, long idle) {
      const auto index = static_cast<std::size_t>(kind);
      LaneOptions how{kind, a_host, streams, idle, &connections.at(index), {}};
      // Requests are asked often: where their connection is dead, what was as silent as it is too.
      if (kind == HttpLane::requests) {
        how.on_dead = [this](model::SteadyTime since) {
          for (const HttpLane other : {HttpLane::watches, HttpLane::streams})
            lanes.at(static_cast<std::size_t>(other))->end_unheard_after(since);
        };
      }
      lanes.at(index) =
          std::make_unique<CurlLane>(loop_context(executor), how,
                                     [this](CURL* handle, CURLcode code) { finish(handle, code); });
    };
    lane(HttpLane::requests, options.request_connections_max, 100, 16);
    lane(HttpLane::watches, 0, options.watch_streams_max, 64);
    lane(HttpLane::streams, options.stream_connections_max, 1, 4);
  }

  CurlLane& lane_of(const Call& call) {
    return *lanes.at(static_cast<std::size_t>(call->request.lane));
  }

  /// Hands the answer over and breaks the cycle call → callbacks → call.
  static void complete(const Call& call, HttpResponse response) {
    if (std::exchange(call->done, true)) return;
    const auto on_done = std::move(call->callbacks.on_done);
    call->callbacks = {};
    call_guarded(on_done, std::move(response));
  }

  void begin(const Call& call) {
    if (closed || call->cancelled) {
      complete(call, failed(cancelled_error(call->request)));
      return;
    }
    if (spare.empty()) {
      call->easy = std::make_unique<CurlEasy>();
    } else {
      call->easy = std::move(spare.back());
      spare.pop_back();
    }
    CurlEasy& easy = *call->easy;
    easy.sockets = &lane_of(call);
    HttpCall::State* const raw = call.get();
    easy.on_headers = [raw](const HttpResponse& response) {
      call_guarded(raw->callbacks.on_headers, response);
    };
    if (call->callbacks.on_chunk) {
      easy.on_chunk = [raw](std::string_view bytes) { return take_chunk(*raw, bytes); };
    }
    try {
      easy.prepare(call->request, options.weakest_verification, options.user_agent);
    } catch (const model::Error& error) {
      recycle(std::move(call->easy));
      complete(call, failed(error));
      return;
    }
    under_way.emplace(easy.handle(), call);
    lane_of(call).add(easy.handle());
  }

  static ChunkVerdict take_chunk(HttpCall::State& call, std::string_view bytes) {
    if (call.cancelled) return ChunkVerdict::stop;
    try {
      if (call.callbacks.on_chunk(bytes) == Flow::proceed) return ChunkVerdict::taken;
    } catch (const std::exception& error) {
      log().error("An HTTP callback ended by an exception", {{"err", error.what()}});
      return ChunkVerdict::stop;
    }
    call.paused = true;
    return ChunkVerdict::pause;
  }

  void finish(CURL* handle, CURLcode code) {
    const auto found = under_way.find(handle);
    if (found == under_way.end()) return;
    const Call call = found->second;
    under_way.erase(found);
    HttpResponse response = call->easy->finish(code);
    recycle(std::move(call->easy));
    complete(call, std::move(response));
  }

  void cancel(const Call& call) {
    call->cancelled = true;
    if (call->done || !call->easy) return;
    lane_of(call).remove(call->easy->handle());
    under_way.erase(call->easy->handle());
    HttpResponse response = call->easy->finish(CURLE_OK);
    response.error = cancelled_error(call->request);
    recycle(std::move(call->easy));
    complete(call, std::move(response));
  }

  void resume(const Call& call) {
    if (!call->easy || !std::exchange(call->paused, false)) return;
    lane_of(call).resume(call->easy->handle());
  }

  void recycle(std::unique_ptr<CurlEasy> easy) {
    if (spare.size() >= spare_handles_max) return;
    easy->reset();
    spare.push_back(std::move(easy));
  }

  void close() {
    closed = true;
    while (!under_way.empty()) {
      const Call call = under_way.begin()->second;
      cancel(call);
    }
    spare.clear();
    for (auto& lane : lanes) lane.reset();
  }

  Executor& executor;
  const HttpClientOptions options;
  std::array<std::unique_ptr<CurlLane>, lane_count> lanes;
  std::map<CURL*, Call> under_way;
  std::vector<std::unique_ptr<CurlEasy>> spare;
  std::array<std::atomic<long>, lane_count> connections{};
  bool closed = false;
};

void HttpCall::cancel() {
  if (!state_) return;
  state_->cancelled = true;
  state_->do_cancel(state_);
}

void HttpCall::resume() {
  if (state_) state_->do_resume(state_);
}

HttpClient::HttpClient(Executor& executor, HttpClientOptions options)
    : impl_(std::make_shared<Impl>(executor, std::move(options))) {
}

HttpClient::~HttpClient() {
  run_on_loop_and_wait(impl_->executor, [this] { impl_->close(); });
}

HttpCall HttpClient::start(HttpRequest request, HttpCallbacks callbacks) {
  auto state = std::make_shared<HttpCall::State>();
  const std::weak_ptr<Impl> weak = impl_;
  state->request = std::move(request);
  state->callbacks = std::move(callbacks);
  state->do_cancel = [weak](const std::shared_ptr<HttpCall::State>& call) {
    const auto impl = weak.lock();
    if (!impl) return;
    impl->executor.post_loop([impl, call] { impl->cancel(call); });
  };
  state->do_resume = [weak](const std::shared_ptr<HttpCall::State>& call) {
    const auto impl = weak.lock();
    if (!impl) return;
    impl->executor.post_loop([impl, call] { impl->resume(call); });
  };
  if (impl_->executor.stopped()) {
    Impl::complete(state, failed(cancelled_error(state->request)));
  } else {
    impl_->executor.post_loop([impl = impl_, state] { impl->begin(state); });
  }
  return HttpCall(state);
}

HttpResponse HttpClient::send(HttpRequest request) {
  if (impl_->executor.on_loop()) {
    throw model::Error(model::ErrorCode::internal,
                       "a blocking request was made on the loop thread");
  }
  auto answer = std::make_shared<std::promise<HttpResponse>>();
  auto future = answer->get_future();
  HttpCallbacks callbacks;
  callbacks.on_done = [answer](HttpResponse response) { answer->set_value(std::move(response)); };
  start(std::move(request), std::move(callbacks));
  return future.get();
}

long HttpClient::connections_opened(HttpLane lane) const {
  return impl_->connections.at(static_cast<std::size_t>(lane)).load();
}

Executor& HttpClient::executor() noexcept {
  return impl_->executor;
}

}  // namespace reconcile::io
