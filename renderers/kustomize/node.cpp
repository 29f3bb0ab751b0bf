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
  return model::Value(&node).source();
}

std::string_view value_text(const Node& node) noexcept {
  return node.kind == Kind::null ? std::string_view{} : raw_text(node);
}

bool is_nil_or_empty(const Node* node) noexcept {
  return is_missing_or_null(node) || (!is_scalar(*node) && node->size == 0);
}

bool is_quoted(Style style) noexcept {
  return style == Style::single_quoted || style == Style::double_quoted ||
         style == Style::literal || style == Style::folded;
}

namespace {

// Whether a plain scalar that starts like this could be anything but a string.
bool may_be_typed(std::string_view text) {
  if (text.empty()) return true;
  if (text.find('\n') != std::string_view::npos) return false;
  const char first = text.front();
  return (first >= '0' && first <= '9') ||
         std::string_view("+-.~nNtTfFyYoO=<").find(first) != std::string_view::npos;
}

// Whether the characters of a plain scalar rule out that it is anything but a string.
bool is_surely_string(std::string_view text) {
  return !may_be_typed(text) ||
         text.find_first_not_of("0123456789abcdefABCDEF.xXoOeE+-_:~nulltrefasyoYTNUFLSRZIN<=") !=
             std::string_view::npos ||
         text.ends_with(':') || text == "-" || text.starts_with("---") || text.starts_with("...");
}

Node scalar_of(Arena& arena, std::string_view text, model::YamlDialect dialect) {
  if (text.empty()) return model::make_null();
  if (is_surely_string(text)) return model::make_string(arena, text);
  model::YamlOptions options;
  options.dialect = dialect;
  options.to_json = false;
  const model::Document document = model::parse_yaml(text, options);
  const Node* root = document.root().node();
  if (root == nullptr || (root->kind == Kind::string && !root->is_timestamp) || !is_scalar(*root)) {
    return model::make_string(arena, text);
  }
  Node node = *root;
  if (node.kind == Kind::string) node.text = arena.copy({node.text, node.size}).data();
  const std::string_view copy = arena.copy(text);
  node.source = copy.data();
  node.source_size = static_cast<std::uint32_t>(copy.size());
  node.style = Style::plain;
  return node;
}

}  // namespace

Node untagged_scalar(Arena& arena, std::string_view text) {
  return scalar_of(arena, text, model::YamlDialect::v3);
}

Node tagged_string(Arena& arena, std::string_view text) {
  Node node = model::make_string(arena, text);
  node.style = Style::plain;
  if (text.find('\n') != std::string_view::npos) {
    node.style = Style::literal;
  } else if (!text.empty()) {
    if (scalar_of(arena, text, model::YamlDialect::v2).kind != Kind::string) {
      node.style = Style::double_quoted;
    }
  }
  return node;
}

void quote_if_ambiguous(Arena& arena, Node& node) {
  if (node.kind != Kind::string || is_quoted(node.style)) return;
  const std::string_view text = raw_text(node);
  if (!text.empty() && !is_surely_string(text) &&
      scalar_of(arena, text, model::YamlDialect::v2).kind != Kind::string) {
    node.style = Style::double_quoted;
  }
}

bool contradicts_its_tag(const Node& node) noexcept {
  return node.kind == Kind::string && node.has_other_keys;
}

void set_untagged_text(Arena& arena, Node& target, std::string_view text) {
  const Style style = target.style;
  const std::uint32_t share = share_of(target);
  target = is_quoted(style) ? model::make_string(arena, text) : untagged_scalar(arena, text);
  target.style = style;
  target.capacity = share;
}

void set_string_text(Arena& arena, Node& target, std::string_view text) {
  const Style style = is_scalar(target) ? target.style : Style::any;
  const std::uint32_t share = share_of(target);
  target = model::make_string(arena, text);
  target.style = style;
  target.capacity = share;
}

void set_text_keeping_tag(Arena& arena, Node& target, std::string_view text) {
  if (target.kind == Kind::string) {
    set_string_text(arena, target, text);
    return;
  }
  if (target.style == Style::any && target.kind == Kind::null && target.source == nullptr) {
    // A field that was just made has no tag yet.
    target = untagged_scalar(arena, text);
    return;
  }
  const Kind old_kind = target.kind;
  Node node = untagged_scalar(arena, text);
  const bool widened = old_kind == Kind::floating && node.kind == Kind::integer;
  if (node.kind != old_kind && !widened) {
    // Only the output fails, because a later step may still replace the value.
    node = model::make_string(arena, text);
    node.has_other_keys = true;
  }
  node.capacity = share_of(target);
  target = node;
}

void assign_field(Arena& arena, Node& map, std::string_view key, const Node& value) {
  if (value.kind == Kind::null) {
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
  if (scalar && is_quoted(style) && value.kind != Kind::string) {
    *old = model::make_string(arena, raw_text(value));
  } else {
    *old = value;
  }
  if (!scalar) return;
  old->style = style;
  old->capacity = share;
}

bool is_typed_key(Arena& arena, std::string_view key) {
  if (!may_be_typed(key)) return false;
  const Node read = untagged_scalar(arena, key);
  return read.kind != Kind::string || read.is_timestamp;
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
    } else if (next->kind == Kind::null) {
      *next = model::make_map();
    }
    current = next;
  }
  return *current;
}

Node clone(Arena& arena, const Node& node) {
  Node copy = node;
  if (is_scalar(node)) copy.capacity = 0;
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
