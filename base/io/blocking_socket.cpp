// libcurl connects (names on a thread of its own, several addresses, proxies, time-out) and leaves
// the socket to us. Tests: test/io/blocking_socket_test.cpp.
#include "reconcile/io/blocking_socket.hpp"

#include <curl/curl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <new>

#include "base/io/curl_easy.hpp"

namespace reconcile::io {
namespace {

using model::Error;
using model::ErrorCode;

constexpr int poll_ms_max = 1000;

}  // namespace

struct BlockingSocket::Impl {
  Impl() : multi((require_curl(), curl_multi_init())), wakeup(::eventfd(0, EFD_CLOEXEC)) {
    if (multi == nullptr || wakeup < 0) throw std::bad_alloc();
  }
  ~Impl() {
    close();
    curl_multi_cleanup(multi);
    ::close(wakeup);
  }

  void close() noexcept {
    if (easy == nullptr) return;
    curl_multi_remove_handle(multi, easy);
    curl_easy_cleanup(easy);
    easy = nullptr;
    socket = -1;
  }

  void check_cancelled() const {
    if (cancelled) throw Error(ErrorCode::cancelled, "the transfer was cancelled");
  }

  /// Drives curl until it is connected or gave up.
  CURLcode drive() {
    for (;;) {
      check_cancelled();
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg == CURLMSG_DONE) return message->data.result;
      }
      curl_multi_poll(multi, nullptr, 0, poll_ms_max, nullptr);
    }
  }

  CURLM* multi;
  int wakeup;
  CURL* easy = nullptr;
  int socket = -1;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  std::atomic<bool> cancelled{false};
};

BlockingSocket::BlockingSocket() : impl_(std::make_unique<Impl>()) {
}
BlockingSocket::~BlockingSocket() = default;

void BlockingSocket::connect(const std::string& host, int port, const std::string& proxy,
                             std::chrono::milliseconds timeout) {
  impl_->close();
  if (proxy.starts_with("https://")) {
    throw Error(ErrorCode::invalid_input,
                "expected a proxy such as http://host:port or socks5://host:port, found https://");
  }
  CURL* easy = impl_->easy = curl_easy_init();
  if (easy == nullptr) throw std::bad_alloc();
  const std::string place = host + ":" + std::to_string(port);
  impl_->error_text[0] = '\0';
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, impl_->error_text.data());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(easy, CURLOPT_URL, ("http://" + place + "/").c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_multi_add_handle(impl_->multi, easy);
  const CURLcode code = impl_->drive();
  curl_socket_t socket = CURL_SOCKET_BAD;
  if (code == CURLE_OK) curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
  if (socket == CURL_SOCKET_BAD) {
    const std::string why =
        impl_->error_text[0] != '\0' ? impl_->error_text.data() : curl_easy_strerror(code);
    impl_->close();
    throw Error(ErrorCode::unavailable, "expected a connection to " + place + ", found: " + why);
  }
  impl_->socket = socket;
}

void BlockingSocket::close() noexcept {
  impl_->close();
}

int BlockingSocket::descriptor() const noexcept {
  return impl_->socket;
}

bool BlockingSocket::wait(Readiness readiness, std::chrono::milliseconds limit) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + limit;
  short events = 0;
  if (readiness != Readiness::write) events |= POLLIN;
  if (readiness != Readiness::read) events |= POLLOUT;
  for (;;) {
    impl_->check_cancelled();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const auto wait_ms =
        std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 24 * 3600 * 1000);
    std::array<pollfd, 2> polled{{{impl_->socket, events, 0}, {impl_->wakeup, POLLIN, 0}}};
    const int count = ::poll(polled.data(), polled.size(), static_cast<int>(wait_ms));
    if (count < 0 && errno != EINTR) {
      throw Error(ErrorCode::unavailable, "expected a connection to wait for, found none");
    }
    if (count > 0 && polled[0].revents != 0) return true;
    if (count == 0) return false;
  }
}

void BlockingSocket::cancel() noexcept {
  impl_->cancelled = true;
  curl_multi_wakeup(impl_->multi);
  const std::uint64_t one = 1;
  // Fails only where the wake-up is already there.
  [[maybe_unused]] const ssize_t written = ::write(impl_->wakeup, &one, sizeof one);
}

}  // namespace reconcile::io
