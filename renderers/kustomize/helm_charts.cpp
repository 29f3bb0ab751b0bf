#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/generators.hpp"
#include "renderers/kustomize/strategic_merge.hpp"
#include "renderers/kustomize/target.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

// The values that kustomize puts together from the chart's file and the inline ones.
std::string merged_values(const Loader& loader, Value chart, const std::string& values_file) {
  const Value inline_values = chart["valuesInline"];
  const std::string_view mode = chart["valuesMerge"].text();
  if (!mode.empty() && mode != "override" && mode != "merge" && mode != "replace") {
    throw Error(ErrorCode::invalid_input,
                "valuesMerge must be one of [merge override replace], found " + std::string(mode));
  }
  if (inline_values.empty()) return loader.load(values_file);
  if (mode == "replace") return model::write_yaml(inline_values);
  Arena arena;
  Node from_file = parse_editable(arena, loader.load(values_file));
  if (from_file.kind == Kind::null) from_file = model::make_map();
  Node from_entry = model::copy_node(arena, inline_values);
  Node& base = mode == "merge" ? from_entry : from_file;
  Node& over = mode == "merge" ? from_file : from_entry;
  merge_values(arena, base, over);
  return model::write_yaml(Value(&base));
}

std::string chart_home(const Loader& loader, Value globals, Value chart) {
  std::string home(globals["chartHome"].text());
  if (home.empty()) home = "charts";
  home = loader.tree_path(home);
  if (chart["version"].text().empty() || chart["repo"].text().empty()) return home;
  return model::join_path(
      home, std::string(chart["name"].text()) + "-" + std::string(chart["version"].text()));
}

void check_chart(Value chart) {
  const std::string_view name = chart["name"].text();
  if (name.empty()) throw Error(ErrorCode::invalid_input, "chart name cannot be empty");
  if (name.starts_with('-')) {
    throw Error(ErrorCode::invalid_input,
                "chart name must not start with '-', got \"" + std::string(name) + "\"");
  }
  const std::string_view release = chart["releaseName"].text();
  if (release.starts_with('-')) {
    throw Error(ErrorCode::invalid_input,
                "releaseName must not start with '-', got \"" + std::string(release) + "\"");
  }
}

// The entry as written, with the namespace that it inherits.
model::Document with_namespace(Value chart, const std::string& namespace_name) {
  auto arena = std::make_shared<Arena>();
  Node* root = arena->new_node();
  *root = model::copy_node(*arena, chart);
  model::set(*arena, *root, "namespace", model::make_string(*arena, namespace_name));
  return {arena, Value(root)};
}

}  // namespace

std::vector<Resource*> inflate_chart(Context& context, const Loader& loader, Value globals,
                                     Value chart, const std::string& namespace_name) {
  const std::string name(chart["name"].text());
  if (context.request.helm == nullptr) {
    throw Error(ErrorCode::unsupported,
                "helmCharts entry '" + name + "': must specify --enable-helm");
  }
  check_chart(chart);
  const std::string home = chart_home(loader, globals, chart);
  HelmInflation inflation;
  inflation.chart = with_namespace(chart, namespace_name);
  const std::string directory = model::join_path(home, name);
  const auto info = loader.tree().stat(directory);
  if (info.has_value() && info->type == model::FileType::directory) {
    inflation.chart_directory = directory;
  } else if (chart["repo"].text().empty()) {
    throw Error(ErrorCode::not_found, "no repo specified for pull, no chart found at '" +
                                          loader.display(directory) + "'");
  }
  std::string values_file(chart["valuesFile"].text());
  if (values_file.empty()) {
    if (inflation.chart_directory.has_value()) {
      const std::string own = model::join_path(directory, "values.yaml");
      if (loader.tree().stat(own).has_value()) {
        const std::string prefix = loader.root().empty() ? "" : loader.root() + "/";
        values_file = own.starts_with(prefix) ? own.substr(prefix.size()) : "/" + own;
      }
    }
  }
  if (!values_file.empty()) {
    inflation.values.push_back(merged_values(loader, chart, values_file));
  } else if (!chart["valuesInline"].empty()) {
    inflation.values.push_back(model::write_yaml(chart["valuesInline"]));
  }
  for (const std::string& path : strings_of(chart["additionalValuesFiles"])) {
    inflation.values.push_back(loader.load(path));
  }
  const std::string text =
      context.request.helm->inflate(loader.tree(), inflation, context.reads.read_set);
  std::vector<Resource*> objects = read_objects(context, text);
  for (Resource* object : objects) object->helm_generated = true;
  return objects;
}

}  // namespace reconcile::kustomize
