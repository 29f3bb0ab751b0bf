#include "renderers/kustomize/pipeline.hpp"

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/decode.hpp"
#include "renderers/kustomize/generators.hpp"
#include "renderers/kustomize/merge_schema.hpp"
#include "renderers/kustomize/plugins.hpp"
#include "renderers/kustomize/transformers.hpp"
#include "renderers/kustomize/validation.hpp"

// The order in which the fields of one kustomization take effect.

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

// Records on every object that a transformer ran over it, and drops objects that it emptied.
void finish_step(Context& context, ResMap& objects, const Origin& origin) {
  if (context.tracks_origins) {
    for (Resource* object : objects.list()) {
      if (!is_nil_or_empty(&object->root)) object->rewrite_annotations(*context.arena);
      if (object->origin.has_value()) {
        object->transformations.push_back(origin);
      } else {
        object->origin = origin;
      }
    }
  }
  objects.drop_empties();
}

FieldSpecs label_specs(Value label, const TransformerConfig& config) {
  FieldSpecs specs;
  const Value own = label["fields"];
  for (std::size_t i = 0; i < own.size(); ++i) specs.push_back(FieldSpec::from(own.at(i)));
  merge_field_specs(specs, config.labels);
  if (label["includeSelectors"].boolean().value_or(false)) {
    merge_field_specs(specs, config.common_labels);
    return specs;
  }
  if (label["includeTemplates"].boolean().value_or(false)) {
    merge_field_specs(specs, config.template_labels);
  }
  if (label["includeVolumeClaimTemplates"].boolean().value_or(false)) {
    merge_field_specs(specs, config.volume_claim_template_labels);
  }
  merge_field_spec(specs, FieldSpec::at("metadata/labels", true));
  return specs;
}

// The built-in transformers of one kustomization, in kustomize's order.
class Steps {
 public:
  Steps(Context& context, const Loader& loader, Value file, Accumulator& accumulator,
        std::function<Origin(std::string_view)> origin)
      : context_(context),
        loader_(loader),
        file_(file),
        objects_(accumulator.objects),
        config_(accumulator.config),
        origin_(std::move(origin)) {}

  void run() {
    run_patches();
    run_namespace_and_names();
    run_labels();
    if (!file_["commonAnnotations"].empty()) {
      transform_maps(context_, objects_, pairs_of(file_["commonAnnotations"]),
                     config_->common_annotations);
      finish("AnnotationsTransformer");
    }
    for_each("patchesJson6902", "PatchJson6902Transformer",
             [this](Value patch) { transform_json_patch(context_, loader_, objects_, patch); });
    for_each("replicas", "ReplicaCountTransformer", [this](Value replica) {
      transform_replicas(context_, objects_, std::string(replica["name"].text()),
                         replica["count"].integer().value_or(0), config_->replicas);
    });
    const auto change_image = [this](Value image) {
      transform_images(context_, objects_, ImageChange::from(image), config_->images);
    };
    for_each("images", "ImageTagTransformer", change_image);
    for_each("imageTags", "ImageTagTransformer", change_image);
    if (!file_["replacements"].empty()) {
      transform_replacements(context_, loader_, objects_, file_["replacements"]);
      finish("ReplacementTransformer");
    }
  }

 private:
  void finish(std::string_view plugin) { finish_step(context_, objects_, origin_(plugin)); }

  void for_each(const char* field, const char* plugin, const std::function<void(Value)>& step) {
    const Value list = file_[field];
    for (std::size_t i = 0; i < list.size(); ++i) {
      try {
        step(list.at(i));
      } catch (Error& error) {
        error.with_context(std::string(field) + "[" + std::to_string(i) + "]");
        throw;
      }
      finish(plugin);
    }
  }

  void run_patches() {
    const std::vector<std::string> paths = strings_of(file_["patchesStrategicMerge"]);
    if (!paths.empty()) {
      try {
        transform_strategic_merge_patches(context_, loader_, objects_, paths);
      } catch (Error& error) {
        error.with_context("patchesStrategicMerge");
        throw;
      }
      finish("PatchStrategicMergeTransformer");
    }
    for_each("patches", "PatchTransformer",
             [this](Value patch) { transform_patch(context_, loader_, objects_, patch); });
  }

  void run_namespace_and_names() {
    const std::string namespace_name(file_["namespace"].text());
    if (!namespace_name.empty()) {
      transform_namespace(context_, objects_, {namespace_name, SubjectMode::default_only, false},
                          config_->namespace_fields);
      finish("NamespaceTransformer");
    }
    if (!file_["namePrefix"].text().empty()) {
      transform_names(context_, objects_, Affix::prefix, file_["namePrefix"].text(),
                      config_->name_prefix);
      finish("PrefixTransformer");
    }
    if (!file_["nameSuffix"].text().empty()) {
      transform_names(context_, objects_, Affix::suffix, file_["nameSuffix"].text(),
                      config_->name_suffix);
      finish("SuffixTransformer");
    }
  }

  void run_labels() {
    const Value labels = file_["labels"];
    const Value common = file_["commonLabels"];
    if (labels.empty() && common.empty()) return;
    for_each("labels", "LabelTransformer", [this](Value label) {
      transform_maps(context_, objects_, pairs_of(label["pairs"]), label_specs(label, *config_));
    });
    transform_maps(context_, objects_, pairs_of(common), config_->common_labels);
    finish("LabelTransformer");
  }

