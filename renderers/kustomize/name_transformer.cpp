#include "renderers/kustomize/shared_scalars.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

namespace {

bool keeps_its_name(const ResourceId& id) {
  return id.gvk.kind == "CustomResourceDefinition" || id.gvk.kind == "Namespace" ||
         (id.gvk.kind == "APIService" && id.gvk.group == "apiregistration.k8s.io");
}

}  // namespace

void transform_names(Context& context, ResMap& objects, Affix affix, std::string_view text,
                     const FieldSpecs& specs) {
  Arena& arena = *context.arena;
  const std::string_view kept = arena.copy(text);
  const std::function<void(Node&)> add = [&](Node& field) {
    const std::string old(raw_text(field));
    const std::string name =
        affix == Affix::prefix ? std::string(text) + old : old + std::string(text);
    if (!is_scalar(field)) throw_wrong_kind("ScalarNode", field);
    set_untagged_text(arena, field, name);
  };
  for (Resource* object : objects.list()) {
    const ResourceId original = object->original_id();
    if (keeps_its_name(original)) continue;
    for (const FieldSpec& spec : specs) {
      if (!original.gvk.is_selected(spec.gvk())) continue;
      if (spec.path == "metadata/name" && !text.empty()) {
        (affix == Affix::prefix ? object->prefixes : object->suffixes).push_back(kept);
        object->store_previous_id(arena);
      }
      const SharedScalars shared(object->has_shared_scalars ? object->root : Node());
      visit_fields(arena, object->root, spec, Creates::scalar, add);
      shared.spread_changes(object->root);
    }
  }
  objects.ids_changed();
}

}  // namespace reconcile::kustomize
