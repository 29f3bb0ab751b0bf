#include "renderers/kustomize/plugins.hpp"

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/decode.hpp"
#include "renderers/kustomize/generators.hpp"
#include "renderers/kustomize/target.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

constexpr std::string_view generator_kinds[] = {
    "ConfigMapGenerator", "SecretGenerator", "HelmChartInflationGenerator", "IAMPolicyGenerator"};
constexpr std::string_view transformer_kinds[] = {
    "AnnotationsTransformer",  "HashTransformer",
    "ImageTagTransformer",     "LabelTransformer",
    "NamespaceTransformer",    "PatchJson6902Transformer",
    "PatchTransformer",        "PatchStrategicMergeTransformer",
    "PrefixTransformer",       "ReplacementTransformer",
    "ReplicaCountTransformer", "SuffixTransformer",
    "ValueAddTransformer",     "PrefixSuffixTransformer"};

template <std::size_t count>
bool is_one_of(const std::string_view (&kinds)[count], std::string_view kind) {
  for (const std::string_view each : kinds) {
    if (each == kind) return true;
  }
  return false;
}

// Field names in lower case would do for Go; the forms list every field of every plugin.
const Shape& settings_shape() {
  static const Shape shape = [] {
    const Shape specs = Shape::list(field_spec_shape());
    return Shape::object(
        {{"metadata", Shape::object({{"name", Shape::string()}, {"namespace", Shape::string()}})},
         {"fieldSpecs", specs},
         {"annotations", Shape::string_map()},
         {"labels", Shape::string_map()},
         {"unsetOnly", Shape::boolean()},
         {"setRoleBindingSubjects", Shape::string()},
         {"prefix", Shape::string()},
         {"suffix", Shape::string()},
         {"imageTag", kustomization_field_shape("images").element()},
         {"replica", Shape::object({{"name", Shape::string()}, {"count", Shape::integer()}})},
         {"path", Shape::string()},
         {"patch", Shape::string()},
         {"jsonOp", Shape::string()},
         {"target", selector_shape()},
         {"options", Shape::object({{"allowNameChange", Shape::boolean()},
                                    {"allowKindChange", Shape::boolean()}})},
         {"paths", Shape::strings()},
         {"patches", Shape::any()},
         {"replacements", kustomization_field_shape("replacements")},
         {"value", Shape::string()},
         {"targets", Shape::any()},
         {"targetFilePath", Shape::string()},
         {"cloud", Shape::string()},
         {"kubernetesService", Shape::any()},
         {"serviceAccount", Shape::any()},
         {"projectId", Shape::string()}});
  }();
  return shape;
}

FieldSpecs field_specs(Value settings) {
  FieldSpecs specs;
  const Value list = settings["fieldSpecs"];
  for (std::size_t i = 0; i < list.size(); ++i) specs.push_back(FieldSpec::from(list.at(i)));
  return specs;
}

SubjectMode subject_mode(std::string_view text) {
  if (text.empty() || text == "defaultOnly") return SubjectMode::default_only;
  if (text == "allServiceAccounts") return SubjectMode::all_service_accounts;
  if (text == "none") return SubjectMode::none;
  throw Error(ErrorCode::invalid_input,
              "invalid value \"" + std::string(text) +
                  "\" for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or "
                  "\"allServiceAccounts\"");
}

void run_namespace(Context& context, ResMap& objects, Value settings) {
  NamespaceOptions options;
  options.namespace_name = settings["metadata"]["namespace"].text();
  options.unset_only = settings["unsetOnly"].boolean().value_or(false);
  options.subjects = subject_mode(settings["setRoleBindingSubjects"].text());
  transform_namespace(context, objects, options, field_specs(settings));
}

void run_affix(Context& context, ResMap& objects, Value settings, Affix affix) {
  if (!settings["fieldSpecs"].is_list()) {
    throw Error(ErrorCode::invalid_input, "fieldSpecs is not expected to be nil");
  }
  const char* field = affix == Affix::prefix ? "prefix" : "suffix";
  transform_names(context, objects, affix, settings[field].text(), field_specs(settings));
}

void run_strategic_merge(Context& context, const Loader& loader, ResMap& objects, Value settings) {
  const std::vector<std::string> paths = strings_of(settings["paths"]);
  const std::string_view text = settings["patches"].text();
  if (paths.empty() && text.empty()) {
    throw Error(ErrorCode::invalid_input, "empty file path and empty patch content");
  }
  if (!paths.empty()) transform_strategic_merge_patches(context, loader, objects, paths);
  if (!text.empty()) transform_strategic_merge_text(context, objects, text);
}

// The entry of a generator plugin: its own name and namespace come from the configuration object.
// `env` is a field of kustomizations alone.
model::Document generator_entry(const Plugin& plugin, std::string_view field) {
  auto arena = std::make_shared<Arena>();
  Node* entry = arena->new_node();
  *entry = model::copy_node(*arena, Value(&plugin.configuration->root));
  for (const char* part : {"name", "namespace"}) {
    const Node* own = model::find(*entry, part);
    const Node* meta = lookup(plugin.configuration->root, {"metadata", part});
    if (is_nil_or_empty(own) && meta != nullptr) {
      model::set(*arena, *entry, part, model::make_string(*arena, raw_text(*meta)));
    }
  }
  model::erase(*entry, "env");
  return decode({arena, Value(entry)}, kustomization_field_shape(field).element(), false);
}

