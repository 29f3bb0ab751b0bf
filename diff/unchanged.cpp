// Proof without asking the server that an apply of desired would change nothing. Tests:
// test/diff/three_way_test.cpp.
#include <unordered_map>

#include "diff/built_in_fields.hpp"
#include "diff/definition_form.hpp"
#include "diff/object_tries.hpp"
#include "diff/structural_schema.hpp"
#include "diff/trie_walk.hpp"
#include "reconcile/diff/normal_form.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

bool is_zero(model::Value value) {
  if (value.is_null()) return false;
  if (value.is_string()) return value.text().empty();
  if (const auto boolean = value.boolean()) return !*boolean;
  return value.integer() == 0;
}

/// Whether the server leaves out a field that is owned with this value, in Kubernetes' own kinds.
bool is_left_out(model::Value desired, std::span<const PathStep> path) {
  if (desired.is_null()) return true;
  if (desired.is_scalar()) return is_zero(desired) && drops_zero(path);
  return desired.empty() && (desired.is_list() || is_plain_map(path.back().text));
}

/// Whether what is null or empty somewhere in `desired` is there in `live` too, or left out.
bool keeps_empties(model::Value desired, model::Value live, FieldPath& path) {
  for (std::size_t i = 0; i < desired.size(); ++i) {
    const bool is_map = desired.is_map();
    const model::Value item = is_map ? desired.value_at(i) : desired.at(i);
    const model::Value kept = is_map ? live[desired.key_at(i)] : live.at(i);
    if (is_map) path.push_back({PathStepType::field, std::string(desired.key_at(i))});
    if (is_map && is_raw(path)) {
      const bool is_kept = kept.present() && model::equal(item, kept);
      path.pop_back();
      if (!is_kept) return false;
      continue;
    }
    const bool is_empty = item.is_null() || (!item.is_scalar() && item.empty());
    const bool holds = is_empty ? (kept.present() ? model::equal(item, kept) ||
                                                        (item.is_null() && is_default(path, kept))
                                                  : is_map && is_left_out(item, path))
                                : keeps_empties(item, kept, path);
    if (is_map) path.pop_back();
    if (!holds) return false;
  }
  return true;
}

/// Labels and annotations of any object.
bool is_metadata_map(std::span<const PathStep> path) {
  return path.size() == 2 && path[0].text == "metadata" &&
         (path[1].text == "labels" || path[1].text == "annotations");
}

/// How many fields make up a list item's key.
std::size_t key_size(const PathStep& step) {
  return model::parse_json(step.text).root().size();
}

/// One place of the walk: the three sides, and what is known of the field.
struct Place {
  model::Value desired;
  model::Value live;
  ObjectTries tries;
  model::Value schema;  ///< of a custom kind; absent where it is not known
  /// Whether the definition says of the map above that its keys are any: each is owned by itself,
  /// beside what is below it.
  bool is_item = false;
};

/// Walks desired, live and the tries side by side.
class Proof {
 public:
  explicit Proof(model::Value desired)
      : is_built_in_(is_built_in(desired["apiVersion"].text())),
        is_definition_(desired["apiVersion"].text().starts_with("apiextensions.k8s.io/")),
        kind_(desired["kind"].text()) {}

  bool of_map(const Place& place);

 private:
  bool of_any(const Place& place);
  bool of_list(const Place& place);
  bool of_leaf(const Place& place);
  bool of_known_leaf(const Place& place);
  bool of_null(const Place& place, model::Value parent);
  bool of_nobodys(const Place& place);

  bool is_built_in_;
  bool is_definition_;
  std::string_view kind_;
  FieldPath path_;
  std::string raw_key_;  ///< room for one
};

std::size_t owned_fields(model::Value trie) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < trie.size(); ++i) count += trie.key_at(i) != ".";
  return count;
}

