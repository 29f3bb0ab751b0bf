#include "base/io/url_decode.hpp"

#include "reconcile/io/http_server.hpp"

namespace reconcile::io {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> url_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  return out;
}

std::optional<std::string> decode_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/') return std::nullopt;
  auto path = url_decode(raw, false);
  if (!path) return std::nullopt;
  for (const char c : *path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\\') return std::nullopt;
  }
  std::size_t start = 1;
  while (start <= path->size()) {
    const std::size_t end = std::min(path->find('/', start), path->size());
    const std::string_view segment = std::string_view(*path).substr(start, end - start);
    if (segment == ".." || segment == ".") return std::nullopt;
    start = end + 1;
  }
  return path;
}

std::optional<std::string> ServerRequest::query_value(std::string_view name) const {
  std::size_t start = 0;
  while (start <= query.size()) {
    const std::size_t end = std::min(query.find('&', start), query.size());
    const std::string_view pair = std::string_view(query).substr(start, end - start);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (url_decode(pair.substr(0, equals), true) == name) {
      return equals == pair.size() ? std::string() : url_decode(pair.substr(equals + 1), true);
    }
    start = end + 1;
  }
  return std::nullopt;
}

}  // namespace reconcile::io
