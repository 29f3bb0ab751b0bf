#include "sources/web/url_reference.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace reconcile::sources {
namespace {

bool has_scheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-'; });
}

/// Removes "." and ".." as RFC 3986 does; a slash at the end stays.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> parts;
  bool is_directory = false;
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    start = end + 1;
    is_directory = part.empty() || part == "." || part == "..";
    if (part == ".." && !parts.empty()) parts.pop_back();
    if (!is_directory) parts.push_back(part);
  }
  std::string result;
  for (const std::string_view part : parts) result += "/" + std::string(part);
  if (is_directory || result.empty()) result += '/';
  return result;
}

}  // namespace

UrlParts UrlParts::parse(std::string_view url) {
  UrlParts parts;
  url = url.substr(0, url.find('#'));
  const std::size_t question = url.find('?');
  if (question != std::string_view::npos) {
    parts.query = url.substr(question + 1);
    url = url.substr(0, question);
  }
  const std::size_t mark = url.find("://");
  if (mark != std::string_view::npos) {
    parts.scheme = url.substr(0, mark);
    url.remove_prefix(mark + 3);
    std::string_view authority = url.substr(0, url.find('/'));
    url.remove_prefix(authority.size());
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
      parts.user = authority.substr(0, at);
      authority.remove_prefix(at + 1);
    }
    parts.host = authority;
  }
  parts.path = url;
  return parts;
}

std::string UrlParts::text() const {
  return scheme + "://" + (user.empty() ? "" : user + "@") + host + path +
         (query.empty() ? "" : "?" + query);
}

std::string resolve_reference(std::string_view base, std::string_view reference) {
  if (has_scheme(reference)) return std::string(reference);
  UrlParts parts = UrlParts::parse(base);
  const std::string path(reference.substr(0, reference.find_first_of("?#")));
  if (path.starts_with("//")) {
    UrlParts other = UrlParts::parse(parts.scheme + ":" + path);
    other.query = parts.query;
    return other.text();
  }
  while (parts.path.ends_with('/')) parts.path.pop_back();
  parts.path = without_dots(path.starts_with('/') ? path : parts.path + "/" + path);
  return parts.text();
}

}  // namespace reconcile::sources
