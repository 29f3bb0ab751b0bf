#include "renderers/kustomize/node.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/number_format.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/shared_scalars.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

std::string_view raw_text(const Node& node) noexcept {
  if (!is_scalar(node)) return {};
  if (node.kind == Kind::null && node.source_size == 0 && tag_mark(node) == Tag::missing) return {};
  return model::Value(&node).source();
}

std::string_view value_text(const Node& node) noexcept {
  return is_null(node) ? std::string_view{} : raw_text(node);
}

bool is_nil_or_empty(const Node* node) noexcept {
  return is_missing_or_null(node) || (!is_scalar(*node) && node->size == 0);
}

bool is_quoted(Style style) noexcept {
  return style == Style::single_quoted || style == Style::double_quoted ||
         style == Style::literal || style == Style::folded;
}

void assign_field(Arena& arena, Node& map, std::string_view key, const Node& value) {
  if (is_null(value)) {
    model::erase(map, key);
    return;
  }
  Node* old = model::find(map, key);
  if (old == nullptr) {
    model::set(arena, map, key, value);
    return;
  }
  if (old == &value) return;
  const Style style = old->style;
  const std::uint32_t share = share_of(*old);
  const bool scalar = is_scalar(value);
  const bool writes_tag = is_scalar(*old) && old->explicit_tag;
  const Tag tag = tag_mark(value);
  const bool is_text = value.kind == Kind::string && !value.is_timestamp;
  if (scalar && is_quoted(style) && !is_text && !writes_tag) {
    *old = model::make_string(arena, raw_text(value));
  } else {
    *old = value;
  }
  if (!scalar) return;
  old->style = style;
  old->explicit_tag = writes_tag;
  set_share(*old, share);
  mark_tag(*old, tag);
  if (is_made(value)) mark_made(*old);
}

Node& set_untagged_key(Arena& arena, Node& map, std::string_view key, const Node& value) {
  if (model::find(map, key) == nullptr && is_typed_key(arena, key)) map.has_other_keys = true;
  return model::set(arena, map, key, value);
}

Node* lookup(Node& node, std::initializer_list<std::string_view> path) noexcept {
  Node* current = &node;
  for (const std::string_view step : path) {
    if (current == nullptr || current->kind != Kind::map) return nullptr;
    current = model::find(*current, step);
  }
  return current;
}

const Node* lookup(const Node& node, std::initializer_list<std::string_view> path) noexcept {
  return lookup(const_cast<Node&>(node), path);
}

Node& lookup_or_create_map(Arena& arena, Node& node, std::initializer_list<std::string_view> path) {
  Node* current = &node;
  for (const std::string_view step : path) {
    if (current->kind != Kind::map) throw_wrong_kind("MappingNode", *current);
    Node* next = model::find(*current, step);
    if (next == nullptr) {
      next = &model::set(arena, *current, step, model::make_map());
    } else if (is_null(*next)) {
      *next = model::make_map();
    }
    current = next;
  }
  if (current->kind != Kind::map) throw_wrong_kind("MappingNode", *current);
  return *current;
}

Node clone(Arena& arena, const Node& node) {
  Node copy = node;
  if (is_scalar(node)) set_share(copy, 0);
  if (node.kind == Kind::list && node.size > 0) {
    copy.items = static_cast<Node*>(arena.allocate(sizeof(Node) * node.size));
    copy.capacity = node.size;
    for (std::uint32_t i = 0; i < node.size; ++i) {
      new (copy.items + i) Node(clone(arena, node.items[i]));
    }
  } else if (node.kind == Kind::map && node.size > 0) {
    std::vector<Entry> entries(node.entries, node.entries + node.size);
    for (Entry& entry : entries) entry.value = clone(arena, entry.value);
    copy = model::make_map(arena, entries.data(), entries.size());
    copy.style = node.style;
    copy.has_other_keys = node.has_other_keys;
  }
  return copy;
}

