#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/value.hpp"

// Editing of trees with the effects that kustomize's node library (kyaml 0.21.2) has: a scalar is
// its text with a style and a tag, and what the text means is decided anew where the tag is
// missing.

namespace reconcile::kustomize {

using model::Arena;
using model::Entry;
using model::Kind;
using model::Node;
using model::Style;

/// The text of a scalar as its source has it; empty for lists and maps.
std::string_view raw_text(const Node& node) noexcept;
/// As raw_text, but empty for null.
std::string_view value_text(const Node& node) noexcept;

inline bool is_scalar(const Node& node) noexcept {
  return node.kind != Kind::list && node.kind != Kind::map;
}

/// The tag of a scalar where its kind does not tell it: none at all, so that its text means what it
/// looks like in the end, or one that a replacement's text does not fit.
enum class Tag : std::uint8_t {
  of_kind,
  missing,
  null,
  boolean,
  integer,
  floating,
  timestamp,
  binary
};

/// The tag's mark is kept in bits of Node::capacity, which scalars do not use otherwise; below them
/// are the mark of made scalars and a number of shared_scalars.hpp.
inline constexpr std::uint32_t tag_shift = 28;
inline constexpr std::uint32_t made_bit = std::uint32_t{1} << 27;
inline Tag tag_mark(const Node& node) noexcept {
  return is_scalar(node) ? static_cast<Tag>(node.capacity >> tag_shift) : Tag::of_kind;
}
inline void mark_tag(Node& scalar, Tag tag) noexcept {
  constexpr std::uint32_t below = (std::uint32_t{1} << tag_shift) - 1;
  scalar.capacity = (scalar.capacity & below) | (static_cast<std::uint32_t>(tag) << tag_shift);
}

/// Whether a step made the node, which in kustomize then has no line and column of a text.
inline bool is_made(const Node& scalar) noexcept {
  return (scalar.capacity & made_bit) != 0;
}
inline void mark_made(Node& scalar) noexcept {
  scalar.capacity |= made_bit;
}

/// Null by its tag: text like "~" without one is not.
inline bool is_null(const Node& node) noexcept {
  return node.kind == Kind::null && tag_mark(node) != Tag::missing;
}
inline bool is_missing_or_null(const Node* node) noexcept {
  return node == nullptr || is_null(*node);
}
/// Missing, null, or a collection without content.
bool is_nil_or_empty(const Node* node) noexcept;
/// Written with quotes or as a block scalar.
bool is_quoted(Style style) noexcept;

inline std::span<Node> items_of(Node& list) noexcept {
  return {list.items, list.size};
}
inline std::span<const Node> items_of(const Node& list) noexcept {
  return {list.items, list.size};
}
inline std::span<Entry> entries_of(Node& map) noexcept {
  return {map.entries, map.size};
}
inline std::span<const Entry> entries_of(const Node& map) noexcept {
  return {map.entries, map.size};
}

/// The value that an untagged plain scalar `text` has when it is read again (YAML 1.2 rules).
Node untagged_scalar(Arena& arena, std::string_view text);
/// As kustomize's field setter adds one: untagged, but quoted where YAML 1.1 reads no string.
Node new_field_scalar(Arena& arena, std::string_view text);
/// A string whose style is the one kustomize would give a new one: quoted where YAML 1.1 reads it
/// as something else.
Node tagged_string(Arena& arena, std::string_view text);
/// Replaces the text of a scalar by an untagged one and keeps its style: a quoted scalar stays a
/// string.
void set_untagged_text(Arena& arena, Node& target, std::string_view text);
/// Replaces a scalar by a string and keeps its style.
void set_string_text(Arena& arena, Node& target, std::string_view text);
/// Replaces only the text, keeping tag and style, as a replacement does.
void set_text_keeping_tag(Arena& arena, Node& target, std::string_view text);
/// Whether such a replacement left text that is no value of the tag, which the output refuses.
bool contradicts_its_tag(const Node& node) noexcept;
[[noreturn]] void throw_contradiction(const Node& node);

/// Marks a plain string as quoted where YAML 1.1 reads it as something else, as every step of a
/// merge does with the fields it passes.
void quote_if_ambiguous(Arena& arena, Node& node);

/// Sets `key` as kustomize's field setter does: null clears, a new scalar takes the style of the
/// old.
void assign_field(Arena& arena, Node& map, std::string_view key, const Node& value);

/// Whether YAML reads `key`, written plain, as something else than a string.
bool is_typed_key(Arena& arena, std::string_view key);
/// Sets `key` as kustomize's field setter does for a new field: the key gets no tag, so a typed one
/// makes the map no JSON object.
Node& set_untagged_key(Arena& arena, Node& map, std::string_view key, const Node& value);

/// The field at `path` below `node`; null where a step is missing or no map.
Node* lookup(Node& node, std::initializer_list<std::string_view> path) noexcept;
const Node* lookup(const Node& node, std::initializer_list<std::string_view> path) noexcept;
/// The map at `path`, made where missing or null. Throws Error(invalid_input) where a step is no
/// map.
Node& lookup_or_create_map(Arena& arena, Node& node, std::initializer_list<std::string_view> path);

/// A copy of the structure; texts are shared, so their arena must outlive the copy.
Node clone(Arena& arena, const Node& node);
/// What the tree becomes by a hop through JSON and back: styles and sources forgotten, big integers
/// as floats.
void forget_styles(Arena& arena, Node& node);

/// "MappingNode", "SequenceNode" or "ScalarNode", for messages.
std::string_view node_kind_name(const Node& node) noexcept;
/// "wrong node kind: expected … but got …".
[[noreturn]] void throw_wrong_kind(std::string_view expected, const Node& found);

/// Splits at `delimiter` where it is not escaped by a backslash; one leading delimiter is dropped.
std::vector<std::string> split_path(std::string_view path, char delimiter);
/// As split_path, but a part in brackets stays whole: "a.[b.c/d].e", "a.[name=x.y].b".
std::vector<std::string> split_bracketed_path(std::string_view path, char delimiter);

}  // namespace reconcile::kustomize
