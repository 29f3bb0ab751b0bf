// Tests: test/diff/empty_lists_test.cpp.
#include "reconcile/diff/empty_lists.hpp"

#include <optional>

#include "diff/built_in_fields.hpp"
#include "diff/trie_walk.hpp"
#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

using model::Node;
using model::Value;

/// The part of desired that leads to empty lists.
class Places {
 public:
  explicit Places(model::Arena& arena) : arena_(arena) {}

  /// Absent where there is none below `value`.
  std::optional<Node> of(Value value, std::size_t depth) {
    if (depth > trie_depth_max) return std::nullopt;
    if (value.is_map()) return of_map(value, depth);
    if (value.is_list()) return of_list(value, depth);
    return std::nullopt;
  }

 private:
  std::optional<Node> of_map(Value value, std::size_t depth) {
    Node result = model::make_map();
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string_view name = value.key_at(i);
      if (depth == 0 && (name == "metadata" || name == "status")) continue;
      const Value below = value.value_at(i);
      if (below.is_list() && below.empty())
        model::set(arena_, result, name, model::make_list());
      else if (const auto part = of(below, depth + 1))
        model::set(arena_, result, name, *part);
    }
    if (result.size == 0) return std::nullopt;
    return result;
  }

  /// The items that have some, with the scalars that may be their keys.
  std::optional<Node> of_list(Value value, std::size_t depth) {
    Node result = model::make_list();
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Value item = value.at(i);
      if (!item.is_map()) continue;
      std::optional<Node> part = of_map(item, depth + 1);
      if (!part) continue;
      for (std::size_t k = 0; k < item.size(); ++k)
        if (item.value_at(k).is_scalar())
          model::set(arena_, *part, item.key_at(k), model::copy_node(arena_, item.value_at(k)));
      model::append(arena_, result, *part);
    }
    if (result.size == 0) return std::nullopt;
    return result;
  }

  model::Arena& arena_;
};

/// Whether a list item may be the one that a trie's key names: a key that it lacks has a default.
bool may_be(Value item, const PathStep& step) {
  if (step.type != PathStepType::key) return false;
  const model::Document keys = model::parse_json(step.text);
  for (std::size_t i = 0; i < keys.root().size(); ++i) {
    const Value there = item[keys.root().key_at(i)];
    if (there.present() && !model::equal(there, keys.root().value_at(i))) return false;
  }
  return true;
}

void fold_map(Value places, Value trie, Value live, std::string& bytes);

void fold_list(Value places, Value trie, Value live, std::string& bytes) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t k = 0; k < trie.size(); ++k) {
      const auto step = parse_step(trie.key_at(k));
      if (!step || !may_be(places.at(i), *step)) continue;
      fold_map(places.at(i), trie.value_at(k), select(live, *step), bytes);
      break;
    }
  }
}

void fold_map(Value places, Value trie, Value live, std::string& bytes) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::string_view name = places.key_at(i);
    const Value place = places.value_at(i);
    if (place.is_scalar()) continue;
    const Value own = trie["f:" + std::string(name)];
    // What is owned as a whole is compared as a whole.
    if (own.present() && is_leaf(own)) continue;
    if (place.is_map())
      fold_map(place, own, live[name], bytes);
    else if (!place.empty())
      fold_list(place, own, live[name], bytes);
    else if (!own.present())
      bytes += live[name].is_list() ? 'l' : '-';
  }
}

}  // namespace

std::string empty_lists(Value desired) {
  if (is_built_in(desired["apiVersion"].text())) return {};
  model::Arena arena;
  const auto places = Places(arena).of(desired, 0);
  return places ? model::write_json(Value(&*places)) : std::string();
}

void fold_empty_lists(std::string_view places, Value trie, Value live, std::string& bytes) {
  if (places.empty()) return;
  fold_map(model::parse_json(places).root(), trie, live, bytes);
}

}  // namespace reconcile::diff
