// Proof without asking the server that an apply of desired would change nothing. Tests:
// test/diff/three_way_test.cpp.
#include <unordered_map>

#include "diff/object_tries.hpp"
#include "diff/trie_walk.hpp"
#include "reconcile/diff/normal_form.hpp"
#include "reconcile/diff/three_way.hpp"

namespace reconcile::diff {

namespace {

bool proves(model::Value desired, model::Value live, const ObjectTries& tries, FieldPath& path);

bool proves_list(model::Value desired, model::Value live, const ObjectTries& tries,
                 FieldPath& path) {
  const ListType type = tries.list_type();
  const std::vector<std::string> names = tries.list_keys();
  std::unordered_map<std::string, std::pair<std::size_t, model::Value>> live_items;
  std::size_t position = 0;
  for (auto& [key, item] : keyed_items(live, type, names))
    live_items.emplace(key, std::make_pair(position++, item));
  const auto wanted = keyed_items(desired, type, names);
  std::size_t owned = 0;
  for (std::size_t i = 0; i < tries.own().size(); ++i) owned += tries.own().key_at(i) != ".";
  if (owned != wanted.size()) return false;
  std::size_t last = 0;
  bool first = true;
  for (const auto& [key, item] : wanted) {
    const auto found = live_items.find(key);
    const ObjectTries below = tries.child(key);
    if (found == live_items.end() || !below.own().present()) return false;
    if (!first && found->second.first < last) return false;  // another order
    first = false;
    last = found->second.first;
    if (type == ListType::set) continue;
    path.push_back(*parse_step(key));
    if (!proves(item, found->second.second, below, path)) return false;
    path.pop_back();
  }
  return true;
}

bool proves_map(model::Value desired, model::Value live, const ObjectTries& tries,
                FieldPath& path) {
  std::size_t matched = 0;
  for (std::size_t i = 0; i < desired.size(); ++i) {
    const std::string name(desired.key_at(i));
    if (path.empty() && (name == "apiVersion" || name == "kind")) continue;
    if (path.size() == 1 && path[0].text == "metadata" && (name == "name" || name == "namespace"))
      continue;
    const model::Value value = desired.value_at(i);
    const ObjectTries below = tries.child("f:" + name);
    if (!below.own().present()) {
      if (value.is_null()) continue;  // sent as "not there"
      return false;
    }
    ++matched;
    path.push_back({PathStepType::field, name});
    if (!proves(value, live[name], below, path)) return false;
    path.pop_back();
  }
  std::size_t owned = 0;
  for (std::size_t i = 0; i < tries.own().size(); ++i) owned += tries.own().key_at(i) != ".";
  return owned == matched;
}

bool proves(model::Value desired, model::Value live, const ObjectTries& tries, FieldPath& path) {
  if (path.size() > trie_depth_max) return false;
  if (!is_leaf(tries.own())) {
    if (desired.is_map() && live.is_map()) return proves_map(desired, live, tries, path);
    if (desired.is_list() && live.is_list()) return proves_list(desired, live, tries, path);
    return false;
  }
  if (desired.empty() || !tries.others_go_on()) return surely_equal(desired, live, path);
  return false;
}

}  // namespace

bool proves_unchanged(model::Value desired, model::Value live, std::string_view manager) {
  const auto entry = find_apply_entry(live, manager);
  if (!entry || entry->api_version != desired["apiVersion"].text()) return false;
  if (!live["metadata"]["deletionTimestamp"].is_null()) return false;
  FieldPath path;
  return proves_map(desired, live, ObjectTries(live, manager), path);
}

}  // namespace reconcile::diff
