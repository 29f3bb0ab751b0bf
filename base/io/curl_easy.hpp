#pragma once

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "reconcile/io/http_message.hpp"

namespace reconcile::io {

/// Initialises libcurl once for the process.
void require_curl();

enum class ChunkVerdict { taken, pause, stop };

/// Hears of the connections that transfers open and close. Outlives them.
class SocketObserver {
 public:
  virtual ~SocketObserver() = default;
  virtual void opened(curl_socket_t socket) = 0;
  virtual void closed(curl_socket_t socket) = 0;
};

/// One transfer: a curl easy handle set up from an HttpRequest, and the answer as it comes in. Used
/// by the client on the loop and by BlockingHttp on its own thread; knows neither.
class CurlEasy {
 public:
  CurlEasy();
  ~CurlEasy();
  CurlEasy(const CurlEasy&) = delete;
  CurlEasy& operator=(const CurlEasy&) = delete;

  /// Called once headers are complete; may be empty.
  std::function<void(const HttpResponse&)> on_headers;
  /// Takes body bytes; empty keeps them in the answer.
  std::function<ChunkVerdict(std::string_view)> on_chunk;

  /// Hears of the sockets this transfer opens, where set.
  SocketObserver* sockets = nullptr;

  /// Readies the handle. `request` must stay as it is until `finish`. Throws Error(invalid_input,
  /// unauthorized) where the request cannot or may not be made.
  void prepare(const HttpRequest& request, TlsVerification weakest, const std::string& user_agent);
  /// The answer, after curl ended the transfer with `code`.
  HttpResponse finish(CURLcode code);
  /// Back to a fresh handle; connections live in the multi handle and stay.
  void reset();

  [[nodiscard]] CURL* handle() const noexcept { return handle_; }
  [[nodiscard]] const HttpResponse& response() const noexcept { return response_; }

 private:
  void set_tls(const HttpRequest& request, TlsVerification weakest);
  void set_body(const HttpRequest& request);
  void take_header(std::string_view line);
  std::size_t take_body(std::string_view bytes);
  [[nodiscard]] bool will_redirect() const;
  [[nodiscard]] model::Error error_of(CURLcode code) const;

  static std::size_t header_callback(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t body_callback(char* data, std::size_t size, std::size_t count, void* self);

  CURL* handle_;
  curl_slist* header_list_ = nullptr;
  curl_slist* connect_to_ = nullptr;
  std::string url_;
  const HttpRequest* request_ = nullptr;
  HttpResponse response_;
  std::size_t body_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  bool headers_told_ = false;
  bool over_limit_ = false;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
};

}  // namespace reconcile::io
