// Generated objects, whose name changes with their content. Tests: test/diff/two_way_test.cpp.
#include "diff/hashed_names.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace reconcile::diff {

namespace {

constexpr std::size_t hash_size = 10;
/// kustomize writes hexadecimal digits without vowels and what looks like them (0, 1, 3, a, e).
constexpr std::string_view hash_letters = "2456789bcdfghkmt";

/// The id with the name before the hash; absent where the name has none.
std::optional<model::ObjectId> without_hash(model::ObjectId id) {
  if (id.name.size() < hash_size + 2) return std::nullopt;
  const std::size_t dash = id.name.size() - hash_size - 1;
  if (id.name[dash] != '-') return std::nullopt;
  if (id.name.find_first_not_of(hash_letters, dash + 1) != std::string::npos) return std::nullopt;
  id.name.resize(dash);
  return id;
}

using ByStem = std::map<model::ObjectId, std::vector<model::ObjectId>>;

ByStem by_stem(const std::set<model::ObjectId>& ids) {
  ByStem stems;
  for (const model::ObjectId& id : ids)
    if (const auto stem = without_hash(id)) stems[*stem].push_back(id);
  return stems;
}

}  // namespace

std::map<model::ObjectId, model::ObjectId> pair_hashed_names(
    const std::set<model::ObjectId>& gone, const std::set<model::ObjectId>& made) {
  std::map<model::ObjectId, model::ObjectId> pairs;
  const ByStem before = by_stem(gone);
  for (const auto& [stem, ids] : by_stem(made)) {
    const auto found = before.find(stem);
    if (found != before.end() && found->second.size() == 1 && ids.size() == 1)
      pairs.emplace(ids.front(), found->second.front());
  }
  return pairs;
}

}  // namespace reconcile::diff
