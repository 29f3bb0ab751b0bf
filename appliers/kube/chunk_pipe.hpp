#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "reconcile/io/http_client.hpp"

namespace reconcile::kube {

/// What happens when a consumer is slower than the server.
enum class Overflow {
  pause,  ///< the transfer is paused (streams lane)
  cut,    ///< the transfer is ended; who reads it resumes where it stopped (watches)
};

/// Hands the bytes of a streamed answer from the loop to a consumer elsewhere, with a bound.
class ChunkPipe : public std::enable_shared_from_this<ChunkPipe> {
 public:
  /// `notify` is called on the loop whenever `take` has something new.
  ChunkPipe(std::size_t bytes_max, Overflow overflow, std::function<void()> notify)
      : bytes_max_(bytes_max), overflow_(overflow), notify_(std::move(notify)) {}

  /// Starts `request` with callbacks that fill this pipe and keep it alive.
  void start(io::HttpClient& http, io::HttpRequest request);
  /// Ends the transfer; `notify` is not called any more.
  void cancel();

  struct Taken {
    int status = 0;     ///< 0 until the headers came
    std::string bytes;  ///< of the body, since the last take; an error's body is in `done` instead
    bool overran = false;
    std::optional<io::HttpResponse> done;  ///< once, when the transfer is over
  };
  Taken take();

 private:
  void tell();
  io::Flow on_chunk(std::string_view bytes);

  const std::size_t bytes_max_;
  const Overflow overflow_;
  std::mutex mutex_;
  std::function<void()> notify_;
  io::HttpCall call_;
  int status_ = 0;
  std::string bytes_;
  std::string error_body_;
  bool paused_ = false;
  bool overran_ = false;
  bool told_ = false;  ///< notified since the last take
  std::optional<io::HttpResponse> done_;
};

}  // namespace reconcile::kube