  Context& context_;
  const Loader& loader_;
  Value file_;
  ResMap& objects_;
  TransformerConfigPointer config_;
  std::function<Origin(std::string_view)> origin_;
};

}  // namespace

void set_schema(Context& context, const Target& target) {
  if (context.schema_is_set) return;
  const Value openapi = target.file()["openapi"];
  const std::string path(openapi["path"].text());
  const std::string version(openapi["version"].text());
  if (openapi.contains("path")) {
    if (openapi.contains("version")) {
      throw Error(ErrorCode::invalid_input,
                  "builtin version and custom schema provided, cannot use both");
    }
    try {
      // Below the top the built-in schema is in use already, and stays.
      const auto base =
          context.resources.empty() ? MergeSchema::Base::nothing : MergeSchema::Base::built_in;
      context.schema = MergeSchema::parse(target.loader().load(path), base);
    } catch (Error& error) {
      target.loader().name_file(error, path);
      error.with_context("openapi");
      throw;
    }
    context.schema_is_set = true;
    return;
  }
  if (version.empty()) return;
  if (version != "v1.21.2") {
    throw Error(ErrorCode::unsupported,
                "the specified OpenAPI version is not built in: " + version + ", expected v1.21.2");
  }
  context.schema_is_set = true;
}

Origin Target::builtin_origin(std::string_view plugin) const {
  Origin result;
  result.repository = origin.repository;
  result.ref = origin.ref;
  result.configured_in = origin.append(file_name_).path;
  result.configured_by_api_version = "builtin";
  result.configured_by_kind = plugin;
  return result;
}

std::vector<Resource*> Target::plugin_configurations(std::string_view field) {
  Accumulator own;
  std::vector<std::string> paths;
  for (const std::string& entry : strings_of(file()[field])) {
    std::vector<Resource*> objects;
    try {
      objects = read_objects(context_, entry);
    } catch (const Error&) {
      // Not a configuration written in place, so it is a path.
      paths.push_back(entry);
      continue;
    }
    for (Resource* object : objects) {
      if (context_.tracks_origins) object->origin = origin.append(file_name_);
      own.objects.append(object);
    }
  }
  accumulate_resources(own, paths);
  return own.objects.list();
}

void Target::run_helm_charts(const Absorb& absorb) {
  const HelmEntries entries = helm_entries(file());
  const Value charts = entries.charts();
  for (std::size_t i = 0; i < charts.size(); ++i) {
    std::string namespace_name(charts.at(i)["namespace"].text());
    if (namespace_name.empty()) namespace_name = file()["namespace"].text();
    if (namespace_name.empty()) namespace_name = inherited_helm_namespace;
    for (Resource* object :
         inflate_chart(context_, loader_, entries.globals(), charts.at(i), namespace_name)) {
      absorb(object, builtin_origin("HelmChartInflationGenerator"));
    }
  }
}

void Target::run_generators(Accumulator& accumulator) {
  const std::string_view shown = context_.arena->copy(shown_file());
  const Absorb absorb = [&](Resource* object, const Origin& maker) {
    if (context_.tracks_origins && !object->origin.has_value()) object->origin = maker;
    if (object->file.empty()) object->file = shown;
    accumulator.objects.absorb(*context_.arena, object);
  };
  const auto generate_all = [&](const char* field, GeneratorKind kind, const char* plugin) {
    const Value entries = file()[field];
    for (std::size_t i = 0; i < entries.size(); ++i) {
      try {
        const Value options = file()["generatorOptions"];
        absorb(&generate(context_, loader_, kind, entries.at(i), options), builtin_origin(plugin));
      } catch (Error& error) {
        error.with_context(std::string(field) + "[" + std::to_string(i) + "]");
        throw;
      }
    }
  };
  generate_all("configMapGenerator", GeneratorKind::config_map, "ConfigMapGenerator");
  generate_all("secretGenerator", GeneratorKind::secret, "SecretGenerator");
  if (!file()["helmCharts"].empty() || !file()["helmChartInflationGenerator"].empty()) {
    run_helm_charts(absorb);
  }
  for (Resource* configuration : plugin_configurations("generators")) {
    const Plugin plugin = Plugin::load(*configuration);
    for (Resource* object : run_generator_plugin(context_, loader_, plugin)) {
      absorb(object, plugin.origin());
    }
  }
}

void Target::run_transformers(Accumulator& accumulator) {
  Steps(context_, loader_, file(), accumulator, [this](std::string_view plugin) {
    return builtin_origin(plugin);
  }).run();
  std::vector<Plugin> plugins;
  for (Resource* configuration : plugin_configurations("transformers")) {
    plugins.push_back(Plugin::load(*configuration));
  }
  for (const Plugin& plugin : plugins) {
    run_transformer_plugin(context_, loader_, accumulator.objects, plugin);
    finish_step(context_, accumulator.objects, plugin.origin());
  }
}

void Target::run_validators(Accumulator& accumulator) {
  for (Resource* configuration : plugin_configurations("validators")) {
    const Plugin plugin = Plugin::load(*configuration);
    const ObjectsBefore before(context_, accumulator.objects, plugin.kind());
    run_transformer_plugin(context_, loader_, accumulator.objects, plugin);
    if (before.equal(accumulator.objects)) continue;
    throw Error(ErrorCode::invalid_input,
                "validator " + std::string(plugin.kind()) + " shouldn't modify the resource map");
  }
}

}  // namespace reconcile::kustomize