bool Proof::of_list(const Place& place) {
  const ListType type = place.tries.list_type();
  const std::vector<std::string> names = place.tries.list_keys();
  const auto wanted = keyed_items(place.desired, type, names);
  if (owned_fields(place.tries.own()) != wanted.size()) return false;
  // Where no two keys are equal and both lists have the same ones, live's need not be written.
  const bool side_by_side = wanted.size() == place.desired.size() &&
                            have_equal_keys(place.desired, place.live, type, names);
  const KeyedItems live_items = side_by_side ? KeyedItems() : keyed_items(place.live, type, names);
  auto next = live_items.begin();  // what stands before it was found: another order is a difference
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& [key, item] = wanted[i];
    const ObjectTries below = place.tries.child(key);
    if (!below.own().present()) return false;
    model::Value live;
    if (side_by_side) {
      live = place.live.at(i);
    } else {
      const auto found = std::find_if(
          next, live_items.end(), [&](const auto& live_item) { return live_item.first == key; });
      if (found == live_items.end()) return false;
      live = found->second;
      next = found + 1;
    }
    if (type == ListType::set) continue;
    path_.push_back(*parse_step(key));
    if (!of_any({item, live, below, place.schema["items"]})) return false;
    path_.pop_back();
  }
  return true;
}

bool Proof::of_map(const Place& place) {
  std::size_t matched = 0;
  for (std::size_t i = 0; i < place.desired.size(); ++i) {
    const std::string name(place.desired.key_at(i));
    if (path_.empty() && (name == "apiVersion" || name == "kind")) continue;
    if (path_.size() == 1 && path_[0].text == "metadata" && (name == "name" || name == "namespace"))
      continue;
    raw_key_.assign("f:").append(name);
    const Place below{place.desired.value_at(i), place.live[name], place.tries.child(raw_key_),
                      field_schema(place.schema, name), !place.schema["properties"][name].is_map()};
    path_.push_back({PathStepType::field, name});
    const bool is_owned = below.tries.own().present();
    const bool holds = !is_owned ? of_nobodys(below) : of_any(below) || of_null(below, place.live);
    path_.pop_back();
    if (!holds) return false;
    matched += is_owned;
  }
  return owned_fields(place.tries.own()) == matched;
}

/// Nobody owns an empty list that is merged, nor a map with nothing else in it.
bool Proof::of_nobodys(const Place& place) {
  if (path_.size() > trie_depth_max) return false;
  if (place.desired.is_list() && place.desired.empty()) {
    if (is_built_in_) return is_keyed_list(kind_, path_);
    return is_merged_list(place.schema) && place.live.is_list();
  }
  return !is_built_in_ && place.schema.is_map() && !is_atomic(place.schema) &&
         place.desired.is_map() && !place.desired.empty() && place.live.is_map() && of_map(place);
}

bool Proof::of_any(const Place& place) {
  if (path_.size() > trie_depth_max) return false;
  if (is_leaf(place.tries.own())) return of_leaf(place);
  if (place.desired.is_map() && place.live.is_map()) return of_map(place);
  if (place.desired.is_list() && place.live.is_list()) return of_list(place);
  return false;
}

/// A null, or an empty list or map, of a built-in kind: the server puts what it puts where nothing
/// is.
bool Proof::of_null(const Place& place, model::Value parent) {
  if (!is_leaf(place.tries.own()) || place.tries.others_go_on()) return false;
  if (is_definition_) return is_definition_form(path_, place.desired, place.live, parent);
  const bool is_nothing =
      place.desired.is_null() || (!place.desired.is_scalar() && place.desired.empty());
  if (!is_built_in_ || !is_nothing) return false;
  if (place.desired.is_list() && is_keyed_list(kind_, path_)) return false;
  if (kind_ == "Pod" && is_tolerated_more(path_, place.desired, place.live)) return true;
  return is_default(path_, place.live) || is_default_of(path_, place.live, parent);
}

/// A leaf of a custom kind whose schema is known.
bool Proof::of_known_leaf(const Place& place) {
  const bool is_map = place.live.is_map();
  if (is_map && !is_atomic(place.schema))
    // It is merged: empty when it was applied, and what is in it now is others'. Or it is an item
    // of a map in which nothing is owned.
    return place.desired.is_map() && (place.desired.empty() || (place.is_item && of_map(place)));
  if (place.live.is_list() && !is_atomic(place.schema)) return false;
  model::Arena arena;
  const model::Node filled = with_defaults(arena, place.desired, place.schema);
  return !place.tries.others_go_on() && model::equal(model::Value(&filled), place.live);
}

