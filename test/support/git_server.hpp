#pragma once

#include <string>
#include <utility>
#include <vector>

#include "test/support/temporary_directory.hpp"

namespace reconcile::test {

/// Runs git in `directory`, without the user's configuration and with fixed author and times.
/// Answers its output without the last line break; throws std::runtime_error with it where git
/// fails.
std::string run_git(const std::string& directory, const std::vector<std::string>& arguments,
                    const std::string& input = "");

/// A work tree whose commits are pushed to a bare repository.
class GitFixture {
 public:
  /// `bare_path` is created, the branch is "main".
  explicit GitFixture(std::string bare_path);

  /// Writes files, commits and pushes; answers the commit.
  std::string commit(const std::vector<std::pair<std::string, std::string>>& files,
                     const std::string& branch = "main");
  std::string git(const std::vector<std::string>& arguments) {
    return run_git(work_.path(), arguments);
  }
  /// A hook of the bare repository: the lines of a shell script.
  void hook(const std::string& name, const std::string& script) const;
  [[nodiscard]] const std::string& bare() const noexcept { return bare_; }
  [[nodiscard]] const TemporaryDirectory& work() const noexcept { return work_; }

 private:
  std::string bare_;
  TemporaryDirectory work_;
};

/// How a GitServer is reached.
struct GitServerTls {
  std::string cert_pem{};
  std::string key_pem{};
  std::string client_ca_pem{};  ///< asks for a client certificate; empty = none
};

/// git-http-backend behind test/support/git_http_server.py on a free loopback port.
class GitServer {
 public:
  /// Serves the bare repositories below `root`.
  explicit GitServer(const std::string& root) : GitServer(root, {}) {}
  GitServer(const std::string& root, const GitServerTls& tls);
  ~GitServer();
  GitServer(const GitServer&) = delete;
  GitServer& operator=(const GitServer&) = delete;

  [[nodiscard]] std::string url(const std::string& path) const;
  /// What the server demands and breaks from now on; see the script. "" = nothing.
  void order(const std::string& text) const;
  /// The requests so far: "METHOD PATH yes|no", the last word says whether credentials came along.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  TemporaryDirectory state_;
  std::string origin_;
  int pid_ = -1;
};

}  // namespace reconcile::test
