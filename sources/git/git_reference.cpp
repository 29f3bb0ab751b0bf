#include "sources/git/git_reference.hpp"

#include <algorithm>

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::string_view resolved_suffix = "^{}";
constexpr std::string_view default_branch = "master";

void check_ref_name(const std::string& name) {
  int valid = 0;
  if (name == "HEAD") return;
  if (git_reference_name_is_valid(&valid, name.c_str()) == 0 && valid == 1 &&
      name.find('*') == std::string::npos && name.starts_with("refs/")) {
    return;
  }
  throw Error(ErrorCode::invalid_input,
              "expected a valid Git ref, found \"" + name.substr(0, 200) + "\"");
}

bool same(const git_oid& a, const git_oid& b) {
  return git_oid_equal(&a, &b) != 0;
}

WantedCommit named(const std::string& ref, std::string revision_name,
                   const std::vector<RemoteHead>& heads, const std::string& url) {
  const RemoteHead* head = find_head(heads, ref);
  if (head != nullptr) return {head->id, std::move(revision_name), {ref}};
  throw Error(ErrorCode::not_found, "expected the ref " + ref + " in " + url + ", found " +
                                        std::to_string(heads.size()) + " other refs");
}

WantedCommit pinned(const GitReference& reference, const std::vector<RemoteHead>& heads,
                    const std::string& url) {
  WantedCommit wanted{parse_id(reference.commit), reference.branch, {}};
  if (!reference.branch.empty()) {
    wanted.ref_names = named("refs/heads/" + reference.branch, "", heads, url).ref_names;
    return wanted;
  }
  for (const RemoteHead& head : heads) {
    const bool listed = head.name.starts_with("refs/heads/") || head.name.starts_with("refs/tags/");
    if (!listed || head.name.ends_with(resolved_suffix)) continue;
    const RemoteHead* commit = find_head(heads, head.name);
    if (same(commit->id, wanted.commit)) {
      wanted.ref_names = {head.name};
      return wanted;
    }
    wanted.ref_names.push_back(head.name);
  }
  return wanted;
}

std::string without_suffix(const std::string& name) {
  return name.ends_with(resolved_suffix) ? name.substr(0, name.size() - resolved_suffix.size())
                                         : name;
}

}  // namespace

void check_reference(const GitReference& reference) {
  if (!reference.commit.empty()) {
    parse_id(reference.commit);
  } else if (reference.name.empty() && !reference.semver.empty()) {
    throw Error(ErrorCode::unsupported,
                "the reference semver \"" + reference.semver + "\" is not built in this version");
  }
  if (!reference.name.empty()) check_ref_name(without_suffix(reference.name));
  if (!reference.tag.empty()) check_ref_name("refs/tags/" + reference.tag);
  if (!reference.branch.empty()) check_ref_name("refs/heads/" + reference.branch);
}

const RemoteHead* find_head(const std::vector<RemoteHead>& heads, const std::string& name) {
  const std::string resolved = name + std::string(resolved_suffix);
  const RemoteHead* plain = nullptr;
  for (const RemoteHead& head : heads) {
    if (head.name == resolved) return &head;
    if (head.name == name) plain = &head;
  }
  return plain;
}

WantedCommit find_commit(const GitReference& reference, const std::vector<RemoteHead>& heads,
                         const std::string& url) {
  if (!reference.commit.empty()) return pinned(reference, heads, url);
  if (!reference.name.empty()) {
    return named(without_suffix(reference.name), reference.name, heads, url);
  }
  if (!reference.tag.empty()) return named("refs/tags/" + reference.tag, reference.tag, heads, url);
  const std::string branch =
      reference.branch.empty() ? std::string(default_branch) : reference.branch;
  return named("refs/heads/" + branch, branch, heads, url);
}

}  // namespace reconcile::sources