bool Proof::of_leaf(const Place& place) {
  const model::Value desired = place.desired;
  const model::Value live = place.live;
  // A list item that is nothing but its key was found by it.
  if (path_.back().type == PathStepType::key) return desired.size() == key_size(path_.back());
  const std::string_view name = path_.back().text;
  // Null when it was applied, and owned by that; its items are owned one by one, an empty one is
  // nobody's.
  if (is_built_in_ && desired.is_list() && is_keyed_list(kind_, path_)) return false;
  if (!live.present()) {
    // Owned and not there: what the server drops, in Kubernetes' own kinds more than null.
    if (is_built_in_ || is_metadata_map(path_)) return is_left_out(desired, path_);
    return desired.is_null();
  }
  if (!is_built_in_ && place.schema.is_map()) return of_known_leaf(place);
  const bool is_nothing = desired.is_null() || (desired.is_map() && desired.empty());
  if (is_nothing && live.is_map() && is_built_in_ && is_filled_structure(name)) return true;
  if (is_nothing && live.is_map() && !live.empty()) {
    // Empty when it was applied. Where others own fields in it, it is no atomic map.
    if (is_metadata_map(path_)) return true;
    if (desired.is_null()) return false;
    return place.tries.others_go_on() || (is_built_in_ && !is_built_in_atomic_map(name));
  }
  // An empty list of a built-in kind is written as null where it is not left out.
  if (live.is_null())
    return desired.is_null() || (is_built_in_ && desired.is_list() && desired.empty());
  if (desired.is_null()) return false;
  // A structure that is merged field by field was empty when it was applied, and is not now. In a
  // definition's it could be any map but those that are owned as a whole everywhere.
  const bool is_owned_whole =
      is_built_in_ ? is_built_in_atomic_map(name) : is_atomic_map(name) && !live.empty();
  if (desired.is_map() && !desired.empty() && !is_owned_whole) return false;
  if (place.tries.others_go_on()) return false;
  // A definition's fields are kept as they were written, and what is empty in a value that is owned
  // as a whole may be a structure or not.
  if (model::equal(desired, live)) return true;
  if (!is_built_in_) return false;
  if (kind_ == "Pod" && is_tolerated_more(path_, desired, live)) return true;
  return keeps_empties(desired, live, path_) && surely_equal(desired, live, path_);
}

/// Whether a field that is owned field by field lacks what is empty below it in `desired`.
bool lacks_empty(model::Value desired, model::Value answer, const ObjectTries& tries,
                 bool is_built_in, FieldPath& path) {
  // A map with nothing but empty lists in it is nobody's, and not owned as a whole.
  if (path.size() > trie_depth_max) return false;
  if (tries.own().present() && is_leaf(tries.own())) return false;
  if (desired.is_list()) {
    const ListType type = tries.list_type();
    if (type != ListType::keyed) return false;
    const std::vector<std::string> names = tries.list_keys();
    std::unordered_map<std::string, model::Value> there;
    for (auto& [key, item] : keyed_items(answer, type, names)) there.emplace(key, item);
    for (const auto& [key, item] : keyed_items(desired, type, names)) {
      const auto found = there.find(key);
      if (found != there.end() &&
          lacks_empty(item, found->second, tries.child(key), is_built_in, path))
        return true;
    }
    return false;
  }
  for (std::size_t i = 0; i < desired.size(); ++i) {
    const std::string name(desired.key_at(i));
    const model::Value value = desired.value_at(i);
    path.push_back({PathStepType::field, name});
    bool lacks = false;
    if (!value.is_scalar() && value.empty() && !answer.contains(name))
      lacks = !is_metadata_map(path) && !(is_built_in && is_left_out(value, path));
    else if (!value.is_scalar())
      lacks = lacks_empty(value, answer[name], tries.child("f:" + name), is_built_in, path);
    path.pop_back();
    if (lacks) return true;
  }
  return false;
}

}  // namespace

bool proves_unchanged(model::Value desired, model::Value live, std::string_view manager,
                      model::Value schema) {
  const auto entry = find_apply_entry(live, manager);
  if (!entry || entry->api_version != desired["apiVersion"].text()) return false;
  if (!live["metadata"]["deletionTimestamp"].is_null()) return false;
  return Proof(desired).of_map({desired, live, ObjectTries(live, manager), schema});
}

bool lacks_empty(model::Value desired, model::Value answer, std::string_view manager) {
  const ObjectTries tries(answer, manager);
  FieldPath path;
  return lacks_empty(desired, answer, tries, is_built_in(desired["apiVersion"].text()), path);
}

}  // namespace reconcile::diff
