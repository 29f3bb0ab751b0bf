#include "renderers/kustomize/diagnosis.hpp"

#include <algorithm>

#include "reconcile/model/json.hpp"
#include "renderers/kustomize/path_walk.hpp"
#include "renderers/kustomize/res_map.hpp"

namespace reconcile::kustomize {

namespace {

constexpr std::size_t names_max = 12;
constexpr std::size_t objects_max = 5;
constexpr std::size_t value_bytes_max = 120;
constexpr std::size_t name_bytes_max = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t cost = lower(left[i]) == lower(right[j]) ? 0 : 1;
      const std::size_t next = std::min({row[j + 1] + 1, row[j] + 1, diagonal + cost});
      diagonal = row[j + 1];
      row[j + 1] = next;
    }
  }
  return row.back();
}

bool is_near(std::string_view wanted, std::string_view candidate) {
  if (wanted.size() > name_bytes_max || candidate.size() > 2 * name_bytes_max) return false;
  return edit_distance(wanted, candidate) <= std::max<std::size_t>(2, wanted.size() / 3);
}

std::string shortened(std::string text) {
  if (text.size() <= value_bytes_max) return text;
  std::size_t end = value_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string text;
  const std::size_t count = std::min(names.size(), names_max);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ", ";
    text += shortened(std::string(names[i]));
  }
  if (names.size() > count) text += " and " + std::to_string(names.size() - count) + " more";
  return text;
}

bool is_secret(const Node& root) {
  const Node* kind = model::find(root, "kind");
  return kind != nullptr && raw_text(*kind) == "Secret";
}

std::vector<std::string_view> keys_of(const Node& map) {
  std::vector<std::string_view> keys;
  for (const Entry& entry : entries_of(map)) keys.push_back(entry.name());
  return keys;
}

// What stands at `place`, where `step` leads no further.
std::string describe_stop(const Node& node, const std::string& place, std::string_view step,
                          bool is_masked) {
  const std::string at = place.empty() ? "the object" : place;
  if (node.kind == Kind::map) {
    const std::vector<std::string_view> keys = keys_of(node);
    if (keys.empty()) return at + " is an empty map";
    return at + " has keys " + listed(keys) + did_you_mean(step, keys);
  }
  if (node.kind == Kind::list) {
    std::string text = at + " is a list of " + std::to_string(node.size);
    if (!is_selection_step(step) || step.find('=') == std::string_view::npos) return text;
    const PathStep wanted = parse_selection_step(step);
    std::vector<std::string_view> values;
    for (const Node& item : items_of(node)) {
      const Node* field = wanted.field.empty() ? &item : model::find(item, wanted.field);
      if (field != nullptr && is_scalar(*field)) values.push_back(raw_text(*field));
    }
    if (values.empty() || is_masked) return text;
    text += " with " + (wanted.field.empty() ? "items" : wanted.field) + " " + listed(values);
    return text + did_you_mean(wanted.value, values);
  }
  if (is_masked) return at + " is ***";
  return at + " is " + shortened(model::write_json(model::Value(&node)));
}

const Node* next_node(const Node& node, std::string_view step) {
  if (node.kind == Kind::map) return model::find(node, step);
  if (node.kind != Kind::list) return nullptr;
  if (const auto position = step_number(step)) {
    const long count = static_cast<long>(node.size);
    const long index = *position < 0 ? *position + count : *position;
    return index >= 0 && index < count ? &node.items[index] : nullptr;
  }
  if (!is_selection_step(step) || step.find('=') == std::string_view::npos) return nullptr;
  const PathStep wanted = parse_selection_step(step);
  for (const Node& item : items_of(node)) {
    const Node* field = wanted.field.empty() ? &item : model::find(item, wanted.field);
    if (field != nullptr && is_scalar(*field) && raw_text(*field) == wanted.value) return &item;
  }
  return nullptr;
}

}  // namespace

std::string did_you_mean(std::string_view wanted, std::span<const std::string_view> candidates) {
  if (wanted.empty() || wanted.size() > name_bytes_max) return {};
  std::size_t best = std::max<std::size_t>(2, wanted.size() / 3) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > 2 * name_bytes_max) continue;
    const std::size_t distance = edit_distance(wanted, candidate);
    if (distance >= best) continue;
    best = distance;
    nearest = candidate;
  }
  if (nearest.empty()) return {};
  return "; did you mean \"" + std::string(nearest) + "\"?";
}

std::string describe(const Resource& object) {
  std::string text(object.kind());
  text += '/';
  if (!object.namespace_name().empty()) text += std::string(object.namespace_name()) + "/";
  text += object.name();
  if (!object.file.empty()) text += " of " + std::string(object.file);
  return text;
}

std::string describe_all(std::span<Resource* const> objects) {
  std::string text;
  const std::size_t count = std::min(objects.size(), objects_max);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ", ";
    text += describe(*objects[i]);
  }
  if (objects.size() > count) text += " and " + std::to_string(objects.size() - count) + " more";
  return text;
}

std::string describe_near(const ResMap& objects, std::string_view kind, std::string_view name) {
  std::vector<Resource*> near;
  for (Resource* object : objects.list()) {
    if (!name.empty() && (object->name() == name || object->original_id().name == name)) {
      near.push_back(object);
    }
  }
  for (Resource* object : objects.list()) {
    const bool fits = kind.empty() || object->kind() == kind;
    if (near.size() > objects_max || !fits) continue;
    const bool is_known = std::find(near.begin(), near.end(), object) != near.end();
    if (!is_known && (name.empty() || is_near(name, object->name()))) near.push_back(object);
  }
  if (near.empty()) {
    for (Resource* object : objects.list()) {
      if (!kind.empty() && object->kind() == kind) near.push_back(object);
    }
  }
  if (!near.empty()) return "; nearest: " + describe_all(near);
  return "; there are " + std::to_string(objects.size()) + " objects, none of them near";
}

std::string describe_way(const Node& root, std::span<const std::string> steps) {
  const bool has_secrets = is_secret(root);
  const Node* node = &root;
  std::string place;
  bool is_masked = false;
  for (const std::string& step : steps) {
    const Node* next = next_node(*node, step);
    if (next == nullptr) return describe_stop(*node, place, step, is_masked);
    if (place.empty()) is_masked = has_secrets && (step == "data" || step == "stringData");
    if (!place.empty()) place += '.';
    place += shortened(step);
    node = next;
  }
  return describe_stop(*node, place, {}, is_masked);
}

}  // namespace reconcile::kustomize
