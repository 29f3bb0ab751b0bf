#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "test/support/temporary_directory.hpp"

namespace reconcile::test {

/// Paths with their content; a path whose content is `erased` goes away.
using Files = std::vector<std::pair<std::string, std::string>>;
inline constexpr const char* erased = "\x01";

/// The infrastructure repository: a branch for each environment, the next one made by rebasing its
/// own commits on the one before. Commits are pushed straight into the bare repository; the agents
/// fetch it from a server.
class Infrastructure {
 public:
  /// `bare_path` is created, without any commit.
  explicit Infrastructure(std::string bare_path);

  [[nodiscard]] const std::string& bare() const noexcept { return bare_; }
  /// The first commit of a branch that does not exist yet; on top of `onto` where that is not
  /// empty. Answers the commit, as all that follow do. Every change is pushed by force.
  std::string begin(const std::string& branch, const std::string& onto, const Files& files);
  /// A commit on top of the branch.
  std::string commit(const std::string& branch, const Files& files,
                     const std::string& subject = "Change");
  /// Replays the branch's own commits (since `begin` or the last rebase) on `onto`.
  std::string rebase(const std::string& branch, const std::string& onto);
  /// A commit that takes `commit` back.
  std::string revert(const std::string& branch, const std::string& commit);
  /// Replaces the branch's last commit by one that changes `files` too.
  std::string amend(const std::string& branch, const Files& files);
  /// Moves the branch to `commit`.
  void reset(const std::string& branch, const std::string& commit);
  /// Deletes the branch on the server.
  void remove(const std::string& branch);
  [[nodiscard]] std::string tip(const std::string& branch);

 private:
  std::string git(const std::vector<std::string>& arguments);
  void write(const Files& files);
  std::string push(const std::string& branch);

  std::string bare_;
  TemporaryDirectory work_;
  std::map<std::string, std::string> bases_;  ///< branch → commit below its own ones
};

}  // namespace reconcile::test
