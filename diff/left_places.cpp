// Fields that are left to others, found in a live object and in the tries of its managers. Tests:
// test/diff/left_fields_test.cpp.
#include "diff/left_places.hpp"

#include <algorithm>
#include <charconv>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

constexpr std::size_t places_max = 10'000;

std::optional<std::size_t> list_index(std::string_view text) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return index;
}

void find_places(std::span<const std::string> steps, model::Value live, Place& place,
                 std::vector<Place>& found) {
  if (steps.empty()) {
    if (found.size() < places_max) found.push_back(place);
    return;
  }
  const auto go = [&](PlaceStep step, model::Value child) {
    place.push_back(std::move(step));
    find_places(steps.subspan(1), child, place, found);
    place.pop_back();
  };
  const bool every = steps.front() == "*";
  if (live.is_list()) {
    const auto index = list_index(steps.front());
    for (std::size_t i = 0; i < live.size(); ++i)
      if (every || index == i) go({"", i}, live.at(i));
  } else if (every) {
    for (std::size_t i = 0; i < live.size(); ++i)
      go({std::string(live.key_at(i)), 0}, live.value_at(i));
  } else if (live.is_map()) {
    go({steps.front(), 0}, live[steps.front()]);
  }
}

/// The trie's key of one step; empty where the trie does not lead there.
std::string trie_key(model::Value trie, model::Value parent, const PlaceStep& step) {
  if (!step.name.empty()) {
    std::string key = "f:" + step.name;
    return trie.contains(key) ? key : std::string();
  }
  for (std::size_t i = 0; i < trie.size(); ++i) {
    const auto parsed = parse_step(trie.key_at(i));
    if (parsed && position_of(parent, *parsed) == step.index) return std::string(trie.key_at(i));
  }
  return {};
}

/// How far a trie leads along a place.
struct Reach {
  std::size_t depth = 0;
  bool ends = false;     ///< it owns what is there as a whole
  bool goes_on = false;  ///< it owns fields below
};

Reach reach(model::Value trie, model::Value live, std::span<const PlaceStep> place) {
  Reach result;
  for (; result.depth < place.size(); ++result.depth) {
    if (result.depth > 0 && is_leaf(trie)) break;
    const std::string key = trie_key(trie, live, place[result.depth]);
    if (key.empty()) return result;
    trie = trie[key];
    live = value_at(live, place.subspan(result.depth, 1));
  }
  result.ends = true;
  result.goes_on = result.depth == place.size() && !is_leaf(trie);
  return result;
}

/// Takes one place out of a trie, with the nodes that are empty then.
void remove_from_trie(model::Node& trie, model::Value live, std::span<const PlaceStep> place) {
  const std::string key = trie_key(model::Value(&trie), live, place.front());
  if (key.empty()) return;
  model::Node* child = model::find(trie, key);
  if (place.size() > 1 && !is_leaf(model::Value(child))) {
    remove_from_trie(*child, value_at(live, place.first(1)), place.subspan(1));
    if (child->size > 0) return;
  }
  model::erase(trie, key);
}

