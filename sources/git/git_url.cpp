#include "sources/git/git_url.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "reconcile/model/error.hpp"
#include "sources/git/known_hosts.hpp"
#include "sources/git/ssh_key.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

Error bad_url(const std::string& why) {
  return {
      ErrorCode::invalid_input,
      "expected a Git URL such as https://host/path.git or ssh://git@host/path.git, found " + why};
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

/// The same for SSH, where the user stays: it is part of where the repository is.
std::string clean_ssh_url(const GitOptions& options) {
  std::string url = options.url;
  while (url.ends_with('/')) url.pop_back();
  static_cast<void>(parse_ssh_url(url));
  const std::string where = options.ssh.origin.empty() ? "the options" : options.ssh.origin;
  if (options.ssh.known_hosts.empty()) {
    throw Error(ErrorCode::invalid_input,
                "expected known_hosts for " + url + " in " + where + ", found none");
  }
  try {
    static_cast<void>(KnownHosts::parse(options.ssh.known_hosts));
    const SshKeyFacts facts = inspect_ssh_key(options.ssh.identity);
    if (facts.encrypted && options.ssh.passphrase.empty()) {
      throw Error(ErrorCode::invalid_input,
                  "expected the passphrase of the encrypted SSH key, found none");
    }
  } catch (Error& error) {
    throw std::move(error).with_context(where);
  }
  return url;
}

bool is_scp_form(const std::string& url) {
  const std::size_t colon = url.find(':');
  const std::size_t at = url.find('@');
  return at != std::string::npos && colon != std::string::npos && at < colon &&
         url.find('/') > colon && url.find("://") == std::string::npos;
}

}  // namespace

bool is_ssh_url(const std::string& url) {
  return url.starts_with("ssh://");
}

SshAddress parse_ssh_url(const std::string& url) {
  const bool printable =
      std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c != 0x7F; });
  if (!printable || url.size() > 2048) throw bad_url("spaces, control bytes or a text too long");
  SshAddress address;
  std::string_view rest = std::string_view(url).substr(std::string_view("ssh://").size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size()) throw bad_url("no path");
  address.path = rest.substr(slash);
  if (address.path.starts_with("/~")) address.path.erase(0, 1);
  rest = rest.substr(0, slash);
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) {
    address.user = rest.substr(0, at);
    if (address.user.find(':') != std::string::npos) throw bad_url("a password in it");
    rest.remove_prefix(at + 1);
  }
  const std::size_t bracket = rest.starts_with('[') ? rest.find(']') : std::string_view::npos;
  const std::size_t host_end =
      bracket != std::string_view::npos ? bracket + 1 : std::min(rest.find(':'), rest.size());
  address.host = rest.substr(0, host_end);
  if (bracket != std::string_view::npos) address.host = rest.substr(1, bracket - 1);
  if (address.host.empty() || address.host.starts_with('-')) throw bad_url("no host");
  rest.remove_prefix(host_end);
  if (rest.empty() || rest == ":") return address;
  const char* end = rest.data() + rest.size();
  const auto [stop, failure] = std::from_chars(rest.data() + 1, end, address.port);
  if (rest[0] != ':' || failure != std::errc() || stop != end || address.port < 1 ||
      address.port > 65535) {
    throw bad_url("a port that is none");
  }
  return address;
}

bool is_http_url(const std::string& url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

bool is_local_path(const std::string& url) {
  return url.find("://") == std::string::npos;
}

std::string clean_git_url(const GitOptions& options) {
  const std::string& url = options.url;
  if (is_http_url(url)) return clean_http_url(url);
  if (is_ssh_url(url)) return clean_ssh_url(options);
  if (is_scp_form(url)) throw bad_url("the form user@host:path: write ssh://user@host/path");
  const bool file = url.starts_with("file:///");
  if (!file && (url.empty() || url.find("://") != std::string::npos)) {
    throw bad_url("\"" + url.substr(0, url.find("://")) + "\"");
  }
  if (options.local == LocalRepositories::refused)
    throw bad_url("a path, which is not allowed here");
  return file ? url.substr(std::string_view("file://").size()) : url;
}

}  // namespace reconcile::sources
