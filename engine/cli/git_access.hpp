#pragma once

#include <string>

#include "reconcile/sources/git_source.hpp"

namespace CLI {
class App;
}

namespace reconcile::engine {

/// How a command logs in at a Git server: names of files, never secrets themselves.
struct GitAccessFlags {
  std::string username;
  std::string password_file;
  std::string token_file;
  std::string ca_file;
  std::string identity_file;
  std::string known_hosts_file;
};

/// Adds --<prefix>username, -password-file, -token-file, -ca-file, -identity-file and
/// -known-hosts-file; `whose` names the server in their help ("the repository").
void add_git_access_flags(CLI::App& app, GitAccessFlags& flags, const std::string& prefix,
                          const std::string& whose);

/// Reads the files into `options`; secrets are masked in the log from here on. Throws Error naming
/// a file that cannot be read.
void read_git_access(const GitAccessFlags& flags, sources::GitOptions& options);

/// A file's text without line breaks at its end.
std::string read_secret_file(const std::string& path);

}  // namespace reconcile::engine
