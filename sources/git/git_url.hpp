#pragma once

#include <string>

#include "reconcile/sources/git_source.hpp"

namespace reconcile::sources {

bool is_http_url(const std::string& url);
bool is_ssh_url(const std::string& url);
/// Whether a cleaned URL is a path on this machine.
bool is_local_path(const std::string& url);

/// The URL that a mirror is named after, without user of HTTP and trailing slashes; the path of a
/// local repository. Throws Error(invalid_input) saying what is wrong with `options.url`.
std::string clean_git_url(const GitOptions& options);

/// The parts of ssh://[user@]host[:port]/path.
struct SshAddress {
  std::string user;  ///< empty where not given
  std::string host;  ///< without the brackets of an IPv6 address
  int port = 22;
  std::string path;  ///< "/team/repo.git", or "~user/repo.git" for "/~user/repo.git"
};
/// Throws Error(invalid_input) saying what is wrong.
SshAddress parse_ssh_url(const std::string& url);

}  // namespace reconcile::sources
