// `helm template` from request to text, in the order of Helm's install action: dependencies, values
// and their schemas, templates, manifests, text.

#include "reconcile/helm/render.hpp"

#include <algorithm>
#include <map>

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/coalesce.hpp"
#include "renderers/helm/dependencies.hpp"
#include "renderers/helm/engine.hpp"
#include "renderers/helm/manifest_heads.hpp"
#include "renderers/helm/manifests.hpp"
#include "renderers/helm/parsed_templates.hpp"
#include "renderers/helm/post_render.hpp"
#include "renderers/helm/render_context.hpp"
#include "renderers/helm/schema.hpp"
#include "renderers/helm/text.hpp"
#include "renderers/helm/values.hpp"
#include "renderers/helm/version_range.hpp"

namespace reconcile::helm {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t release_name_bytes_max = 53;

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Helm's rule: dotted labels of lower-case letters, digits and inner dashes, 53 bytes at most.
bool is_release_name(std::string_view name) {
  if (name.empty() || name.size() > release_name_bytes_max) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (is_label_character(name[i])) continue;
    const bool inner = i > 0 && i + 1 < name.size();
    if (name[i] == '-' && inner && name[i - 1] != '.' && name[i + 1] != '.') continue;
    if (name[i] == '.' && inner && is_label_character(name[i - 1]) &&
        is_label_character(name[i + 1])) {
      continue;
    }
    return false;
  }
  return true;
}

void check_request(const RenderRequest& request) {
  const Metadata& metadata = request.chart->metadata;
  const bool known_version = metadata.api_version == "v1" || metadata.api_version == "v2";
  if (request.profile == Profile::helm4 && !known_version) {
    throw Error(ErrorCode::invalid_input,
                "unsupported chart version: expected apiVersion v1 or v2 in Chart.yaml, found \"" +
                    metadata.api_version + "\"");
  }
  if (!is_release_name(request.release.name)) {
    throw Error(
        ErrorCode::invalid_input,
        "invalid release name, must match regex "
        "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must "
        "not be longer than 53, found \"" +
            request.release.name + "\"");
  }
  if (request.chart->is_library()) {
    throw Error(ErrorCode::invalid_input, "library charts are not installable");
  }
  check_dependencies(*request.chart, request.profile);
  const std::string kube_version = normalised_kube_version(request);
  if (!metadata.kube_version.empty() && !is_compatible(metadata.kube_version, kube_version)) {
    throw Error(ErrorCode::conflict, "chart requires kubeVersion: " + metadata.kube_version +
                                         " which is incompatible with Kubernetes " + kube_version);
  }
}

bool is_manifest_name(std::string_view name) {
  const std::string lower = lower_ascii(name);
  return lower.ends_with(".yaml") || lower.ends_with(".yml") || lower.ends_with(".json");
}

void collect_definitions(const ChartInstance& chart, std::vector<Manifest>& definitions) {
  for (const ChartFile& file : chart.chart->files) {
    if (!file.name.starts_with("crds/") || !is_manifest_name(file.name)) continue;
    definitions.push_back(
        {chart.full_path() + "/" + file.name, file.data, "CustomResourceDefinition"});
  }
  for (const auto& child : chart.children) collect_definitions(*child, definitions);
}

void add_objects(std::vector<model::Object>& objects, const Manifest& manifest,
                 const std::vector<model::Document>& documents) {
  std::size_t index = 0;
  for (const model::Document& document : documents) {
    if (document.root().is_null()) continue;
    for (model::Object& object : model::expand_list(document, {manifest.path, index})) {
      objects.push_back(std::move(object));
    }
    ++index;
  }
}

/// The objects of definitions, which every render of the chart has alike, and of manifests.
std::vector<model::Object> objects_of(const HelmResult& result) {
  std::vector<model::Object> objects;
  ParsedTemplates* parsed = result.chart->parsed.get();
  for (const Manifest& item : result.definitions) {
    add_objects(objects, item,
                parsed != nullptr ? parsed->definitions(item.content)
                                  : model::parse_yaml_stream(item.content));
  }
  for (const Manifest& item : result.manifests) {
    add_objects(objects, item,
                item.documents ? *item.documents : model::parse_yaml_stream(item.content));
  }
  return objects;
}

/// Takes NOTES.txt files out of the rendered ones; answers the text of the top chart's.
std::string take_notes(std::map<std::string, std::string>& files, const ChartInstance& root) {
  std::string notes;
  std::erase_if(files, [&](const auto& file) {
    if (!file.first.ends_with("NOTES.txt")) return false;
    if (file.first == root.name + "/templates/NOTES.txt") notes = file.second;
    return true;
  });
  return notes;
}

/// Lets the chart's thread check values and read manifests while templates run; false where it does
/// not. Where templates may ask others, values are checked before the first question.
bool works_beside(const RenderRequest& request, const std::shared_ptr<ValuesCheck>& check,
                  const std::shared_ptr<ManifestHeads>& heads) {
  ParsedTemplates* parsed = request.chart->parsed.get();
  if (parsed == nullptr || request.post_renderer) return false;
  const bool asks_others = request.cluster != nullptr || request.resolve_host;
  if (asks_others && check != nullptr) check->require();
  return parsed->run_beside([check, heads] {
    if (check != nullptr) check->run();
    heads->read_added();
  });
}

}  // namespace

bool Hook::is_test() const noexcept {
  return std::find(events.begin(), events.end(), "test") != events.end();
}

HelmResult render(const RenderRequest& request) {
  check_request(request);
  gotemplate::Heap heap;
  HelmResult result;
  ValuesContext context{heap, request.profile, result.render.warnings};
  const std::unique_ptr<ChartInstance> root = instantiate(*request.chart, heap);
  if (gotemplate::GoMap* defaults = chart_defaults(request, heap)) root->values = defaults;
  const gotemplate::GoMap* given = user_values(request, heap);
  process_dependencies(context, *root, *given);
  gotemplate::GoMap* values = coalesce(context, *root, given, Nulls::remove);
  auto files = std::make_shared<std::map<std::string, std::string>>();
  const auto heads = std::make_shared<ManifestHeads>(
      request.profile, ReadingWanted{request.want_objects, request.kept_manifests});
  const HeadsStop heads_stop(*heads);
  std::shared_ptr<ValuesCheck> check;
  if (!request.skip_schema_validation) check = std::make_shared<ValuesCheck>(*root, *values);
  if (!works_beside(request, check, heads) && check != nullptr) check->require();
  try {
    execute_templates(request, heap, *root, *values, *files, *heads);
  } catch (...) {
    // Values that are refused come before what templates make of them.
    if (check != nullptr) check->require();
    throw;
  }
  if (check != nullptr) check->require();
  result.notes = take_notes(*files, *root);
  SortedManifests sorted;
  if (request.post_renderer) *files = post_rendered(*files, request);
  try {
    sorted = sort_manifests(*files, request.profile, *heads);
  } catch (const Error& error) {
    throw ManifestError(error, files);
  }
  result.chart = request.chart;
  result.files = std::move(files);
  result.hooks = std::move(sorted.hooks);
  result.manifests = std::move(sorted.manifests);
  if (request.include_crds) collect_definitions(*root, result.definitions);
  if (request.want_objects) result.render.objects = objects_of(result);
  return result;
}

}  // namespace reconcile::helm
