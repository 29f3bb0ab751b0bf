#include <algorithm>

#include "renderers/kustomize/shared_scalars.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

namespace {

// A new field shares the value's node with the other new ones; an old one changes all that it
// shares its node with.
void set_shared(Arena& arena, Resource& object, Node& map, std::string_view key,
                const Node& value) {
  const Node* old = model::find(map, key);
  if (old == nullptr) {
    set_untagged_key(arena, map, key, value);
    object.has_shared_scalars = true;
    return;
  }
  const std::uint32_t share = share_of(*old);
  assign_field(arena, map, key, value);
  if (share != 0 && share != share_of(value)) spread(object.root, share, *model::find(map, key));
}

}  // namespace

TextPairs pairs_of(model::Value map) {
  TextPairs pairs;
  for (std::size_t i = 0; i < map.size(); ++i) {
    pairs.emplace_back(map.key_at(i), map.value_at(i).text());
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

void transform_maps(Context& context, ResMap& objects, const TextPairs& entries,
                    const FieldSpecs& specs) {
  if (entries.empty()) return;
  Arena& arena = *context.arena;
  std::vector<Node> values;
  values.reserve(entries.size());
  for (const auto& [key, value] : entries) values.push_back(tagged_string(arena, value));
  Resource* current = nullptr;
  const std::function<void(Node&)> set = [&](Node& map) {
    if (is_null(map)) return;
    if (map.kind != Kind::map) throw_wrong_kind("MappingNode", map);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      set_shared(arena, *current, map, entries[i].first, values[i]);
    }
  };
  for (Resource* object : objects.list()) {
    if (is_nil_or_empty(&object->root)) continue;
    current = object;
    for (Node& value : values) set_share(value, ++context.shares);
    visit_fields(arena, object->root, specs, Creates::map, set);
  }
}

}  // namespace reconcile::kustomize
