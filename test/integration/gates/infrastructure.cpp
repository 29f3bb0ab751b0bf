#include "test/integration/gates/infrastructure.hpp"

#include <filesystem>

#include "test/support/git_server.hpp"

namespace reconcile::test {

Infrastructure::Infrastructure(std::string bare_path) : bare_(std::move(bare_path)) {
  run_git("/", {"init", "-q", "--bare", "-b", "dev", bare_});
  git({"init", "-q", "-b", "none"});
  git({"remote", "add", "origin", bare_});
}

std::string Infrastructure::git(const std::vector<std::string>& arguments) {
  return run_git(work_.path(), arguments);
}

void Infrastructure::write(const Files& files) {
  for (const auto& [path, content] : files) {
    if (content == erased)
      std::filesystem::remove_all(work_.path() + "/" + path);
    else
      work_.write(path, content);
  }
  git({"add", "-A"});
}

std::string Infrastructure::push(const std::string& branch) {
  git({"push", "-q", "--force", "origin", branch});
  return git({"rev-parse", "HEAD"});
}

std::string Infrastructure::begin(const std::string& branch, const std::string& onto,
                                  const Files& files) {
  if (onto.empty())
    git({"checkout", "-q", "--orphan", branch});
  else
    git({"checkout", "-q", "-b", branch, onto});
  bases_[branch] = onto;
  write(files);
  git({"commit", "-q", "--allow-empty", "-m", "Begin " + branch});
  return push(branch);
}

std::string Infrastructure::commit(const std::string& branch, const Files& files,
                                   const std::string& subject) {
  git({"checkout", "-q", branch});
  write(files);
  git({"commit", "-q", "--allow-empty", "-m", subject});
  return push(branch);
}

std::string Infrastructure::rebase(const std::string& branch, const std::string& onto) {
  git({"checkout", "-q", branch});
  git({"rebase", "-q", "--onto", onto, bases_.at(branch), branch});
  bases_[branch] = git({"rev-parse", onto});
  return push(branch);
}

std::string Infrastructure::revert(const std::string& branch, const std::string& commit) {
  git({"checkout", "-q", branch});
  git({"revert", "--no-edit", commit});
  return push(branch);
}

std::string Infrastructure::amend(const std::string& branch, const Files& files) {
  git({"checkout", "-q", branch});
  write(files);
  git({"commit", "-q", "--amend", "--no-edit"});
  return push(branch);
}

void Infrastructure::reset(const std::string& branch, const std::string& commit) {
  git({"checkout", "-q", branch});
  git({"reset", "-q", "--hard", commit});
  push(branch);
}

void Infrastructure::remove(const std::string& branch) {
  git({"push", "-q", "origin", ":refs/heads/" + branch});
}

std::string Infrastructure::tip(const std::string& branch) {
  return git({"rev-parse", branch});
}

}  // namespace reconcile::test
