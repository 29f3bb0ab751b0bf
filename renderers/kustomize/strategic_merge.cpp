#include "renderers/kustomize/strategic_merge.hpp"

#include <algorithm>
#include <string>

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/associative_list.hpp"

// A walk over both trees at once. Every step answers the node that takes the place of the target's,
// or null for "clear the field". The walk also visits parts that only the target has, because it
// drops fields there that were written without any value. Tests: test/renderers/kustomize/
// strategic_merge_test.cpp.

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

constexpr std::size_t depth_max = 1000;

enum class Directive { merge, replace, remove };

Directive directive_from(std::string_view text) {
  if (text == "delete") return Directive::remove;
  if (text == "replace") return Directive::replace;
  if (text == "merge") return Directive::merge;
  throw Error(ErrorCode::invalid_input, "unknown patch strategy '" + std::string(text) +
                                            "', expected delete, replace or merge");
}

Directive take_map_directive(Node& patch) {
  const Node* node = model::find(patch, "$patch");
  if (node == nullptr) return Directive::merge;
  const Directive directive = directive_from(raw_text(*node));
  model::erase(patch, "$patch");
  return directive;
}

// Takes the directive of a map that is new; one that is unknown stays there.
bool is_removal(Node& patch) {
  const Node* node = model::find(patch, "$patch");
  if (node == nullptr) return false;
  const std::string_view text = raw_text(*node);
  if (text != "delete" && text != "replace" && text != "merge") return false;
  return take_map_directive(patch) == Directive::remove;
}

Directive take_list_directive(Arena& arena, Node& patch) {
  for (Node& item : items_of(patch)) {
    if (item.kind != Kind::map) continue;
    const Node* node = model::find(item, "$patch");
    if (is_missing_or_null(node)) continue;
    if (item.size > 1) return Directive::merge;
    const std::string value(raw_text(*node));
    const Directive directive = directive_from(value);
    const std::vector<std::string> keys = {"$patch"};
    set_element(arena, patch, keys, {value}, nullptr);
    return directive;
  }
  return Directive::merge;
}

Directive take_directive(Arena& arena, Node* patch) {
  if (patch == nullptr) return Directive::merge;
  if (patch->kind == Kind::map) return take_map_directive(*patch);
  if (patch->kind == Kind::list) return take_list_directive(arena, *patch);
  throw Error(ErrorCode::invalid_input,
              "no implemented strategic merge patch strategy for a scalar");
}

class Walker {
 public:
  Walker(Arena& arena, const MergeSchema& schema) : arena_(arena), schema_(schema) {}

  // The node for the place of `target`; null clears it. Either argument may be null, and both may
  // be the same node (a part of the patch that was taken over).
  Node* walk(Node* target, Node* patch, const MergeSchema::Field& place, std::size_t depth) {
    if (depth > depth_max) {
      throw Error(ErrorCode::limit_exceeded, "patch or object is nested more than 1000 deep");
    }
    const Node* first = !is_missing_or_null(target) ? target : patch;
    if (is_missing_or_null(first) || first->kind == Kind::map) {
      check_kind(target, Kind::map, "MappingNode", first);
      check_kind(patch, Kind::map, "MappingNode", first);
      return walk_map(target, patch, place.type, depth);
    }
    if (first->kind == Kind::list) {
      check_kind(target, Kind::list, "SequenceNode", first);
      check_kind(patch, Kind::list, "SequenceNode", first);
      if (place.is_list && place.merges) return walk_keyed_list(target, patch, place, depth);
      return patch != nullptr ? patch : target;
    }
    for (const Node* node : {target, patch}) {
      if (!is_missing_or_null(node) && !is_scalar(*node)) throw_wrong_kind("ScalarNode", *node);
    }
    return patch != nullptr ? patch : target;
  }

 private:
  static void check_kind(const Node* node, Kind kind, std::string_view name, const Node* first) {
    if (is_missing_or_null(first) || is_missing_or_null(node) || node->kind == kind) return;
    throw_wrong_kind(name, *node);
  }

  // The map that the walk goes on with.
  Node* visit_map(Node* target, Node* patch) {
    if (is_missing_or_null(target)) {
      if (patch != nullptr && patch->kind == Kind::map && is_removal(*patch)) return nullptr;
      // A null that was written out stays; one without any text goes.
      if (patch == nullptr && target != nullptr && !raw_text(*target).empty()) return target;
      return patch;
    }
    if (patch != nullptr && is_null(*patch)) return nullptr;
    switch (take_directive(arena_, patch)) {
      case Directive::remove:
        return nullptr;
      case Directive::replace:
        return patch;
      case Directive::merge:
        break;
    }
    return target;
  }

