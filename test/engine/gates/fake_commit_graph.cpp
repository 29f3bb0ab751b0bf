#include "test/engine/gates/fake_commit_graph.hpp"

#include <algorithm>
#include <set>

#include "reconcile/model/error.hpp"
#include "test/engine/gates/chain_writer.hpp"

namespace reconcile::test {

using sources::ChangedPath;
using sources::CommitInfo;

std::string FakeCommitGraph::commit(const std::string& name,
                                    const std::vector<std::string>& parents, const Tree& changes) {
  Entry entry;
  entry.info.id = commit_id(name);
  entry.info.subject = "Subject of " + name;
  entry.info.author = "Ada";
  entry.order = commits_.size();
  entry.info.committed_at =
      model::WallTime(std::chrono::seconds(1'767'000'000 + 60 * static_cast<int>(entry.order)));
  for (const std::string& parent : parents) entry.info.parents.push_back(commit_id(parent));
  if (!parents.empty()) entry.tree = at(commit_id(parents.front())).tree;
  for (const auto& [path, content] : changes) {
    if (content.empty()) {
      entry.tree.erase(path);
    } else {
      entry.tree[path] = content;
    }
  }
  commits_[entry.info.id] = entry;
  return entry.info.id;
}

void FakeCommitGraph::forget(const std::string& name) {
  commits_.erase(commit_id(name));
}

const FakeCommitGraph::Entry& FakeCommitGraph::at(const std::string& id) const {
  const auto found = commits_.find(id);
  if (found == commits_.end()) {
    throw model::Error(model::ErrorCode::not_found, "there is no commit " + id);
  }
  return found->second;
}

bool FakeCommitGraph::contains(const std::string& commit) const {
  return commits_.contains(commit);
}

bool FakeCommitGraph::is_ancestor(const std::string& ancestor, const std::string& commit) const {
  (void)at(ancestor);
  const std::vector<CommitInfo> reachable = walk(commit, {}, SIZE_MAX);
  return std::any_of(reachable.begin(), reachable.end(),
                     [&](const CommitInfo& info) { return info.id == ancestor; });
}

std::optional<std::string> FakeCommitGraph::merge_base(const std::string& left,
                                                       const std::string& right) const {
  for (const CommitInfo& info : walk(left, {}, SIZE_MAX)) {
    if (is_ancestor(info.id, right)) return info.id;
  }
  return std::nullopt;
}

std::vector<CommitInfo> FakeCommitGraph::walk(const std::string& tip, const std::string& until,
                                              std::size_t count_max) const {
  std::set<std::string> hidden;
  if (!until.empty()) {
    for (const CommitInfo& info : walk(until, {}, SIZE_MAX)) hidden.insert(info.id);
  }
  std::set<std::string> seen;
  std::vector<std::string> open{tip};
  std::vector<const Entry*> found;
  while (!open.empty()) {
    const std::string next = open.back();
    open.pop_back();
    if (hidden.contains(next) || !seen.insert(next).second) continue;
    found.push_back(&at(next));
    for (const std::string& parent : found.back()->info.parents) {
      if (commits_.contains(parent)) open.push_back(parent);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Entry* left, const Entry* right) { return left->order > right->order; });
  std::vector<CommitInfo> infos;
  for (const Entry* entry : found) {
    if (infos.size() < count_max) infos.push_back(entry->info);
  }
  return infos;
}

std::vector<ChangedPath> FakeCommitGraph::changed_paths(const std::string& from,
                                                        const std::string& to,
                                                        std::size_t count_max) const {
  const Tree& old_tree = at(from).tree;
  const Tree& new_tree = at(to).tree;
  std::set<std::string> paths;
  for (const auto& [path, content] : old_tree) paths.insert(path);
  for (const auto& [path, content] : new_tree) paths.insert(path);
  std::vector<ChangedPath> changes;
  for (const std::string& path : paths) {
    const auto old_file = old_tree.find(path);
    const auto new_file = new_tree.find(path);
    ChangedPath change{path, old_file == old_tree.end() ? "" : old_file->second,
                       new_file == new_tree.end() ? "" : new_file->second, false};
    const auto mode_of = [&](const std::string& id) {
      const auto mode = modes.find(id + " " + path);
      return mode == modes.end() ? std::string() : mode->second;
    };
    change.mode_changed = mode_of(from) != mode_of(to);
    if (change.old_blob != change.new_blob || change.mode_changed) changes.push_back(change);
  }
  if (changes.size() > count_max) {
    throw model::Error(model::ErrorCode::limit_exceeded, "more paths differ than allowed");
  }
  return changes;
}

std::string FakeCommitGraph::tree_id(const std::string& commit) const {
  return "tree of " + at(commit).info.id;
}

std::shared_ptr<const model::FileTree> FakeCommitGraph::tree(const std::string& commit) const {
  (void)at(commit);
  return nullptr;
}

}  // namespace reconcile::test
