#include <algorithm>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/generators.hpp"
#include "renderers/kustomize/strategic_merge.hpp"
#include "renderers/kustomize/target.hpp"

// HelmChartInflationGenerator of kustomize 5.8.2, but that no program is run: which chart, which
// values, in which order. What `helm template` then makes of them is the inflator's.

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

// Where the files of a chart are.
struct ChartPlace {
  std::string expected;  ///< the directory in the build's tree where kustomize wants it
  std::shared_ptr<const model::FileTree> pulled;  ///< set where it is not there
};

std::string chart_home(const Loader& loader, Value globals, Value chart) {
  std::string home(globals["chartHome"].text());
  if (home.empty()) home = "charts";
  home = loader.tree_path(home);
  if (chart["version"].text().empty() || chart["repo"].text().empty()) return home;
  return model::join_path(
      home, std::string(chart["name"].text()) + "-" + std::string(chart["version"].text()));
}

ChartPlace find_chart(Context& context, const Loader& loader, Value globals, Value chart) {
  const std::string name(chart["name"].text());
  ChartPlace place;
  place.expected = model::join_path(chart_home(loader, globals, chart), name);
  const auto info = loader.tree()->stat(place.expected);
  if (info.has_value() && info->type == model::FileType::directory) return place;
  const std::string repository(chart["repo"].text());
  if (repository.empty()) {
    throw Error(ErrorCode::not_found, "no repo specified for pull, no chart found at '" +
                                          loader.display(place.expected) + "'");
  }
  loader.record_absent(place.expected);
  place.pulled = context.request.helm->pull({repository, name, std::string(chart["version"].text()),
                                             chart["devel"].boolean().value_or(false)});
  return place;
}

// The text of a values file, which may be one of a chart that was downloaded just now.
std::string load_values(const Loader& loader, const ChartPlace& place, const std::string& file) {
  if (place.pulled != nullptr && !is_web_address(file)) {
    const std::string wanted = loader.tree_path(file);
    const std::string prefix = place.expected + "/";
    if (wanted.starts_with(prefix)) return place.pulled->read(wanted.substr(prefix.size()));
  }
  return loader.load(file);
}

// Values of the chart's own file count as given by hand; a chart without one fails in kustomize.
std::string load_default_values(const Loader& loader, const ChartPlace& place) {
  if (place.pulled == nullptr) {
    return loader.load_at(model::join_path(place.expected, "values.yaml"));
  }
  return place.pulled->read("values.yaml");
}

