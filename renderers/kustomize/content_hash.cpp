#include <algorithm>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"
#include "renderers/kustomize/generators.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

namespace {

// Numbers are read into float64 before they are written.
void make_floats(Node& node) {
  if (node.kind == Kind::integer) {
    const bool is_unsigned = node.is_unsigned;
    node = model::make_floating(is_unsigned ? static_cast<double>(node.unsigned_integer)
                                            : static_cast<double>(node.integer));
  } else if (node.kind == Kind::list) {
    for (Node& item : items_of(node)) make_floats(item);
  } else if (node.kind == Kind::map) {
    for (Entry& entry : entries_of(node)) make_floats(entry.value);
  }
}

// A field of the hashed structure: maps as they are, lists as a map that is nil, scalars as their
// text, missing ones as "".
Node hashed_field(Arena& arena, const Node& root, const char* name) {
  const Node* field = model::find(root, name);
  if (field == nullptr || field->kind == Kind::null) return model::make_string_view("");
  if (is_scalar(*field)) return model::make_string_view(raw_text(*field));
  if (field->kind == Kind::list) return model::make_null();
  const auto is_text = [](const Entry& entry) { return entry.value.kind == Kind::string; };
  if (std::all_of(field->entries, field->entries + field->size, is_text)) return *field;
  Node copy = clone(arena, *field);
  make_floats(copy);
  return copy;
}

Node hashed_structure(Arena& arena, const Node& root, std::string_view kind) {
  // The name is always empty: kustomize looks it up under the one key "metadata/name".
  Node structure = model::make_map();
  const bool is_secret = kind == "Secret";
  model::set(arena, structure, "kind", model::make_string(arena, kind));
  model::set(arena, structure, "name", model::make_string_view(""));
  model::set(arena, structure, "data", hashed_field(arena, root, "data"));
  if (is_secret) model::set(arena, structure, "type", hashed_field(arena, root, "type"));
  const char* extra = is_secret ? "stringData" : "binaryData";
  const Node value = hashed_field(arena, root, extra);
  if (value.kind != Kind::string) model::set(arena, structure, extra, value);
  return structure;
}

}  // namespace

std::string content_hash(Arena& arena, const Node& root) {
  const Node* kind_node = model::find(root, "kind");
  const std::string_view kind = kind_node == nullptr ? std::string_view{} : raw_text(*kind_node);
  Node hashed = root;
  if (kind == "ConfigMap" || kind == "Secret") hashed = hashed_structure(arena, root, kind);
  std::string hash = model::sha256_hex(model::write_json(model::Value(&hashed))).substr(0, 10);
  for (char& c : hash) {
    if (c == '0')
      c = 'g';
    else if (c == '1')
      c = 'h';
    else if (c == '3')
      c = 'k';
    else if (c == 'a')
      c = 'm';
    else if (c == 'e')
      c = 't';
  }
  return hash;
}

void add_hash_suffixes(Context& context, ResMap& objects) {
  Arena& arena = *context.arena;
  for (Resource* object : objects.list()) {
    if (!object->needs_hash) continue;
    const std::string name = std::string(object->name()) + "-" + content_hash(arena, object->root);
    object->store_previous_id(arena);
    object->set_name(arena, name);
  }
  objects.ids_changed();
}

}  // namespace reconcile::kustomize
