#include "reconcile/io/blocking_http.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include "base/io/curl_easy.hpp"

namespace reconcile::io {
namespace {

constexpr int poll_ms_max = 1000;

}  // namespace

// The body is pulled: curl is paused while bytes of the last chunk are still unread.
struct BlockingHttp::Impl {
  explicit Impl(TlsVerification w) : weakest(w), multi((require_curl(), curl_multi_init())) {}

  ~Impl() {
    drop();
    curl_multi_cleanup(multi);
  }

  void drop() {
    if (!open) return;
    curl_multi_remove_handle(multi, easy.handle());
    easy.reset();
    open = finished = headers_known = false;
    unread.clear();
    offset = 0;
  }

  ChunkVerdict take(std::string_view bytes) {
    if (offset < unread.size()) {
      paused = true;
      return ChunkVerdict::pause;
    }
    unread.assign(bytes);
    offset = 0;
    return ChunkVerdict::taken;
  }

  /// Drives curl until `ready` or the end of the transfer. Throws what the transfer failed with.
  template <typename Ready>
  void drive(Ready ready) {
    while (!ready() && !finished) {
      if (cancelled) {
        drop();
        throw model::Error(model::ErrorCode::cancelled, "the transfer was cancelled");
      }
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE) end(message->data.result);
      }
      if (ready() || finished) return;
      curl_multi_poll(multi, nullptr, 0, poll_ms_max, nullptr);
    }
  }

  void end(CURLcode code) {
    finished = true;
    answer = easy.finish(code);
    if (!answer.error) return;
    model::Error error = *answer.error;
    drop();
    throw error;
  }

  const TlsVerification weakest;
  CURLM* multi;
  CurlEasy easy;
  HttpRequest request;
  HttpResponse answer;
  std::string unread;
  std::size_t offset = 0;
  bool open = false;
  bool headers_known = false;
  bool finished = false;
  bool paused = false;
  std::atomic<bool> cancelled{false};
};

BlockingHttp::BlockingHttp(TlsVerification weakest) : impl_(std::make_unique<Impl>(weakest)) {
}
BlockingHttp::~BlockingHttp() = default;

HttpResponse BlockingHttp::open(const HttpRequest& request) {
  impl_->drop();
  impl_->request = request;
  impl_->request.lane = HttpLane::streams;
  impl_->paused = false;
  impl_->easy.on_headers = [impl = impl_.get()](const HttpResponse& response) {
    impl->answer = response;
    impl->headers_known = true;
  };
  impl_->easy.on_chunk = [impl = impl_.get()](std::string_view bytes) { return impl->take(bytes); };
  try {
    impl_->easy.prepare(impl_->request, impl_->weakest, "reconcile");
  } catch (...) {
    impl_->easy.reset();
    throw;
  }
  curl_multi_add_handle(impl_->multi, impl_->easy.handle());
  impl_->open = true;
  impl_->drive([this] { return impl_->headers_known; });
  char* effective = nullptr;
  curl_easy_getinfo(impl_->easy.handle(), CURLINFO_EFFECTIVE_URL, &effective);
  if (effective != nullptr) impl_->answer.effective_url = effective;
  return impl_->answer;
}

std::size_t BlockingHttp::read(std::span<char> buffer) {
  if (!impl_->open || buffer.empty()) return 0;
  if (impl_->offset >= impl_->unread.size()) {
    impl_->unread.clear();
    impl_->offset = 0;
    if (impl_->paused) {
      impl_->paused = false;
      curl_easy_pause(impl_->easy.handle(), CURLPAUSE_CONT);
    }
    impl_->drive([this] { return !impl_->unread.empty(); });
  }
  const std::size_t count = std::min(buffer.size(), impl_->unread.size() - impl_->offset);
  std::memcpy(buffer.data(), impl_->unread.data() + impl_->offset, count);
  impl_->offset += count;
  return count;
}

std::string BlockingHttp::read_all() {
  std::string all;
  std::array<char, 16384> buffer{};
  while (const std::size_t count = read(buffer)) all.append(buffer.data(), count);
  return all;
}

void BlockingHttp::cancel() noexcept {
  impl_->cancelled = true;
  curl_multi_wakeup(impl_->multi);
}

}  // namespace reconcile::io
