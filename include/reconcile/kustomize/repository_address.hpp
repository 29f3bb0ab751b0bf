#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace reconcile::kustomize {

/// A directory in a Git repository, as kustomize 5.8.2 reads it from an entry of `resources` such
/// as "https://github.com/org/repo//path?ref=v1" or "git@host:org/repo.git/path".
struct RepositoryAddress {
  std::string raw;        ///< as written
  std::string host;       ///< "https://github.com/", "git@github.com:", "file://"
  std::string path;       ///< of the repository: "org/repo"
  std::string directory;  ///< inside the repository; empty = its root
  std::string reference;  ///< branch, tag or commit of `ref` or `version`; empty = HEAD
  std::chrono::nanoseconds timeout{std::chrono::seconds(27)};  ///< of each step; never zero
  bool submodules = true;

  /// What `git fetch` is asked for.
  [[nodiscard]] std::string clone_url() const { return host + path; }
  /// Absent where kustomize takes `text` for a path on this machine.
  static std::optional<RepositoryAddress> parse(std::string_view text);
};

/// Whether kustomize asks a web server for `path` before it looks for a file.
bool is_web_address(std::string_view path) noexcept;

/// `url` for messages and annotations: without password, and without a query where it may be a
/// signature (all but `ref`, `version`, `timeout` and `submodules`).
std::string without_credentials(std::string_view url);

}  // namespace reconcile::kustomize