// Whether the text holds nothing but comments: kustomize then meets the end of the file.
bool has_no_document(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::size_t first = text.substr(0, end).find_first_not_of(" \t\r");
    if (first != std::string_view::npos && text[first] != '#') return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

std::string merged_values(std::string_view mode, Value inline_values, std::string_view file_text) {
  if (has_no_document(file_text)) {
    throw Error(ErrorCode::invalid_input, "could not parse values file into rnode: EOF");
  }
  Arena arena;
  Node from_file = parse_editable(arena, file_text);
  if (from_file.kind == Kind::null) {
    // A null clears what it is merged over.
    if (mode == "merge") return "{}\n";
    from_file = model::make_map();
  }
  Node from_entry = model::copy_node(arena, inline_values);
  Node& base = mode == "merge" ? from_entry : from_file;
  Node& over = mode == "merge" ? from_file : from_entry;
  merge_values(arena, base, over);
  return model::write_yaml(Value(&base));
}

HelmInflation::Values main_values(const Loader& loader, const ChartPlace& place, Value chart) {
  const std::string_view mode = chart["valuesMerge"].text();
  const Value inline_values = chart["valuesInline"];
  HelmInflation::Values values{std::string(chart["valuesFile"].text()), {}};
  if (!inline_values.empty() && mode == "replace") {
    return {"valuesInline", model::write_yaml(inline_values)};
  }
  if (values.name.empty()) {
    values.text = load_default_values(loader, place);
    values.name = loader.display(model::join_path(place.expected, "values.yaml"));
  } else {
    values.text = load_values(loader, place, values.name);
  }
  if (!inline_values.empty()) values.text = merged_values(mode, inline_values, values.text);
  return values;
}

void check_chart(Value chart) {
  const std::string_view name = chart["name"].text();
  if (name.empty()) throw Error(ErrorCode::invalid_input, "chart name cannot be empty");
  // These would be flags of the command that kustomize runs.
  if (name.starts_with('-')) {
    throw Error(ErrorCode::invalid_input,
                "chart name must not start with '-', got \"" + std::string(name) + "\"");
  }
  const std::string_view release = chart["releaseName"].text();
  if (release.starts_with('-')) {
    throw Error(ErrorCode::invalid_input,
                "releaseName must not start with '-', got \"" + std::string(release) + "\"");
  }
  const std::string_view mode = chart["valuesMerge"].text();
  if (!mode.empty() && mode != "override" && mode != "merge" && mode != "replace") {
    throw Error(ErrorCode::invalid_input,
                "valuesMerge must be one of [merge override replace], found " + std::string(mode));
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

std::string inflate_text(Context& context, const Loader& loader, Value globals, Value chart,
                         const std::string& namespace_name) {
  check_chart(chart);
  std::vector<HelmInflation::Values> more;
  const ChartPlace place = find_chart(context, loader, globals, chart);
  for (const std::string& path : strings_of(chart["additionalValuesFiles"])) {
    try {
      more.push_back({path, load_values(loader, place, path)});
    } catch (Error& error) {
      error.with_context("could not load additionalValuesFile");
      throw;
    }
  }
  HelmInflation inflation;
  inflation.chart = with_namespace(chart, namespace_name);
  inflation.tree = place.pulled == nullptr ? loader.tree() : place.pulled;
  if (place.pulled == nullptr) inflation.chart_directory = place.expected;
  inflation.values.push_back(main_values(loader, place, chart));
  for (HelmInflation::Values& values : more) inflation.values.push_back(std::move(values));
  // Files of another tree are not recorded: what names them is.
  const bool is_own = place.pulled == nullptr && !loader.is_remote();
  renderers::ReadSet elsewhere;
  return context.request.helm->inflate(inflation, is_own ? context.reads.read_set : elsewhere);
}

// An entry of the old field `helmChartInflationGenerator` in the form of `helmCharts`.
Node chart_of_old_form(Arena& arena, Value old) {
  constexpr std::pair<const char*, const char*> names[] = {
      {"chartName", "name"},           {"chartVersion", "version"},
      {"chartRepoUrl", "repo"},        {"values", "valuesFile"},
      {"valuesLocal", "valuesInline"}, {"valuesMerge", "valuesMerge"},
      {"releaseName", "releaseName"}};
  Node chart = model::make_map();
  for (const auto& [from, to] : names) {
    if (old[from].present()) model::set(arena, chart, to, model::copy_node(arena, old[from]));
  }
  return chart;
}

}  // namespace

HelmEntries helm_entries(Value file) {
  auto arena = std::make_shared<Arena>();
  Node* root = arena->new_node();
  *root = model::make_map();
  Node globals = model::make_map();
  Node charts = model::make_list();
  const Value listed = file["helmCharts"];
  for (std::size_t i = 0; i < listed.size(); ++i) {
    model::append(*arena, charts, model::copy_node(*arena, listed.at(i)));
  }
  const Value old = file["helmChartInflationGenerator"];
  for (std::size_t i = 0; i < old.size(); ++i) {
    model::append(*arena, charts, chart_of_old_form(*arena, old.at(i)));
    if (!old.at(i)["chartHome"].text().empty()) {
      model::set(*arena, globals, "chartHome", model::copy_node(*arena, old.at(i)["chartHome"]));
    }
  }
  if (file["helmGlobals"].is_map()) globals = model::copy_node(*arena, file["helmGlobals"]);
  model::set(*arena, *root, "globals", globals);
  model::set(*arena, *root, "charts", charts);
  return {model::Document(arena, Value(root))};
}

std::vector<Resource*> inflate_chart(Context& context, const Loader& loader, Value globals,
                                     Value chart, const std::string& namespace_name) {
  const std::string name(chart["name"].text());
  if (context.request.helm == nullptr) {
    throw Error(ErrorCode::unsupported,
                "helmCharts entry '" + name + "': must specify --enable-helm");
  }
  std::vector<Resource*> objects;
  try {
    objects = read_objects(context, inflate_text(context, loader, globals, chart, namespace_name));
  } catch (Error& error) {
    error.with_context("helmCharts entry '" + name + "'");
    throw;
  }
  for (Resource* object : objects) object->helm_generated = true;
  return objects;
}

}  // namespace reconcile::kustomize
