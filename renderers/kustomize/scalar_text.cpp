#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/node.hpp"
#include "renderers/kustomize/shared_scalars.hpp"

// Texts of scalars and their tags.

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

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
         text.find_first_not_of("0123456789abcdefABCDEF.xXoOeE+-_:~nulltrefasyoiYTNUFLSRZIN<=") !=
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

// Whether text that starts or goes on like this could be a list, a map or a comment.
bool may_be_structure(std::string_view text) {
  return std::string_view("?[{#-!&*|>%").find(text.front()) != std::string_view::npos ||
         text.ends_with(':') || text.find(": ") != std::string_view::npos;
}

// Whether YAML 1.1 reads the text as anything but a string; what it cannot read counts as one.
bool is_no_string(Arena& arena, std::string_view text) {
  if (text.empty() || text.find('\n') != std::string_view::npos) return false;
  if (text == "?" || text.starts_with("? ")) return true;
  if (!may_be_structure(text)) {
    return !is_surely_string(text) &&
           scalar_of(arena, text, model::YamlDialect::v2).kind != Kind::string;
  }
  model::YamlOptions options;
  options.dialect = model::YamlDialect::v2;
  options.to_json = false;
  try {
    return model::parse_yaml(text, options).root().kind() != Kind::string;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Node untagged_scalar(Arena& arena, std::string_view text) {
  Node node = scalar_of(arena, text, model::YamlDialect::v3);
  if (text.empty()) node.source = "";
  mark_tag(node, Tag::missing);
  mark_made(node);
  return node;
}

Node new_field_scalar(Arena& arena, std::string_view text) {
  Node node = tagged_string(arena, text);
  mark_tag(node, Tag::missing);
  return node;
}

Node tagged_string(Arena& arena, std::string_view text) {
  Node node = model::make_string(arena, text);
  mark_made(node);
  node.style = Style::plain;
  if (text.find('\n') != std::string_view::npos) {
    node.style = Style::literal;
  } else if (is_no_string(arena, text)) {
    node.style = Style::double_quoted;
  }
  return node;
}

void quote_if_ambiguous(Arena& arena, Node& node) {
  if (is_quoted(node.style)) return;
  if (node.kind != Kind::string) {
    if (tag_mark(node) != Tag::missing || raw_text(node).empty()) return;
    // What has no tag counts as a string here.
    const std::uint32_t marks = node.capacity;
    set_string_text(arena, node, raw_text(node));
    node.capacity = marks;
  }
  const std::string_view text = raw_text(node);
  if (is_no_string(arena, text)) node.style = Style::double_quoted;
}

bool contradicts_its_tag(const Node& node) noexcept {
  return node.kind == Kind::string && node.has_other_keys;
}

void throw_contradiction(const Node& node) {
  throw Error(ErrorCode::invalid_input,
              "yaml: cannot decode !!str `" + std::string(raw_text(node)) +
                  "` as the number or boolean that the replaced field holds");
}

void set_untagged_text(Arena& arena, Node& target, std::string_view text) {
  const Style style = target.style;
  const std::uint32_t share = share_of(target);
  target = is_quoted(style) ? model::make_string(arena, text) : untagged_scalar(arena, text);
  target.style = style;
  set_share(target, share);
  mark_tag(target, Tag::missing);
  mark_made(target);
}

void set_string_text(Arena& arena, Node& target, std::string_view text) {
  const Style style = is_scalar(target) ? target.style : Style::any;
  const std::uint32_t share = share_of(target);
  target = model::make_string(arena, text);
  target.style = style;
  set_share(target, share);
  mark_made(target);
}

namespace {

// What a scalar's tag allows its text to be; a string fits any text.
Tag tag_of(const Node& node) {
  if (const Tag mark = tag_mark(node); mark != Tag::of_kind) return mark;
  switch (node.kind) {
    case Kind::null:
      // A field that was just made has no tag yet.
      return node.style == Style::any && node.source == nullptr ? Tag::missing : Tag::null;
    case Kind::boolean:
      return Tag::boolean;
    case Kind::integer:
      return Tag::integer;
    case Kind::floating:
      return Tag::floating;
    default:
      if (node.is_binary) return Tag::binary;
      return node.is_timestamp ? Tag::timestamp : Tag::of_kind;
  }
}

bool is_base64(std::string_view text) {
  try {
    static_cast<void>(model::base64_decode(text));
    return true;
  } catch (const Error&) {
    return false;
  }
}

bool fits(const Node& read, Tag tag) {
  switch (tag) {
    case Tag::null:
      return read.kind == Kind::null;
    case Tag::boolean:
      return read.kind == Kind::boolean;
    case Tag::integer:
      return read.kind == Kind::integer;
    case Tag::floating:
      return read.kind == Kind::floating || read.kind == Kind::integer;
    case Tag::binary:
      return is_base64(raw_text(read));
    default:
      return tag != Tag::timestamp || read.is_timestamp;
  }
}

}  // namespace

void set_text_keeping_tag(Arena& arena, Node& target, std::string_view text) {
  const Tag tag = tag_of(target);
  const std::uint32_t made = target.capacity & made_bit;
  if (tag == Tag::missing || tag == Tag::of_kind) {
    if (tag == Tag::missing) {
      set_untagged_text(arena, target, text);
    } else {
      set_string_text(arena, target, text);
    }
    target.capacity = (target.capacity & ~made_bit) | made;
    return;
  }
  Node node = untagged_scalar(arena, text);
  const bool contradicts = !fits(node, tag);
  if (tag == Tag::binary && !contradicts)
    node = model::make_string(arena, model::base64_decode(text));
  if (contradicts) {
    // Only the output fails, because a later step may still replace the value.
    node = model::make_string(arena, text);
    node.has_other_keys = true;
  }
  set_share(node, share_of(target));
  mark_tag(node, tag);
  node.capacity = (node.capacity & ~made_bit) | made;
  target = node;
}

bool is_typed_key(Arena& arena, std::string_view key) {
  if (!may_be_typed(key)) return false;
  const Node read = untagged_scalar(arena, key);
  return read.kind != Kind::string || read.is_timestamp;
}

}  // namespace reconcile::kustomize
