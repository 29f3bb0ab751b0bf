#include "reconcile/model/error.hpp"
#include "renderers/kustomize/diagnosis.hpp"
#include "renderers/kustomize/shared_scalars.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

namespace {

bool has_id(const Resource& object, std::string_view name, const GvkView& selector) {
  for (std::size_t i = 0; i < object.previous.size(); ++i) {
    const ResourceId id = object.previous_id(i);
    if (id.name == name && id.gvk.is_selected(selector)) return true;
  }
  return object.name() == name && object.gvk().is_selected(selector);
}

// The number has its tag, but keeps the style of the old text: a quoted one stays text.
void set_integer_text(Arena& arena, Node& field, std::string_view text, std::int64_t count) {
  const Style style = field.style;
  if (is_quoted(style)) return set_string_text(arena, field, text);
  const std::uint32_t share = share_of(field);
  field = model::make_integer(count);
  field.source = text.data();
  field.source_size = static_cast<std::uint32_t>(text.size());
  field.style = style;
  set_share(field, share);
  mark_made(field);
}

}  // namespace

void transform_replicas(Context& context, ResMap& objects, const std::string& name,
                        std::int64_t count, const FieldSpecs& specs) {
  Arena& arena = *context.arena;
  const std::string_view kept = arena.copy(std::to_string(count));
  const std::function<void(Node&)> set = [&](Node& field) {
    if (!is_scalar(field)) throw_wrong_kind("ScalarNode", field);
    set_integer_text(arena, field, kept, count);
  };
  bool found = false;
  const std::vector<Resource*> candidates = objects.with_any_name(name);
  for (const FieldSpec& spec : specs) {
    for (Resource* object : candidates) {
      if (!has_id(*object, name, spec.gvk())) continue;
      found = true;
      visit_fields(arena, object->root, spec, Creates::scalar, set);
    }
  }
  if (found) return;
  std::string kinds;
  for (const FieldSpec& spec : specs) {
    if (!kinds.empty()) kinds += ' ';
    kinds += spec.gvk().display();
  }
  throw model::Error(model::ErrorCode::not_found,
                     "resource with name " + name +
                         " does not match a config with the following GVK [" + kinds + "]" +
                         describe_near(objects, {}, name));
}

}  // namespace reconcile::kustomize