Resource& policy_account(Context& context, const Plugin& plugin) {
  const Node& root = plugin.configuration->root;
  const auto text = [&](std::initializer_list<std::string_view> path) {
    const Node* node = lookup(root, path);
    return node == nullptr ? std::string() : std::string(raw_text(*node));
  };
  if (text({"cloud"}) != "gke") {
    throw Error(ErrorCode::unsupported, "cloud provider " + text({"cloud"}) + " not supported yet");
  }
  Arena& arena = *context.arena;
  Node account = model::make_map();
  model::set(arena, account, "apiVersion", model::make_string_view("v1"));
  model::set(arena, account, "kind", model::make_string_view("ServiceAccount"));
  Node& metadata = model::set(arena, account, "metadata", model::make_map());
  Node annotations = model::make_map();
  model::set(arena, annotations, "iam.gke.io/gcp-service-account",
             model::make_string(arena, text({"serviceAccount", "name"}) + "@" +
                                           text({"serviceAccount", "projectId"}) +
                                           ".iam.gserviceaccount.com"));
  model::set(arena, metadata, "annotations", annotations);
  model::set(arena, metadata, "name",
             model::make_string(arena, text({"kubernetesService", "name"})));
  const std::string namespace_name = text({"kubernetesService", "namespace"});
  if (!namespace_name.empty()) {
    model::set(arena, metadata, "namespace", model::make_string(arena, namespace_name));
  }
  return context.add(account);
}

}  // namespace

Plugin Plugin::load(Resource& configuration) {
  const GvkView gvk = configuration.gvk();
  const std::string id = configuration.original_id().display();
  if (!gvk.group.empty() || gvk.version != "builtin") {
    throw Error(ErrorCode::unsupported,
                "external plugins disabled; unable to load external plugin '" +
                    std::string(gvk.kind) + "'");
  }
  if (!is_one_of(generator_kinds, gvk.kind) && !is_one_of(transformer_kinds, gvk.kind)) {
    throw Error(ErrorCode::unsupported, "unable to load builtin " + gvk.display());
  }
  auto arena = std::make_shared<Arena>();
  Node* copy = arena->new_node();
  *copy = model::copy_node(*arena, Value(&configuration.root));
  try {
    return {&configuration,
            decode(model::Document(arena, Value(copy)), settings_shape(), false, Scalars::worded)};
  } catch (Error& error) {
    error.with_context("plugin " + id + " fails configuration");
    throw;
  }
}

Origin Plugin::origin() const {
  Origin result;
  if (!configuration->origin.has_value()) return result;
  result.repository = configuration->origin->repository;
  result.ref = configuration->origin->ref;
  result.configured_in = configuration->origin->path;
  result.configured_by_api_version = configuration->api_version();
  result.configured_by_kind = configuration->kind();
  result.configured_by_name = configuration->name();
  result.configured_by_namespace = configuration->namespace_name();
  return result;
}

std::vector<Resource*> run_generator_plugin(Context& context, const Loader& loader,
                                            const Plugin& plugin) {
  const std::string_view kind = plugin.kind();
  if (!is_one_of(generator_kinds, kind)) {
    throw Error(ErrorCode::invalid_input,
                "plugin " + plugin.configuration->original_id().display() + " not a generator");
  }
  if (kind == "IAMPolicyGenerator") return {&policy_account(context, plugin)};
  if (kind == "HelmChartInflationGenerator") {
    // Name and namespace are fields beside `metadata` here.
    const Value entry(&plugin.configuration->root);
    return inflate_chart(context, loader, entry, entry, std::string(entry["namespace"].text()));
  }
  const bool is_secret = kind == "SecretGenerator";
  const model::Document entry =
      generator_entry(plugin, is_secret ? "secretGenerator" : "configMapGenerator");
  const GeneratorKind generator = is_secret ? GeneratorKind::secret : GeneratorKind::config_map;
  return {&generate(context, loader, generator, entry.root(), {})};
}

void run_transformer_plugin(Context& context, const Loader& loader, ResMap& objects,
                            const Plugin& plugin) {
  const std::string_view kind = plugin.kind();
  const Value settings = plugin.settings.root();
  if (kind == "AnnotationsTransformer") {
    transform_maps(context, objects, pairs_of(settings["annotations"]), field_specs(settings));
  } else if (kind == "LabelTransformer") {
    transform_maps(context, objects, pairs_of(settings["labels"]), field_specs(settings));
  } else if (kind == "NamespaceTransformer") {
    run_namespace(context, objects, settings);
  } else if (kind == "PrefixTransformer") {
    run_affix(context, objects, settings, Affix::prefix);
  } else if (kind == "SuffixTransformer") {
    run_affix(context, objects, settings, Affix::suffix);
  } else if (kind == "PrefixSuffixTransformer") {
    run_affix(context, objects, settings, Affix::prefix);
    run_affix(context, objects, settings, Affix::suffix);
  } else if (kind == "ImageTagTransformer") {
    transform_images(context, objects, ImageChange::from(settings["imageTag"]),
                     field_specs(settings));
  } else if (kind == "ReplicaCountTransformer") {
    transform_replicas(context, objects, std::string(settings["replica"]["name"].text()),
                       settings["replica"]["count"].integer().value_or(0), field_specs(settings));
  } else if (kind == "PatchTransformer") {
    transform_patch(context, loader, objects, settings);
  } else if (kind == "PatchStrategicMergeTransformer") {
    run_strategic_merge(context, loader, objects, settings);
  } else if (kind == "PatchJson6902Transformer") {
    transform_json_patch(context, loader, objects, settings);
  } else if (kind == "ReplacementTransformer") {
    transform_replacements(context, loader, objects, settings["replacements"]);
  } else if (kind == "ValueAddTransformer") {
    transform_value_add(context, loader, objects, settings);
  } else if (kind == "HashTransformer") {
    add_hash_suffixes(context, objects);
  } else {
    throw Error(ErrorCode::invalid_input,
                "plugin " + plugin.configuration->original_id().display() + " not a transformer");
  }
}

}  // namespace reconcile::kustomize
