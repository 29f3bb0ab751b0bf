#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "reconcile/io/http_message.hpp"

namespace reconcile::sources {

/// How single files are fetched, and their bounds; beyond them Error(limit_exceeded) or, for time,
/// Error(unavailable).
struct WebOptions {
  io::TlsOptions tls;
  std::string proxy;  ///< "http://[user:password@]host:port" or "socks5://…"; empty = none
  std::uint64_t file_bytes_max = 64ULL << 20U;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds silence_timeout{30'000};  ///< without any byte
  std::chrono::milliseconds total_timeout{60'000};    ///< of one request, redirects included
  int redirects_max = 10;
};

/// What a server answered, whatever its status.
struct WebAnswer {
  int status = 0;
  io::HttpHeaders headers;
  std::string body;
};

/// Asks for an http(s) URL; a user and a password in it are sent as basic authentication to its
/// host alone. Blocks. Throws Error(unavailable, unauthorized, limit_exceeded, invalid_input)
/// naming the URL without its credentials and query.
WebAnswer fetch_web_file(const std::string& url, const WebOptions& options,
                         const io::HttpHeaders& headers = {});

/// `url` without user, password, query and fragment: for messages.
std::string shown_url(const std::string& url);

}  // namespace reconcile::sources
