#include "base/io/curl_easy.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>
#include <new>

#include "reconcile/model/error.hpp"

namespace reconcile::io {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t header_bytes_max = 256U << 10U;
/// The kernel gives a connection up whose peer acknowledges nothing for this long: HTTP/2 shares
/// connections, so a dead one would otherwise take every later request with it.
constexpr unsigned int unacknowledged_ms_max = 30'000;

int tune_socket(void* observer, curl_socket_t socket, curlsocktype) {
  if (observer != nullptr) static_cast<SocketObserver*>(observer)->opened(socket);
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms_max,
             sizeof unacknowledged_ms_max);
  return CURL_SOCKOPT_OK;
}

int close_socket(void* observer, curl_socket_t socket) {
  static_cast<SocketObserver*>(observer)->closed(socket);
  return ::close(socket);
}

curl_blob blob_of(const std::string& text) {
  // Curl copies: the request's TLS options may go before the handle does.
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool breaks_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

/// Splits "host:port" (brackets kept); port is empty where not given.
std::pair<std::string, std::string> split_authority(const std::string& origin) {
  std::string authority = origin.substr(origin.find("://") + 3);
  const auto colon = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  if (colon == std::string::npos || (bracket != std::string::npos && colon < bracket)) {
    return {authority, {}};
  }
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

/// curl's text without " after 3 ms": the same failure is to read the same, or every repeat would
/// be news.
std::string without_duration(std::string text) {
  constexpr std::string_view before = " after ";
  constexpr std::string_view unit = " ms";
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) return text;
  const std::size_t end = text.find_first_not_of("0123456789", begin + before.size());
  const bool is_duration = end != std::string::npos && end > begin + before.size() &&
                           text.compare(end, unit.size(), unit) == 0;
  if (is_duration) text.erase(begin, end + unit.size() - begin);
  return text;
}

}  // namespace

void require_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw Error(ErrorCode::internal, "libcurl could not be initialised");
}

CurlEasy::CurlEasy() : handle_((require_curl(), curl_easy_init())) {
  if (handle_ == nullptr) throw std::bad_alloc();
}

CurlEasy::~CurlEasy() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(header_list_);
  curl_slist_free_all(connect_to_);
}

void CurlEasy::reset() {
  curl_easy_reset(handle_);
  curl_slist_free_all(header_list_);
  curl_slist_free_all(connect_to_);
  header_list_ = connect_to_ = nullptr;
  request_ = nullptr;
  response_ = {};
  body_bytes_ = header_bytes_ = 0;
  headers_told_ = over_limit_ = false;
  on_headers = nullptr;
  on_chunk = nullptr;
}

void CurlEasy::prepare(const HttpRequest& request, TlsVerification weakest,
                       const std::string& user_agent) {
  request_ = &request;
  url_ = request.url;
  if (!url_.starts_with("http://") && !url_.starts_with("https://")) {
    throw Error(ErrorCode::invalid_input,
                "expected an http or https URL, found " + url_origin(url_));
  }
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_text_.data());
  error_text_[0] = '\0';
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, request.redirects_max > 0 ? 1L : 0L);
  curl_easy_setopt(handle_, CURLOPT_MAXREDIRS, static_cast<long>(request.redirects_max));
  curl_easy_setopt(handle_, CURLOPT_PROXY, request.proxy.c_str());
  curl_easy_setopt(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle_, CURLOPT_USERAGENT, user_agent.c_str());
  curl_easy_setopt(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle_, CURLOPT_TCP_KEEPIDLE, 30L);
  curl_easy_setopt(handle_, CURLOPT_TCP_KEEPINTVL, 15L);
  curl_easy_setopt(handle_, CURLOPT_SOCKOPTFUNCTION, tune_socket);
  curl_easy_setopt(handle_, CURLOPT_SOCKOPTDATA, sockets);
  if (sockets != nullptr) {
    curl_easy_setopt(handle_, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(handle_, CURLOPT_CLOSESOCKETDATA, sockets);
  }
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.timeouts.connect.count()));
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeouts.total.count()));
  if (request.timeouts.silence.count() > 0) {
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME,
                     static_cast<long>((request.timeouts.silence.count() + 999) / 1000));
  }
  const bool alone = request.lane == HttpLane::streams;
  curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION,
                   alone ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS);
  // Waiting for a connection that may be shared pays where TLS says early whether it can be.
  const bool may_share = !alone && url_.starts_with("https://");
  curl_easy_setopt(handle_, CURLOPT_PIPEWAIT, may_share ? 1L : 0L);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &CurlEasy::header_callback);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &CurlEasy::body_callback);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  set_tls(request, weakest);
  set_body(request);
  curl_easy_setopt(handle_, CURLOPT_URL, url_.c_str());
}

