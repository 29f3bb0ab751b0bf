#include "sources/git/git_url.hpp"

#include <algorithm>

#include "reconcile/model/error.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

Error bad_url(const std::string& why) {
  return {ErrorCode::invalid_input,
          "expected a Git URL such as https://host/path.git, found " + why};
}

/// The URL without user and trailing slashes. A user is dropped, as the credentials name theirs.
std::string clean_http_url(std::string url) {
  const bool printable =
      std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c != 0x7F; });
  if (!printable || url.size() > 2048) throw bad_url("spaces, control bytes or a text too long");
  if (url.find_first_of("?#") != std::string::npos) throw bad_url("a query or fragment");
  const std::size_t host = url.find("://") + 3;
  const std::size_t path = std::min(url.find('/', host), url.size());
  const std::size_t at = url.rfind('@', path);
  if (at != std::string::npos && at >= host) {
    if (url.substr(host, at - host).find(':') != std::string::npos) {
      throw bad_url("a password in it: use the credentials");
    }
    url.erase(host, at + 1 - host);
  }
  while (url.ends_with('/')) url.pop_back();
  if (url.size() <= host) throw bad_url("no host");
  return url;
}

}  // namespace

bool is_http_url(const std::string& url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

bool is_local_path(const std::string& url) {
  return url.find("://") == std::string::npos;
}

std::string clean_git_url(const GitOptions& options) {
  const std::string& url = options.url;
  if (is_http_url(url)) return clean_http_url(url);
  if (url.starts_with("ssh://") || url.starts_with("git@")) {
    throw Error(ErrorCode::unsupported, "Git over SSH is not built in this version");
  }
  const bool file = url.starts_with("file:///");
  if (!file && (url.empty() || url.find("://") != std::string::npos)) {
    throw bad_url("\"" + url.substr(0, url.find("://")) + "\"");
  }
  if (options.local == LocalRepositories::refused)
    throw bad_url("a path, which is not allowed here");
  return file ? url.substr(std::string_view("file://").size()) : url;
}

}  // namespace reconcile::sources
