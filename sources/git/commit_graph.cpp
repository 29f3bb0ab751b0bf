#include "sources/git/commit_graph.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sources/git/plain_text.hpp"
#include "sources/git/tree_difference.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t subject_bytes_max = 200;
constexpr std::size_t parents_max = 1000;
/// The year 2255: what a clock of nanoseconds holds.
constexpr git_time_t commit_seconds_max = 9'000'000'000;

Error absent(const std::string& commit) {
  return {ErrorCode::not_found,
          "expected commit \"" + commit.substr(0, 100) + "\" in the repository, found none"};
}

CommitInfo info_of(git_commit* commit) {
  CommitInfo info;
  info.id = id_text(*git_commit_id(commit));
  const std::size_t parents = std::min<std::size_t>(git_commit_parentcount(commit), parents_max);
  for (std::size_t i = 0; i < parents; ++i) {
    info.parents.push_back(id_text(*git_commit_parent_id(commit, static_cast<unsigned>(i))));
  }
  const char* message = git_commit_message(commit);
  const std::string_view text = message != nullptr ? message : "";
  info.subject = plain_text(text.substr(0, text.find('\n')), subject_bytes_max);
  const git_signature* author = git_commit_author(commit);
  if (author != nullptr && author->name != nullptr) {
    info.author = plain_text(author->name, subject_bytes_max);
  }
  const auto seconds = std::clamp<git_time_t>(git_commit_time(commit), 0, commit_seconds_max);
  info.committed_at = model::WallTime(std::chrono::seconds(seconds));
  return info;
}

}  // namespace

RepositoryGraph::RepositoryGraph(RepositoryPtr repository, std::shared_ptr<ObjectReader> reader,
                                 std::shared_ptr<const void> keep)
    : repository_(std::move(repository)), reader_(std::move(reader)), keep_(std::move(keep)) {
}

std::optional<git_oid> RepositoryGraph::find(const std::string& commit) const {
  git_oid id{};
  if (!read_id(commit, id)) return std::nullopt;
  git_commit* found = nullptr;
  if (git_commit_lookup(&found, repository_.get(), &id) < 0) return std::nullopt;
  git_commit_free(found);
  return id;
}

git_oid RepositoryGraph::need(const std::string& commit) const {
  if (const std::optional<git_oid> id = find(commit)) return *id;
  throw absent(commit);
}

bool RepositoryGraph::contains(const std::string& commit) const {
  const std::lock_guard guard(mutex_);
  return find(commit).has_value();
}

bool RepositoryGraph::is_ancestor(const std::string& ancestor, const std::string& commit) const {
  const std::lock_guard guard(mutex_);
  const git_oid older = need(ancestor);
  const git_oid newer = need(commit);
  if (git_oid_equal(&older, &newer) != 0) return true;
  const int answer = git_graph_descendant_of(repository_.get(), &newer, &older);
  check_git(answer, "cannot follow the history of commit " + commit);
  return answer == 1;
}

std::optional<std::string> RepositoryGraph::merge_base(const std::string& left,
                                                       const std::string& right) const {
  const std::lock_guard guard(mutex_);
  const git_oid a = need(left);
  const git_oid b = need(right);
  git_oid base{};
  const int result = git_merge_base(&base, repository_.get(), &a, &b);
  if (result == GIT_ENOTFOUND) return std::nullopt;
  check_git(result, "cannot find what commits " + left + " and " + right + " have in common");
  return id_text(base);
}

std::vector<CommitInfo> RepositoryGraph::walk(const std::string& tip, const std::string& until,
                                              std::size_t count_max) const {
  const std::string what = "cannot walk the history of commit " + tip;
  const std::lock_guard guard(mutex_);
  const git_oid start = need(tip);
  git_revwalk* raw = nullptr;
  check_git(git_revwalk_new(&raw, repository_.get()), what);
  const RevwalkPtr revwalk(raw);
  check_git(git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME), what);
  check_git(git_revwalk_push(raw, &start), what);
  if (!until.empty()) {
    const git_oid end = need(until);
    check_git(git_revwalk_hide(raw, &end), what);
  }
  std::vector<CommitInfo> commits;
  git_oid next{};
  while (commits.size() < count_max) {
    const int result = git_revwalk_next(&next, raw);
    if (result == GIT_ITEROVER) break;
    check_git(result, what);
    git_commit* commit = nullptr;
    check_git(git_commit_lookup(&commit, repository_.get(), &next), what);
    const CommitPtr owner(commit);
    commits.push_back(info_of(commit));
  }
  return commits;
}

git_oid RepositoryGraph::tree_of(const std::string& commit) const {
  git_oid id{};
  git_oid tree{};
  if (read_id(commit, id) && reader_->find_tree(id, tree)) return tree;
  throw absent(commit);
}

std::vector<ChangedPath> RepositoryGraph::changed_paths(const std::string& from,
                                                        const std::string& to,
                                                        std::size_t count_max) const {
  return tree_difference(*reader_, tree_of(from), tree_of(to), count_max);
}

std::string RepositoryGraph::tree_id(const std::string& commit) const {
  return id_text(tree_of(commit));
}

std::shared_ptr<const model::FileTree> RepositoryGraph::tree(const std::string& commit) const {
  return object_tree(reader_, tree_of(commit), keep_, {});
}

std::string RepositoryGraph::path() const {
  return git_repository_commondir(repository_.get());
}

const RepositoryGraph& need_repository(const CommitGraph& graph) {
  const auto* found = dynamic_cast<const RepositoryGraph*>(&graph);
  if (found != nullptr) return *found;
  throw Error(ErrorCode::unsupported, "expected the commits of a Git repository on disk");
}

std::shared_ptr<const CommitGraph> open_commit_graph(const std::string& path) {
  require_libgit2();
  RepositoryPtr commits = open_repository(path);
  RepositoryPtr files = open_repository(path);
  if (!commits || !files) {
    throw Error(ErrorCode::not_found, "expected a Git repository at \"" + path + "\", found none");
  }
  return std::make_shared<RepositoryGraph>(
      std::move(commits), std::make_shared<ObjectReader>(std::move(files)), nullptr);
}

std::shared_ptr<const CommitGraph> join_graphs(std::shared_ptr<const CommitGraph> base,
                                               std::shared_ptr<const CommitGraph> added) {
  const std::string base_path = need_repository(*base).path();
  const std::string added_objects = need_repository(*added).path() + "/objects";
  const auto open = [&] {
    RepositoryPtr repository = open_repository(base_path);
    if (!repository) throw git_failure(ErrorCode::unavailable, "cannot open the Git mirror");
    git_odb* odb = nullptr;
    check_git(git_repository_odb(&odb, repository.get()), "cannot open the Git mirror");
    const OdbPtr owner(odb);
    check_git(git_odb_add_disk_alternate(odb, added_objects.c_str()), "cannot open the Git mirror");
    return repository;
  };
  using Both = std::pair<std::shared_ptr<const CommitGraph>, std::shared_ptr<const CommitGraph>>;
  auto keep = std::make_shared<Both>(std::move(base), std::move(added));
  return std::make_shared<RepositoryGraph>(open(), std::make_shared<ObjectReader>(open()),
                                           std::move(keep));
}

}  // namespace reconcile::sources
