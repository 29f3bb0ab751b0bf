#include "appliers/kube/chunk_pipe.hpp"

#include <utility>

namespace reconcile::kube {
namespace {

constexpr std::size_t error_body_bytes_max = 64U << 10U;

}  // namespace

void ChunkPipe::start(io::HttpClient& http, io::HttpRequest request) {
  io::HttpCallbacks callbacks;
  const auto self = shared_from_this();
  callbacks.on_headers = [self](const io::HttpResponse& response) {
    {
      const std::lock_guard lock(self->mutex_);
      self->status_ = response.status;
    }
    self->tell();
  };
  callbacks.on_chunk = [self](std::string_view bytes) { return self->on_chunk(bytes); };
  callbacks.on_done = [self](io::HttpResponse response) {
    {
      const std::lock_guard lock(self->mutex_);
      response.body = std::move(self->error_body_);
      self->status_ = response.status;
      self->done_ = std::move(response);
      self->call_ = {};
      self->told_ = false;
    }
    self->tell();
  };
  const std::lock_guard lock(mutex_);
  call_ = http.start(std::move(request), std::move(callbacks));
}

void ChunkPipe::cancel() {
  io::HttpCall call;
  {
    const std::lock_guard lock(mutex_);
    notify_ = nullptr;
    call = std::exchange(call_, {});
  }
  call.cancel();
}

io::Flow ChunkPipe::on_chunk(std::string_view bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (status_ >= 300) {
      const std::size_t room = error_body_bytes_max - error_body_.size();
      error_body_.append(bytes.substr(0, room));
      return io::Flow::proceed;
    }
    if (overran_) return io::Flow::proceed;
    if (!bytes_.empty() && bytes_.size() + bytes.size() > bytes_max_) {
      if (overflow_ == Overflow::pause) {
        paused_ = true;
        return io::Flow::pause;
      }
      overran_ = true;
      call_.cancel();
    } else {
      bytes_.append(bytes);
    }
  }
  tell();
  return io::Flow::proceed;
}

void ChunkPipe::tell() {
  std::function<void()> notify;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(told_, true)) return;
    notify = notify_;
  }
  if (notify) notify();
}

ChunkPipe::Taken ChunkPipe::take() {
  Taken taken;
  io::HttpCall call;
  {
    const std::lock_guard lock(mutex_);
    told_ = false;
    taken.status = status_;
    taken.bytes.swap(bytes_);
    taken.overran = overran_;
    taken.done = std::exchange(done_, std::nullopt);
    if (std::exchange(paused_, false)) call = call_;
  }
  call.resume();
  return taken;
}

}  // namespace reconcile::kube
