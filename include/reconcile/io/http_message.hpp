#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/error.hpp"

namespace reconcile::io {

struct HttpHeader {
  std::string name;
  std::string value;
};
using HttpHeaders = std::vector<HttpHeader>;

/// The first value of `name`, letter case ignored; absent where there is none.
std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name);

/// Whether the server's certificate is checked.
enum class TlsVerification {
  full,  ///< chain and name
  none,  ///< nothing; refused unless HttpClientOptions allow it
};

/// How to talk TLS to one server. PEM texts, never paths, so that reloading is the caller's
/// decision.
struct TlsOptions {
  std::string ca_pem;           ///< trusted roots; empty = the system's
  std::string client_cert_pem;  ///< client certificate with its chain; empty = none
  std::string client_key_pem;   ///< key of the client certificate
  std::string server_name;      ///< name to ask for and to check; empty = the URL's host
  TlsVerification verification = TlsVerification::full;
};

/// Which connections a request may share.
enum class HttpLane {
  requests,  ///< short requests, multiplexed over 1-4 connections a host
  watches,   ///< endless answers, at most 80 streams a connection, never shared with the others
  streams,   ///< large answers that may be paused, a connection each while they last
};

struct HttpTimeouts {
  std::chrono::milliseconds connect{10'000};
  /// From start to the last byte; zero = none.
  std::chrono::milliseconds total{60'000};
  /// Longest time without any byte once connected; zero = none. Rounded up to seconds.
  std::chrono::milliseconds silence{0};
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< http:// or https://
  HttpHeaders headers;
  std::string body;
  HttpLane lane = HttpLane::requests;
  HttpTimeouts timeouts;
  /// Absent = the client's defaults: system roots, no client certificate.
  std::shared_ptr<const TlsOptions> tls;
  /// "http://host:port", "https://…", "socks5://…"; empty = none. The environment is not read.
  std::string proxy;
  /// Bytes of the answer's body, streamed ones too; more ends the call with limit_exceeded.
  std::size_t body_bytes_max = 64U << 20U;
  /// Redirects to follow, on http and https only; credentials stay with the first host.
  int redirects_max = 0;
};

/// What came back. A call has either an `error` (nobody answered, or the answer broke off) or a
/// status.
struct HttpResponse {
  int status = 0;  ///< 0 where no status line arrived
  HttpHeaders headers;
  std::string body;  ///< empty where the body was streamed
  /// Retry-After in seconds or as a date, as a wait from now; absent where not given or unreadable.
  std::optional<std::chrono::seconds> retry_after;
  /// Set where the call failed below HTTP: unavailable (refused, reset, time-out, name not found),
  /// unauthorized (TLS), limit_exceeded, cancelled, invalid_input (URL).
  std::optional<model::Error> error;
  int http_major = 0;         ///< 1 or 2
  std::string effective_url;  ///< the URL after redirects

  [[nodiscard]] bool ok() const noexcept { return !error && status >= 200 && status < 300; }
};

/// "scheme://host[:port]" of `url`, for messages that must not carry a query or credentials.
std::string url_origin(std::string_view url);
/// Percent-encodes `text` for one path segment or query value (RFC 3986 unreserved stay).
std::string url_encode(std::string_view text);

/// Reads a Retry-After value (seconds or an HTTP date, relative to `now_unix`); at most one hour.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, long long now_unix);

}  // namespace reconcile::io
