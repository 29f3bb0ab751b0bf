#include "reconcile/model/error.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

namespace {

bool is_role_binding(std::string_view kind) {
  return kind == "RoleBinding" || kind == "ClusterRoleBinding";
}

void set_value(Arena& arena, Node& field, const NamespaceOptions& options) {
  if (!is_scalar(field)) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "namespace field specs must target scalar nodes");
  }
  if (options.unset_only && !value_text(field).empty()) return;
  set_string_text(arena, field, options.namespace_name);
}

// Subjects called "default", or all service accounts, live in the namespace of the binding.
void set_subjects(Arena& arena, Node& root, const NamespaceOptions& options) {
  if (options.subjects == SubjectMode::none) return;
  Node* subjects = model::find(root, "subjects");
  if (is_missing_or_null(subjects)) return;
  if (subjects->kind != Kind::list) throw_wrong_kind("SequenceNode", *subjects);
  const bool by_name = options.subjects == SubjectMode::default_only;
  for (Node& subject : items_of(*subjects)) {
    if (is_null(subject)) continue;
    if (subject.kind != Kind::map) throw_wrong_kind("MappingNode", subject);
    const Node* field = model::find(subject, by_name ? "name" : "kind");
    if (field == nullptr || value_text(*field) != (by_name ? "default" : "ServiceAccount")) {
      continue;
    }
    Node* namespace_node = model::find(subject, "namespace");
    if (namespace_node == nullptr) {
      namespace_node = &model::set(arena, subject, "namespace", model::make_string_view(""));
    }
    set_value(arena, *namespace_node, options);
  }
}

}  // namespace

void set_object_namespace(Arena& arena, Resource& object, const NamespaceOptions& options,
                          const FieldSpecs& specs) {
  static const FieldSpec metadata_namespace = FieldSpec::at("metadata/namespace", true);
  const std::function<void(Node&)> set = [&](Node& field) { set_value(arena, field, options); };
  const std::string api_version(object.api_version());
  const std::string kind(object.kind());
  if (!is_certainly_cluster_scoped(api_version, kind)) {
    visit_fields(arena, object.root, metadata_namespace, Creates::scalar, set);
  }
  const bool binding = is_role_binding(kind);
  if (binding) set_subjects(arena, object.root, options);
  for (const FieldSpec& spec : specs) {
    if (spec.path == "metadata/namespace") continue;
    if (api_version != "v1" && spec.path == "metadata/name") continue;
    if (binding && is_role_binding(spec.kind) && spec.path == "subjects/namespace") continue;
    visit_fields(arena, object.root, spec, Creates::scalar, set);
  }
}

void transform_namespace(Context& context, ResMap& objects, const NamespaceOptions& options,
                         const FieldSpecs& specs) {
  if (options.namespace_name.empty()) return;
  for (Resource* object : objects.list()) {
    if (is_nil_or_empty(&object->root) || object->helm_generated) continue;
    object->store_previous_id(*context.arena);
    set_object_namespace(*context.arena, *object, options, specs);
  }
  objects.ids_changed();
  objects.check_unique_ids("namespace transformation");
}

}  // namespace reconcile::kustomize