void CurlEasy::set_tls(const HttpRequest& request, TlsVerification weakest) {
  if (!request.tls) return;
  const TlsOptions& tls = *request.tls;
  if (tls.verification == TlsVerification::none) {
    if (weakest != TlsVerification::none) {
      throw Error(ErrorCode::unauthorized, "skipping the certificate check of " +
                                               url_origin(request.url) + " is not allowed here");
    }
    curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  curl_easy_setopt(handle_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!tls.ca_pem.empty()) {
    const curl_blob ca = blob_of(tls.ca_pem);
    curl_easy_setopt(handle_, CURLOPT_CAINFO_BLOB, &ca);
    curl_easy_setopt(handle_, CURLOPT_CAPATH, nullptr);
  }
  if (!tls.client_cert_pem.empty()) {
    const curl_blob certificate = blob_of(tls.client_cert_pem);
    const curl_blob key = blob_of(tls.client_key_pem);
    curl_easy_setopt(handle_, CURLOPT_SSLCERT_BLOB, &certificate);
    curl_easy_setopt(handle_, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(handle_, CURLOPT_SSLKEY_BLOB, &key);
    curl_easy_setopt(handle_, CURLOPT_SSLKEYTYPE, "PEM");
  }
  const std::string origin = url_origin(request.url);
  if (tls.server_name.empty() || !origin.starts_with("https://")) return;
  // Curl asks for and checks the URL's host: so the URL gets the name, and the connection the host.
  auto [host, port] = split_authority(origin);
  if (port.empty()) port = "443";
  const std::string named = tls.server_name + ":" + port;
  connect_to_ = curl_slist_append(nullptr, (named + ":" + host + ":" + port).c_str());
  curl_easy_setopt(handle_, CURLOPT_CONNECT_TO, connect_to_);
  const std::size_t rest = std::min(url_.find_first_of("/?#", 8), url_.size());
  url_ = "https://" + named + url_.substr(rest);
}

void CurlEasy::set_body(const HttpRequest& request) {
  for (const HttpHeader& header : request.headers) {
    if (breaks_line(header.name) || breaks_line(header.value)) {
      throw Error(ErrorCode::invalid_input, "header " + header.name + " contains a line break");
    }
    const std::string line =
        header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
    header_list_ = curl_slist_append(header_list_, line.c_str());
  }
  header_list_ = curl_slist_append(header_list_, "Expect:");
  if (request.method == "HEAD") {
    curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    if (!find_header(request.headers, "Content-Type")) {
      header_list_ = curl_slist_append(header_list_, "Content-Type:");
    }
  }
  if (request.method != "HEAD") {
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, header_list_);
}

bool CurlEasy::will_redirect() const {
  return request_->redirects_max > 0 && response_.status >= 300 && response_.status < 400 &&
         find_header(response_.headers, "Location");
}

void CurlEasy::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    response_ = {};
    response_.http_major = line.size() > 5 && line[5] == '2' ? 2 : 1;
    const auto space = line.find(' ');
    if (space != std::string_view::npos) {
      response_.status = std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    }
    return;
  }
  const std::string_view text = trimmed(line);
  if (text.empty()) {
    if (response_.status < 200 || headers_told_ || will_redirect()) return;
    headers_told_ = true;
    if (on_headers) on_headers(response_);
    return;
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return;
  response_.headers.push_back(
      {std::string(trimmed(text.substr(0, colon))), std::string(trimmed(text.substr(colon + 1)))});
}

std::size_t CurlEasy::take_body(std::string_view bytes) {
  if (body_bytes_ + bytes.size() > request_->body_bytes_max) {
    over_limit_ = true;
    return 0;
  }
  if (on_chunk) {
    const ChunkVerdict verdict = on_chunk(bytes);
    if (verdict == ChunkVerdict::pause) return CURL_WRITEFUNC_PAUSE;
    if (verdict == ChunkVerdict::stop) return 0;
  } else {
    response_.body.append(bytes);
  }
  body_bytes_ += bytes.size();
  return bytes.size();
}

std::size_t CurlEasy::header_callback(char* data, std::size_t size, std::size_t count, void* self) {
  auto& easy = *static_cast<CurlEasy*>(self);
  easy.header_bytes_ += size * count;
  if (easy.header_bytes_ > header_bytes_max) {
    easy.over_limit_ = true;
    return 0;
  }
  easy.take_header({data, size * count});
  return size * count;
}

std::size_t CurlEasy::body_callback(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<CurlEasy*>(self)->take_body({data, size * count});
}

HttpResponse CurlEasy::finish(CURLcode code) {
  HttpResponse response = std::move(response_);
  response_ = {};
  char* effective = nullptr;
  curl_easy_getinfo(handle_, CURLINFO_EFFECTIVE_URL, &effective);
  if (effective != nullptr) response.effective_url = effective;
  if (const auto retry = find_header(response.headers, "Retry-After")) {
    response.retry_after = parse_retry_after(*retry, std::time(nullptr));
  }
  if (code != CURLE_OK) response.error = error_of(code);
  return response;
}

model::Error CurlEasy::error_of(CURLcode code) const {
  const std::string detail =
      error_text_[0] != '\0' ? without_duration(error_text_.data()) : curl_easy_strerror(code);
  const std::string text = request_->method + " " + url_origin(request_->url) + ": " + detail;
  if (over_limit_) {
    return Error(ErrorCode::limit_exceeded, request_->method + " " + url_origin(request_->url) +
                                                ": the answer has more than " +
                                                std::to_string(request_->body_bytes_max) +
                                                " bytes");
  }
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return Error(ErrorCode::unauthorized, text +
                                                "; the server's certificate is not trusted by the "
                                                "given certificate authorities");
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_LOGIN_DENIED:
      return Error(ErrorCode::unauthorized, text);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error(ErrorCode::invalid_input, text);
    case CURLE_TOO_MANY_REDIRECTS:
      return Error(ErrorCode::limit_exceeded, text);
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
      return Error(ErrorCode::cancelled,
                   request_->method + " " + url_origin(request_->url) + ": the call was cancelled");
    default:
      return Error(ErrorCode::unavailable, text);
  }
}

}  // namespace reconcile::io
