#include "renderers/kustomize/associative_list.hpp"

#include <algorithm>
#include <set>

#include "reconcile/model/error.hpp"

namespace reconcile::kustomize {

namespace {

using Values = std::vector<std::string>;

bool is_empty_map(const Node& node) {
  return node.kind == Kind::map && node.size == 0;
}

// Whether `item` has field `key` with text `value`; an empty value only asks for the field. An
// empty key compares the item itself.
bool field_matches(const Node& item, const std::string& key, const std::string& value) {
  if (key.empty()) {
    if (!is_scalar(item)) throw_wrong_kind("ScalarNode", item);
    return value_text(item) == value;
  }
  if (item.kind != Kind::map) throw_wrong_kind("MappingNode", item);
  const Node* field = model::find(item, key);
  if (field == nullptr) return false;
  return value.empty() || raw_text(*field) == value;
}

// The first item whose fields have exactly these values.
Node* find_element(Node* list, const Keys& keys, const Values& values) {
  if (list == nullptr || list->kind != Kind::list) return nullptr;
  if (keys.empty() || keys.front().empty()) {
    const std::string wanted = values.empty() ? std::string() : values.front();
    for (Node& item : items_of(*list)) {
      if (raw_text(item) == wanted) return &item;
    }
    return nullptr;
  }
  if (keys.size() != values.size()) return nullptr;
  for (Node& item : items_of(*list)) {
    if (item.kind != Kind::map) continue;
    bool matches = true;
    for (std::size_t i = 0; i < keys.size() && matches; ++i) {
      const Node* field = model::find(item, keys[i]);
      matches = field != nullptr && raw_text(*field) == values[i];
    }
    if (matches) return &item;
  }
  return nullptr;
}

// The values of the keys of every item, each combination once, those of the patch first.
std::vector<Values> element_values(const Node* target, const Node* patch, const Keys& keys) {
  std::vector<Values> result;
  std::set<Values> seen;
  for (const Node* list : {patch, target}) {
    if (list == nullptr || list->kind != Kind::list) continue;
    for (const Node& item : items_of(*list)) {
      Values values;
      for (const std::string& key : keys) {
        const Node* field = model::find(item, key);
        values.emplace_back(is_nil_or_empty(field) ? std::string_view{} : raw_text(*field));
      }
      if (values.empty() || !seen.insert(values).second) continue;
      result.push_back(std::move(values));
    }
  }
  return result;
}

std::vector<Values> scalar_values(const Node* target, const Node* patch) {
  std::vector<Values> result;
  std::set<std::string, std::less<>> seen;
  for (const Node* list : {patch, target}) {
    if (list == nullptr || list->kind != Kind::list) continue;
    for (const Node& item : items_of(*list)) {
      const std::string_view text = raw_text(item);
      if (seen.emplace(text).second) result.push_back({std::string(text)});
    }
  }
  return result;
}

// Two combinations that share a value and differ only where one has none count as one.
std::optional<Values> matched(const Values& left, const Values& right) {
  if (left.size() != right.size()) return std::nullopt;
  bool shares = false;
  Values result;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] == right[i]) {
      shares = true;
    } else if (!left[i].empty() && !right[i].empty()) {
      return std::nullopt;
    }
    result.push_back(left[i].empty() ? right[i] : left[i]);
  }
  if (!shares) return std::nullopt;
  return result;
}

void merge_loose_values(std::vector<Values>& list) {
  // kyaml compares the combinations as they were when the outer loop reached them.
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Values outer = list[i];
    for (std::size_t j = 0; j < list.size(); ++j) {
      const Values inner = list[j];
      if (const auto both = matched(outer, inner)) {
        list[i] = *both;
        list[j] = *both;
      }
    }
  }
}

struct KeysAndValues {
  Keys keys;
  Values values;
};

