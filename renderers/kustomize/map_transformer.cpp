#include <algorithm>

#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

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
  const std::function<void(Node&)> set = [&](Node& map) {
    if (map.kind == Kind::null) return;
    if (map.kind != Kind::map) throw_wrong_kind("MappingNode", map);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      assign_field(arena, map, entries[i].first, values[i]);
    }
  };
  for (Resource* object : objects.list()) {
    if (is_nil_or_empty(&object->root)) continue;
    visit_fields(arena, object->root, specs, Creates::map, set);
  }
}

}  // namespace reconcile::kustomize
