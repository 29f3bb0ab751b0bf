// Scalars of a document: tags, resolution, and the text of keys.
#include <functional>

#include "base/model/base64_lines.hpp"
#include "base/model/utf8.hpp"
#include "base/model/yaml_builder.hpp"
#include "base/model/yaml_go_syntax.hpp"
#include "base/model/yaml_timestamp.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::model {

namespace {

constexpr std::string_view tag_prefix = "tag:yaml.org,2002:";

std::string_view tag_name(ScalarTag tag) {
  switch (tag) {
    case ScalarTag::string:
      return "str";
    case ScalarTag::null:
      return "null";
    case ScalarTag::boolean:
      return "bool";
    case ScalarTag::integer:
      return "int";
    case ScalarTag::floating:
      return "float";
    case ScalarTag::timestamp:
      return "timestamp";
    case ScalarTag::merge:
      return "merge";
  }
  return "str";
}

Node with_source(Node node, std::string_view text) {
  node.source = text.data();
  node.source_size = static_cast<std::uint32_t>(text.size());
  return node;
}

}  // namespace

YamlBuilder::Built YamlBuilder::build_scalar(const YamlEvent& event) {
  Built built;
  decode_scalar(event, built);
  built.node.style = event.style;
  built.node.explicit_tag = !event.tag.empty();
  return built;
}

std::string_view YamlBuilder::keep(std::string_view text) {
  // Addresses of two texts: only std::less orders them.
  const std::less<> before;
  const bool is_inside =
      !before(text.data(), kept_.data()) && before(text.data(), kept_.data() + kept_.size());
  return is_inside ? text : arena_.copy(text);
}

void YamlBuilder::decode_scalar(const YamlEvent& event, Built& built) {
  const bool v3 = options_.dialect == YamlDialect::v3;
  const std::string_view text = keep(event.value);
  const bool plain = v3 ? event.style == Style::plain : event.plain_implicit;
  // The lone "!" leaves v3's resolution as it is; v2 takes it for an unknown tag.
  if (event.tag.empty() || (v3 && event.tag == "!")) {
    if (!plain) {
      built.node = make_string_view(text);
      built.is_string = true;
      return;
    }
    built.is_merge_key = text == "<<";
    const Resolved resolved = resolve_plain(text, options_.dialect);
    built.is_string = resolved.tag == ScalarTag::string;
    built.node = decode_resolved(text, resolved);
    return;
  }
  const bool standard = event.tag.substr(0, tag_prefix.size()) == tag_prefix;
  const std::string_view name = standard ? event.tag.substr(tag_prefix.size()) : std::string_view();
  // The test for maps with string keys goes by the tag, but what such a key holds is a string.
  built.is_string = name == "str";
  built.is_merge_key = text == "<<" && name == "merge";
  built.node = decode_tagged(text, name);
  if (!options_.to_json && !built.node.is_timestamp) {
    built.is_string |= built.node.kind == Kind::string;
  }
}

Node YamlBuilder::decode_tagged(std::string_view text, std::string_view tag) {
  if (tag == "binary") return decode_binary(text);
  const bool known =
      tag == "bool" || tag == "int" || tag == "float" || tag == "null" || tag == "timestamp";
  if (!known) return with_source(make_string_view(text), text);
  Resolved resolved = tag == "timestamp" ? resolve_plain(text, options_.dialect)
                                         : resolve_tagged(text, options_.dialect);
  if (tag == "float" && resolved.tag == ScalarTag::integer && !resolved.is_unsigned) {
    resolved.tag = ScalarTag::floating;
    resolved.floating = static_cast<double>(resolved.integer);
  }
  if (tag_name(resolved.tag) != tag) {
    fail("yaml: cannot decode !!" + std::string(tag_name(resolved.tag)) + " `" + std::string(text) +
         "` as a !!" + std::string(tag));
    return make_null();
  }
  return decode_resolved(text, resolved);
}

Node YamlBuilder::decode_binary(std::string_view text) {
  const std::optional<std::string> bytes = decode_base64(text);
  if (!bytes) {
    fail("yaml: !!binary value contains invalid base64 data");
    return make_null();
  }
  std::string decoded = *bytes;
  if (options_.to_json && !valid_utf8(decoded)) {
    decoded.clear();
    for (std::size_t i = 0; i < bytes->size();) {
      const Rune rune = decode_rune(std::string_view(*bytes).substr(i));
      append_rune(rune.value, decoded);
      i += rune.size;
    }
  }
  Node node = make_string(arena_, decoded);
  node.is_binary = true;
  return with_source(node, text);
}

Node YamlBuilder::decode_resolved(std::string_view text, const Resolved& resolved) {
  switch (resolved.tag) {
    case ScalarTag::null:
      return with_source(make_null(), text);
    case ScalarTag::boolean:
      return with_source(make_boolean(resolved.boolean), text);
    case ScalarTag::integer: {
      Node node = make_integer(resolved.integer);
      node.is_unsigned = resolved.is_unsigned;
      return with_source(node, text);
    }
    case ScalarTag::floating:
      return with_source(make_floating(resolved.floating), text);
    case ScalarTag::timestamp: {
      if (options_.dialect == YamlDialect::v2) break;
      Node node = make_string(arena_, to_rfc3339(*parse_timestamp(text)));
      node.is_timestamp = true;
      return with_source(node, text);
    }
    default:
      break;
  }
  return make_string_view(text);
}

std::string_view YamlBuilder::key_text(const Built& key, const Built& target) {
  const Node& node = key.node;
  const Value value(&node);
  if (node.kind == Kind::string) return value.text();
  // v3 refuses such keys below the root; a root of kyaml takes their text.
  if (options_.dialect == YamlDialect::v3) return value.source();
  if (node.kind == Kind::boolean) return node.boolean ? "true" : "false";
  std::string text;
  if (node.kind == Kind::integer && !node.is_unsigned) {
    text = std::to_string(node.integer);
  } else if (node.kind == Kind::floating) {
    append_go_float32(static_cast<float>(node.floating), text);
    if (text == "+Inf") text = ".inf";
    if (text == "-Inf") text = "-.inf";
    if (text == "NaN") text = ".nan";
  } else {
    // This happens on the way to JSON, after all errors of decoding.
    const bool unset = node.kind == Kind::null;
    const auto shown = [](const Node& part) {
      return part.kind == Kind::null ? "<nil>" : go_syntax(Value(&part), YamlDialect::v2);
    };
    // Such a key shows nowhere; a text that no other key has keeps it apart.
    text = unset ? "\x01nil" : "\x01uint64";
    const std::string_view key_of_its_own = arena_.copy(text);
    constexpr std::size_t keys_max = 16;
    if (unsupported_keys_.size() < keys_max) {
      unsupported_keys_.emplace_back(key_of_its_own, std::string("unsupported map key of type: ") +
                                                         (unset ? "%!s(<nil>)" : "uint64") +
                                                         ", key: " + shown(node) +
                                                         ", value: " + shown(target.node));
    }
    return key_of_its_own;
  }
  return arena_.copy(text);
}

}  // namespace reconcile::model