// Leaves out keys that no combination of `all` has a value for.
KeysAndValues valid_keys(const std::vector<Values>& all, const Values& values, const Keys& keys) {
  std::set<std::string, std::less<>> used;
  for (const Values& combination : all) {
    for (std::size_t i = 0; i < combination.size(); ++i) {
      if (!combination[i].empty()) used.insert(keys[i]);
    }
  }
  if (used.empty()) return {keys, values};
  KeysAndValues result;
  for (const std::string& key : keys) {
    if (used.contains(key)) result.keys.push_back(key);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty() || used.contains(keys[i])) result.values.push_back(values[i]);
  }
  return result;
}

// Puts the items of `source` into `target`, over those with the same keys.
void append_list(Arena& arena, Node& target, const Node& source, const Keys& keys) {
  for (std::uint32_t n = 0; n < source.size; ++n) {
    const Node item = source.items[n];
    if (keys.empty() || keys.front().empty()) {
      set_element(arena, target, {""}, {std::string(raw_text(item))}, &item);
      continue;
    }
    Values values;
    for (const std::string& key : keys) {
      const Node* field = model::find(item, key);
      if (field == nullptr) {
        model::append(arena, target, item);
        continue;
      }
      values.emplace_back(raw_text(*field));
    }
    if (keys.size() > 1) set_element(arena, target, keys, values, nullptr);
    set_element(arena, target, keys, values, &item);
  }
}

}  // namespace

void set_element(Arena& arena, Node& list, const Keys& keys, const Values& values,
                 const Node* element) {
  const bool by_field =
      !keys.empty() && !keys.front().empty() && !values.empty() && !values.front().empty();
  std::vector<Node> kept;
  kept.reserve(list.size + 1);
  bool found_any = false;
  for (const Node& item : items_of(list)) {
    if (is_null(item) || is_empty_map(item)) continue;
    if (item.kind != Kind::map && by_field) {
      kept.push_back(item);
      continue;
    }
    bool found = true;
    bool last = false;
    for (std::size_t j = 0; j < keys.size() && found; ++j) {
      if (j < values.size()) last = field_matches(item, keys[j], values[j]);
      found = last;
    }
    if (!found) {
      if (!values.empty()) kept.push_back(item);
      continue;
    }
    found_any = true;
    if (element != nullptr) kept.push_back(*element);
  }
  if (!is_missing_or_null(element) && !found_any) kept.push_back(*element);
  const Style style = list.style;
  list = model::make_list(arena, kept.data(), kept.size());
  list.style = style;
}

Node* merge_keyed_list(Arena& arena, Node* target, Node* patch, const Keys& schema_keys,
                       const ElementWalk& walk) {
  const Keys keys = schema_keys.empty() ? Keys{""} : schema_keys;
  std::vector<Values> combinations =
      schema_keys.empty() ? scalar_values(target, patch) : element_values(target, patch, keys);
  if (keys.size() > 1) merge_loose_values(combinations);
  Node added = model::make_list();
  Keys last_keys = keys;
  for (const Values& values : combinations) {
    const KeysAndValues valid = valid_keys(combinations, values, keys);
    last_keys = valid.keys;
    const KeysAndValues own = valid_keys({valid.values}, valid.values, valid.keys);
    Node* mine = find_element(target, own.keys, own.values);
    Node* theirs = patch == target ? mine : find_element(patch, own.keys, own.values);
    Node* value = walk(mine, theirs);
    if (is_missing_or_null(value) || is_empty_map(*value)) {
      set_element(arena, *target, valid.keys, valid.values, nullptr);
      continue;
    }
    for (std::size_t i = 0; i < valid.keys.size(); ++i) {
      if (value->kind != Kind::map || valid.values[i].empty()) continue;
      if (model::find(*value, valid.keys[i]) != nullptr) continue;
      model::set(arena, *value, valid.keys[i], untagged_scalar(arena, valid.values[i]));
    }
    set_element(arena, added, valid.keys, valid.values, value);
  }
  if (combinations.empty()) return target;
  append_list(arena, added, *target, last_keys);
  Node* result = arena.new_node();
  *result = added;
  return result;
}

}  // namespace reconcile::kustomize