namespace {

// The text of a float64 as Go's %g with the fewest digits prints it.
std::string go_number_text(double value) {
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string scientific(buffer, end.ptr);
  const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  if (exponent < -4 || exponent >= 6) return scientific;
  const auto plain = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  return {buffer, plain.ptr};
}

// A number that went through JSON is a float64 and is written and resolved anew.
void forget_number_source(Arena& arena, Node& node, double value) {
  const std::string text = go_number_text(value);
  const bool is_whole = text.find_first_of(".e") == std::string::npos;
  node = is_whole ? model::make_integer(static_cast<std::int64_t>(value))
                  : model::make_floating(value);
  const std::string_view copy = arena.copy(text);
  node.style = Style::plain;
  node.source = copy.data();
  node.source_size = static_cast<std::uint32_t>(copy.size());
}

}  // namespace

void forget_styles(Arena& arena, Node& node) {
  if (is_scalar(node)) node.capacity = 0;
  switch (node.kind) {
    case Kind::list:
      for (Node& item : items_of(node)) forget_styles(arena, item);
      node.style = Style::any;
      return;
    case Kind::map:
      for (Entry& entry : entries_of(node)) forget_styles(arena, entry.value);
      node.style = Style::any;
      return;
    case Kind::string: {
      if (contradicts_its_tag(node)) throw_contradiction(node);
      const std::string_view text{node.text, node.size};
      node.style = tagged_string(arena, text).style;
      node.source = nullptr;
      node.source_size = 0;
      return;
    }
    case Kind::integer:
      forget_number_source(arena, node,
                           node.is_unsigned ? static_cast<double>(node.unsigned_integer)
                                            : static_cast<double>(node.integer));
      return;
    case Kind::floating:
      if (!std::isfinite(node.floating)) {
        std::string text;
        model::append_go_float(node.floating, text);
        throw Error(ErrorCode::invalid_input, "json: unsupported value: " + text);
      }
      forget_number_source(arena, node, node.floating);
      return;
    default:
      break;
  }
  node.style = Style::plain;
  node.source = nullptr;
  node.source_size = 0;
}

std::string_view node_kind_name(const Node& node) noexcept {
  if (node.kind == Kind::map) return "MappingNode";
  if (node.kind == Kind::list) return "SequenceNode";
  return "ScalarNode";
}

void throw_wrong_kind(std::string_view expected, const Node& found) {
  throw Error(ErrorCode::invalid_input, "wrong node kind: expected " + std::string(expected) +
                                            " but got " + std::string(node_kind_name(found)) +
                                            ": node contents:\n" +
                                            model::write_yaml(model::Value(&found)));
}

std::vector<std::string> split_path(std::string_view path, char delimiter) {
  std::vector<std::string> parts;
  bool first = true;
  std::size_t start = 0;
  bool joined = false;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find(delimiter, start), path.size());
    std::string part(path.substr(start, end - start));
    start = end + 1;
    if (first && part.empty() && end < path.size()) {
      first = false;
      continue;
    }
    first = false;
    if (joined) {
      parts.back() += part;
    } else {
      parts.push_back(std::move(part));
    }
    joined = false;
    if (!parts.back().empty() && parts.back().back() == '\\' && end < path.size()) {
      parts.back().back() = delimiter;
      joined = true;
    }
  }
  return parts;
}

std::vector<std::string> split_bracketed_path(std::string_view path, char delimiter) {
  std::vector<std::string> result;
  const std::vector<std::string> parts = split_path(path, delimiter);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].starts_with('[') || parts[i].ends_with(']')) {
      result.push_back(parts[i]);
      continue;
    }
    std::string whole = parts[i];
    while (i + 1 < parts.size()) {
      whole += delimiter + parts[++i];
      if (parts[i].ends_with(']')) break;
    }
    if (whole.find('=') == std::string::npos) {
      const std::size_t begin = whole.find_first_not_of("[]");
      const std::size_t end = whole.find_last_not_of("[]");
      whole = begin == std::string::npos ? "" : whole.substr(begin, end - begin + 1);
    }
    result.push_back(std::move(whole));
  }
  return result;
}

}  // namespace reconcile::kustomize