model::Node* node_at(model::Node& root, std::span<const PlaceStep> place) {
  model::Node* node = &root;
  for (const PlaceStep& step : place) {
    if (!step.name.empty()) {
      node = model::find(*node, step.name);
    } else {
      const bool there = node->kind == model::Kind::list && step.index < node->size;
      node = there ? &node->items[step.index] : nullptr;
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

/// Blanks one place in a copy of the object: what others make of it does not count.
void blank(model::Arena& arena, model::Node& root, std::span<const PlaceStep> place) {
  if (place.back().name.empty()) {
    if (model::Node* node = node_at(root, place)) *node = model::make_null();
    return;
  }
  // Set where it is missing too, so that coming and going are no difference.
  model::Node* parent = node_at(root, place.first(place.size() - 1));
  if (parent != nullptr && parent->kind == model::Kind::map)
    model::set(arena, *parent, place.back().name, model::make_null());
}

}  // namespace

std::vector<Place> places_of(const LeftField& field, model::Value live) {
  std::vector<Place> found;
  Place place;
  find_places(field.steps, live, place, found);
  return found;
}

model::Value value_at(model::Value live, std::span<const PlaceStep> place) {
  for (const PlaceStep& step : place)
    live = step.name.empty() ? live.at(step.index) : live[step.name];
  return live;
}

PlaceOwners owners_at(const LeftField& field, std::span<const ManagedEntry> entries,
                      model::Value live, std::span<const PlaceStep> place,
                      std::string_view manager) {
  PlaceOwners owners;
  owners.left = field.managers.empty();
  std::size_t deepest = 0;
  std::optional<std::size_t> whole;
  for (const ManagedEntry& entry : entries) {
    const Reach reached = reach(entry.fields, live, place);
    deepest = std::max(deepest, reached.depth);
    if (!reached.ends) continue;
    owners.in_parts = owners.in_parts || reached.goes_on;
    if (reached.depth < place.size())
      whole = whole ? std::max(*whole, reached.depth) : reached.depth;
    const bool own = entry.manager == manager && entry.operation == Operation::apply;
    owners.ours = owners.ours || own;
    if (own) continue;
    owners.others = true;
    owners.left = owners.left || std::find(field.managers.begin(), field.managers.end(),
                                           entry.manager) != field.managers.end();
  }
  if (whole && *whole >= deepest) owners.whole = whole;
  return owners;
}

namespace {

struct Found {
  Place place;
  PlaceOwners owners;
};

/// Whether one of the left places is `place` itself or around it.
bool is_covered(std::span<const Found> found, std::span<const PlaceStep> place) {
  return std::any_of(found.begin(), found.end(), [&](const Found& other) {
    if (!other.owners.left || other.place.size() > place.size()) return false;
    return std::equal(other.place.begin(), other.place.end(), place.begin(),
                      [](const PlaceStep& a, const PlaceStep& b) {
                        return a.name == b.name && a.index == b.index;
                      });
  });
}

/// What still counts of the values: those that nobody has whom they are left to, and the rest of
/// wholes of which a part is left.
std::string counted_values(std::span<const Found> found, model::Value live) {
  model::Arena arena;
  // Most objects have no field in other hands: nothing has to be blanked in a copy then.
  const bool is_shared =
      std::any_of(found.begin(), found.end(), [](const Found& field) { return field.owners.left; });
  model::Node copy;
  if (is_shared) copy = model::copy_node(arena, live);
  for (const Found& field : found)
    if (field.owners.left) blank(arena, copy, field.place);
  std::string bytes;
  for (const Found& field : found) {
    std::span<const PlaceStep> place = field.place;
    if (field.owners.whole)
      place = place.first(*field.owners.whole);
    else if (field.owners.left)
      continue;
    if (is_covered(found, place)) continue;
    if (!field.owners.whole) bytes += field.owners.ours ? 'o' : '-';
    const model::Value value =
        is_shared ? model::Value(node_at(copy, place)) : value_at(live, place);
    if (value.present()) model::write_json(value, bytes, model::canonical_json);
    bytes += '\n';
  }
  return bytes;
}

}  // namespace

LeftFold fold_left(model::Value own_trie, model::Value live, std::span<const LeftField> fields,
                   std::string_view manager) {
  LeftFold result;
  const std::vector<ManagedEntry> entries = managed_entries(live);
  auto arena = std::make_shared<model::Arena>();
  model::Node* trie = arena->new_node();
  *trie = own_trie.present() ? model::copy_node(*arena, own_trie) : model::make_map();
  std::vector<Found> found;
  for (const LeftField& field : fields) {
    for (Place& place : places_of(field, live)) {
      const PlaceOwners owners = owners_at(field, entries, live, place, manager);
      result.is_left = result.is_left || (owners.left && value_at(live, place).present());
      remove_from_trie(*trie, live, place);
      found.push_back({std::move(place), owners});
    }
  }
  if (!found.empty()) result.bytes = counted_values(found, live);
  result.trie = model::Document(arena, model::Value(trie));
  return result;
}

}  // namespace reconcile::diff
