#include "sources/git/kept_refs.hpp"

#include <algorithm>

#include "sources/git/git_repack.hpp"

namespace reconcile::sources {
namespace {

std::string kept_name(const std::string& name) {
  std::string kept = kept_refs_prefix;
  for (const char c : name) {
    if (c == '/') {
      kept += "%2F";
    } else if (c == '%') {
      kept += "%25";
    } else {
      kept += c;
    }
  }
  return kept;
}

constexpr std::size_t kept_bytes_max = 240;

}  // namespace

bool can_keep(const std::string& name) {
  return kept_name(name).size() - std::string_view(kept_refs_prefix).size() <= kept_bytes_max;
}

void KeptRefs::forget(const std::string& name) {
  git_reference_remove(mirror_, kept_name(name).c_str());
}

void KeptRefs::set(const std::string& name, const git_oid& id) {
  git_commit* commit = nullptr;
  if (git_commit_lookup(&commit, mirror_, &id) < 0) return;
  git_commit_free(commit);
  git_oid now{};
  const std::string kept = kept_name(name);
  if (git_reference_name_to_id(&now, mirror_, kept.c_str()) == 0 && git_oid_equal(&now, &id) != 0) {
    return;
  }
  git_reference* created = nullptr;
  check_git(git_reference_create(&created, mirror_, kept.c_str(), &id, 1, nullptr),
            "cannot write to the Git mirror");
  git_reference_free(created);
}

void KeptRefs::forget(const std::vector<std::string>& prefixes,
                      const std::map<std::string, std::string>& refs) {
  std::map<std::string, bool> named;
  for (const auto& [name, id] : refs) named[kept_name(name)] = true;
  git_reference_iterator* raw = nullptr;
  const std::string glob = std::string(kept_refs_prefix) + "*";
  check_git(git_reference_iterator_glob_new(&raw, mirror_, glob.c_str()),
            "cannot list the refs of the Git mirror");
  const ReferenceIteratorPtr iterator(raw);
  std::vector<std::string> gone;
  const char* next = nullptr;
  while (git_reference_next_name(&next, iterator.get()) == 0) {
    const std::string kept = next;
    const bool below =
        std::any_of(prefixes.begin(), prefixes.end(),
                    [&](const std::string& prefix) { return kept.starts_with(kept_name(prefix)); });
    if (below && !named.contains(kept)) gone.push_back(kept);
  }
  for (const std::string& name : gone) git_reference_remove(mirror_, name.c_str());
}

}  // namespace reconcile::sources
