#include "reconcile/sources/web_file.hpp"

#include <memory>

#include "reconcile/io/blocking_http.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "sources/web/url_reference.hpp"

namespace reconcile::sources {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string unescaped(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (!escape) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return result;
}

}  // namespace

std::string shown_url(const std::string& url) {
  UrlParts parts = UrlParts::parse(url);
  parts.user.clear();
  parts.query.clear();
  return parts.text();
}

WebAnswer fetch_web_file(const std::string& url, const WebOptions& options,
                         const io::HttpHeaders& headers) {
  UrlParts parts = UrlParts::parse(url);
  io::HttpRequest request;
  request.headers = headers;
  if (!parts.user.empty()) {
    std::string pair = unescaped(parts.user);
    if (pair.find(':') == std::string::npos) pair += ':';
    request.headers.push_back({"Authorization", "Basic " + model::base64_encode(pair)});
    parts.user.clear();
  }
  request.url = parts.text();
  request.proxy = options.proxy;
  request.tls = std::make_shared<io::TlsOptions>(options.tls);
  request.body_bytes_max = options.file_bytes_max;
  request.redirects_max = options.redirects_max;
  request.timeouts = {options.connect_timeout, options.total_timeout, options.silence_timeout};
  io::BlockingHttp http;
  try {
    io::HttpResponse response = http.open(request);
    return {response.status, std::move(response.headers), http.read_all()};
  } catch (model::Error& error) {
    throw std::move(error).with_context("fetch " + shown_url(url));
  }
}

}  // namespace reconcile::sources
