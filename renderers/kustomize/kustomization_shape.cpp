#include "reconcile/model/error.hpp"
#include "renderers/kustomize/decode.hpp"

// The types of kustomize 5.8.2's files (api v0.21.2, package types) as forms for `decode`.

namespace reconcile::kustomize {

namespace {

using Fields = std::vector<std::pair<std::string, Shape>>;

Fields resource_id_fields() {
  return {{"group", Shape::string()},
          {"version", Shape::string()},
          {"kind", Shape::string()},
          {"name", Shape::string()},
          {"namespace", Shape::string()}};
}

Shape generator_options() {
  return Shape::object({{"labels", Shape::string_map()},
                        {"annotations", Shape::string_map()},
                        {"disableNameSuffixHash", Shape::boolean()},
                        {"immutable", Shape::boolean()}});
}

Fields generator_fields() {
  return {{"namespace", Shape::string()}, {"name", Shape::string()},
          {"behavior", Shape::string()},  {"literals", Shape::strings()},
          {"files", Shape::strings()},    {"envs", Shape::strings()},
          {"env", Shape::string()},       {"options", generator_options()}};
}

Shape secret_generator() {
  Fields fields = generator_fields();
  fields.emplace_back("type", Shape::string());
  return Shape::object(std::move(fields));
}

Shape patch() {
  return Shape::object({{"path", Shape::string()},
                        {"patch", Shape::string()},
                        {"target", selector_shape()},
                        {"options", Shape::object({{"allowNameChange", Shape::boolean()},
                                                   {"allowKindChange", Shape::boolean()}})}});
}

Shape image() {
  return Shape::object({{"name", Shape::string()},
                        {"newName", Shape::string()},
                        {"tagSuffix", Shape::string()},
                        {"newTag", Shape::string()},
                        {"digest", Shape::string()}});
}

Shape label() {
  return Shape::object({{"pairs", Shape::string_map()},
                        {"includeSelectors", Shape::boolean()},
                        {"includeTemplates", Shape::boolean()},
                        {"includeVolumeClaimTemplates", Shape::boolean()},
                        {"fields", Shape::list(field_spec_shape())}});
}

Shape variable() {
  Fields reference = resource_id_fields();
  reference.emplace_back("apiVersion", Shape::string());
  return Shape::object({{"name", Shape::string()},
                        {"objref", Shape::object(std::move(reference))},
                        {"fieldref", Shape::object({{"fieldPath", Shape::string()}})}});
}

Shape helm_chart() {
  return Shape::object({{"name", Shape::string()},
                        {"version", Shape::string()},
                        {"repo", Shape::string()},
                        {"releaseName", Shape::string()},
                        {"namespace", Shape::string()},
                        {"additionalValuesFiles", Shape::strings()},
                        {"valuesFile", Shape::string()},
                        {"valuesInline", Shape::map(Shape::any())},
                        {"valuesMerge", Shape::string()},
                        {"includeCRDs", Shape::boolean()},
                        {"skipHooks", Shape::boolean()},
                        {"apiVersions", Shape::strings()},
                        {"kubeVersion", Shape::string()},
                        {"nameTemplate", Shape::string()},
                        {"skipTests", Shape::boolean()},
                        {"debug", Shape::boolean()},
                        {"devel", Shape::boolean()}});
}

Shape helm_chart_arguments() {
  return Shape::object({{"chartName", Shape::string()},
                        {"chartVersion", Shape::string()},
                        {"chartRepoUrl", Shape::string()},
                        {"chartHome", Shape::string()},
                        {"chartRepoName", Shape::string()},
                        {"helmBin", Shape::string()},
                        {"helmHome", Shape::string()},
                        {"values", Shape::string()},
                        {"valuesLocal", Shape::map(Shape::any())},
                        {"valuesMerge", Shape::string()},
                        {"releaseName", Shape::string()},
                        {"releaseNamespace", Shape::string()},
                        {"extraArgs", Shape::strings()}});
}

Shape sort_options() {
  return Shape::object({{"order", Shape::string()},
                        {"legacySortOptions", Shape::object({{"orderFirst", Shape::strings()},
                                                             {"orderLast", Shape::strings()}})}});
}

Shape object_meta() {
  return Shape::object({{"name", Shape::string()},
                        {"namespace", Shape::string()},
                        {"labels", Shape::string_map()},
                        {"annotations", Shape::string_map()}});
}

Fields replacement_fields() {
  const Shape options = Shape::object({{"delimiter", Shape::string()},
                                       {"index", Shape::integer()},
                                       {"encoding", Shape::string()},
                                       {"create", Shape::boolean()}});
  Fields source = resource_id_fields();
  source.emplace_back("fieldPath", Shape::string());
  source.emplace_back("options", options);
  const Shape target = Shape::object({{"select", selector_shape()},
                                      {"reject", Shape::list(selector_shape())},
                                      {"fieldPaths", Shape::strings()},
                                      {"options", options}});
  return {{"source", Shape::object(std::move(source))},
          {"targets", Shape::list(target)},
          {"sourceValue", Shape::string()}};
}

Shape replacement_field() {
  Fields fields = replacement_fields();
  fields.emplace_back("path", Shape::string());
  return Shape::object(std::move(fields));
}

Fields operator_fields() {
  return {{"apiVersion", Shape::string()},
          {"kind", Shape::string()},
          {"metadata", object_meta()},
          {"openapi", Shape::string_map()},
          {"namePrefix", Shape::string()},
          {"nameSuffix", Shape::string()},
          {"namespace", Shape::string()},
          {"commonLabels", Shape::string_map()},
          {"labels", Shape::list(label())},
          {"commonAnnotations", Shape::string_map()},
          {"patchesStrategicMerge", Shape::strings()},
          {"patchesJson6902", Shape::list(patch())},
          {"patches", Shape::list(patch())},
          {"images", Shape::list(image())},
          {"imageTags", Shape::list(image())},
          {"replacements", Shape::list(replacement_field())},
          {"replicas",
           Shape::list(Shape::object({{"name", Shape::string()}, {"count", Shape::integer()}}))},
          {"vars", Shape::list(variable())},
          {"sortOptions", sort_options()}};
}

}  // namespace

const Shape& field_spec_shape() {
  static const Shape shape = Shape::object({{"group", Shape::string()},
                                            {"version", Shape::string()},
                                            {"kind", Shape::string()},
                                            {"path", Shape::string()},
                                            {"create", Shape::boolean()}});
  return shape;
}

const Shape& selector_shape() {
  static const Shape shape = [] {
    Fields fields = resource_id_fields();
    fields.emplace_back("annotationSelector", Shape::string());
    fields.emplace_back("labelSelector", Shape::string());
    return Shape::object(std::move(fields));
  }();
  return shape;
}

const Shape& replacement_shape() {
  static const Shape shape = Shape::object(replacement_fields());
  return shape;
}

const Shape& kustomization_field_shape(std::string_view field) {
  for (const auto& [name, shape] : kustomization_shape().fields()) {
    if (name == field) return shape;
  }
  throw model::Error(model::ErrorCode::internal, "no field " + std::string(field));
}

const Shape& kustomization_shape() {
  static const Shape shape = [] {
    Fields fields = operator_fields();
    for (const char* name : {"resources", "components", "crds", "bases", "configurations",
                             "generators", "transformers", "validators", "buildMetadata"}) {
      fields.emplace_back(name, Shape::strings());
    }
    fields.emplace_back("configMapGenerator", Shape::list(Shape::object(generator_fields())));
    fields.emplace_back("secretGenerator", Shape::list(secret_generator()));
    fields.emplace_back("helmGlobals", Shape::object({{"chartHome", Shape::string()},
                                                      {"configHome", Shape::string()}}));
    fields.emplace_back("helmCharts", Shape::list(helm_chart()));
    fields.emplace_back("helmChartInflationGenerator", Shape::list(helm_chart_arguments()));
    fields.emplace_back("generatorOptions", generator_options());
    return Shape::object(std::move(fields));
  }();
  return shape;
}

}  // namespace reconcile::kustomize
