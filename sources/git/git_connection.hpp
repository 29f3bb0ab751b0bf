#pragma once

#include <string>
#include <vector>

#include "sources/git/git_handles.hpp"
#include "sources/git/git_transfer.hpp"

namespace reconcile::sources {

/// A ref as the server lists it; "refs/tags/x^{}" is what an annotated tag stands for.
struct RemoteHead {
  std::string name;
  git_oid id{};
};

/// A conversation with the server of one transfer, on one thread. `repository` receives the
/// objects.
class GitConnection {
 public:
  GitConnection(Transfer& transfer, git_repository* repository);

  /// Connects and answers the server's refs. Throws the transfer's error.
  std::vector<RemoteHead> list();
  /// Brings what is missing of these refs. A failure without `transfer.error` is the repository's.
  void download(const std::vector<std::string>& names);

 private:
  git_remote_callbacks callbacks();
  [[noreturn]] void fail(const std::string& what);

  Transfer& transfer_;
  RemotePtr remote_;
};

}  // namespace reconcile::sources