  MergeSchema::Type type_of(const Node* target, const Node* patch, MergeSchema::Type type) const {
    if (type != MergeSchema::none) return type;
    for (const Node* node : {target, patch}) {
      if (is_missing_or_null(node)) continue;
      const Node* kind = model::find(*node, "kind");
      const Node* version = model::find(*node, "apiVersion");
      if (is_missing_or_null(kind) || is_missing_or_null(version)) continue;
      const MergeSchema::Type root = schema_.root(raw_text(*version), raw_text(*kind));
      if (root != MergeSchema::none) return root;
    }
    return MergeSchema::none;
  }

  Node* walk_map(Node* target, Node* patch, MergeSchema::Type known, std::size_t depth) {
    const MergeSchema::Type type = type_of(target, patch, known);
    Node* const result = visit_map(target, patch);
    if (result == nullptr || result->kind != Kind::map) return result;
    static const MergeSchema::Field unknown;
    for (const std::string_view key : field_names(*result, patch)) {
      Node* mine = model::find(*result, key);
      Node* theirs = patch == nullptr ? nullptr : model::find(*patch, key);
      // kustomize's field setter takes a field without name for the map itself.
      if (key.empty()) throw_wrong_kind("ScalarNode", *result);
      if (mine != nullptr && theirs == nullptr && is_scalar(*mine) && !is_null(*mine)) {
        quote_if_ambiguous(arena_, *mine);
        continue;
      }
      const MergeSchema::Field* place = schema_.field(type, key);
      Node* value = walk(mine, theirs, place == nullptr ? unknown : *place, depth + 1);
      // A key that was no string in the patch is none here either.
      const bool is_typed = mine == nullptr && patch != nullptr && patch->kind == Kind::map &&
                            patch->has_other_keys && is_typed_key(arena_, key);
      store(*result, key, {mine, theirs}, value);
      if (is_typed && model::find(*result, key) != nullptr) result->has_other_keys = true;
    }
    return result;
  }

  struct Pair {
    const Node* mine;
    const Node* theirs;
  };

  void store(Node& map, std::string_view key, Pair old, Node* value) {
    if (value == nullptr) {
      model::erase(map, key);
      return;
    }
    if (is_null(*value)) {
      // Only a null that the target alone has stays.
      if (old.theirs != nullptr || value != old.mine) model::erase(map, key);
      return;
    }
    quote_if_ambiguous(arena_, *value);
    if (value != old.mine) assign_field(arena_, map, key, *value);
  }

  static std::vector<std::string_view> field_names(const Node& target, const Node* patch) {
    std::vector<std::string_view> names;
    for (const Entry& entry : entries_of(target)) names.push_back(entry.name());
    if (patch != nullptr && patch != &target && patch->kind == Kind::map) {
      for (const Entry& entry : entries_of(*patch)) names.push_back(entry.name());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  Node* walk_keyed_list(Node* target, Node* patch, const MergeSchema::Field& place,
                        std::size_t depth) {
    Node* result = target;
    if (is_missing_or_null(target)) {
      result = patch;
    } else if (patch != nullptr && is_null(*patch)) {
      return nullptr;
    } else if (const Directive directive = take_directive(arena_, patch);
               directive == Directive::remove) {
      return nullptr;
    } else if (directive == Directive::replace) {
      result = patch;
    }
    if (result == nullptr) return nullptr;
    MergeSchema::Field item;
    item.type = place.type;
    const ElementWalk walk_element = [&](Node* mine, Node* theirs) {
      return walk(mine, theirs, item, depth + 1);
    };
    return merge_keyed_list(arena_, result, patch, place.keys, walk_element);
  }

  Arena& arena_;
  const MergeSchema& schema_;
};

}  // namespace

bool strategic_merge(Arena& arena, const MergeSchema& schema, Node& target, Node& patch) {
  Node* result = Walker(arena, schema).walk(&target, &patch, {}, 0);
  // kustomize drops what takes the place of the whole object: `$patch: replace` at the root does
  // nothing.
  return result != nullptr;
}

void merge_values(Arena& arena, Node& target, Node& over) {
  static const MergeSchema no_schema;
  Node* result = Walker(arena, no_schema).walk(&target, &over, {}, 0);
  if (result != nullptr && result != &target) target = *result;
}

}  // namespace reconcile::kustomize
