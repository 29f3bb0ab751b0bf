// What templates see beside .Values: .Release, .Chart and .Files, and the methods of Helm's named
// types.

#include "renderers/helm/render_context.hpp"

#include <algorithm>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/coalesce.hpp"
#include "renderers/helm/glob.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::FunctionError;
using gotemplate::GoEntry;
using gotemplate::GoField;
using gotemplate::GoMap;
using gotemplate::GoStruct;
using gotemplate::GoStructType;
using gotemplate::GoType;
using gotemplate::GoValue;
using gotemplate::Heap;

/// A Go value as YAML; "" where it cannot be written, as toYaml does.
std::string yaml_text(const GoValue& value) {
  try {
    model::Arena arena;
    const model::Node node = gotemplate::to_node(arena, value);
    std::string text = model::write_yaml(model::Value(&node));
    if (text.ends_with('\n')) text.pop_back();
    return text;
  } catch (const std::exception&) {
    return {};
  }
}

std::string_view content_of(const Call& call, std::string_view name) {
  const GoMap* files = call.receiver.as_map();
  const GoValue* content = files == nullptr ? nullptr : files->find(name);
  return content == nullptr ? std::string_view() : content->as_text();
}

GoValue files_get(Call& call) {
  return GoValue::string(content_of(call, call.text(0)));
}
GoValue files_get_bytes(Call& call) {
  return GoValue::bytes(content_of(call, call.text(0)));
}

GoValue files_glob(Call& call) {
  const std::optional<Glob> glob = Glob::parse(call.text(0));
  GoMap* matching = call.heap().map(GoType::files);
  if (const GoMap* files = call.receiver.as_map()) {
    for (const GoEntry& entry : files->entries()) {
      if (!glob || glob->matches(entry.name())) matching->set(entry.name(), entry.value);
    }
  }
  return GoValue::map(matching);
}

GoValue files_lines(Call& call) {
  std::string_view text = content_of(call, call.text(0));
  std::vector<GoValue> lines;
  if (!text.empty()) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    while (true) {
      const std::size_t end = text.find('\n');
      lines.push_back(GoValue::string(text.substr(0, end)));
      if (end == std::string_view::npos) break;
      text.remove_prefix(end + 1);
    }
  }
  return call.heap().slice(lines, GoType::strings);
}

/// The files by base name, contents as `encode` makes them, as YAML.
GoValue flattened(Call& call, std::string (*encode)(std::string_view)) {
  const GoMap* files = call.receiver.as_map();
  if (files == nullptr) return GoValue::string("");
  GoMap* flat = call.heap().map(GoType::string_map);
  for (const GoEntry& entry : files->entries()) {
    flat->set(path_base(entry.name()), call.heap().string(encode(entry.value.as_text())));
  }
  return call.heap().string(yaml_text(GoValue::map(flat)));
}

GoValue files_as_config(Call& call) {
  return flattened(call, [](std::string_view text) { return std::string(text); });
}
GoValue files_as_secrets(Call& call) {
  return flattened(call, model::base64_encode);
}

GoValue versions_has(Call& call) {
  const auto items = call.receiver.as_items();
  return GoValue::boolean(std::any_of(items.begin(), items.end(), [&](const GoValue& item) {
    return item.as_text() == call.text(0);
  }));
}

GoValue values_yaml(Call& call) {
  model::Arena arena;
  const model::Node node = gotemplate::to_node(arena, call.receiver);
  return call.heap().string(model::write_yaml(model::Value(&node)));
}

GoValue values_table(Call& call) {
  GoMap* values = call.receiver.as_map();
  GoMap* table = values == nullptr ? nullptr : find_table(*values, call.text(0));
  if (table == nullptr) {
    throw FunctionError(gotemplate::quote(call.text(0)) + " is not a table");
  }
  return GoValue::typed_map(table, call.receiver.type());
}

GoValue values_as_map(Call& call) {
  GoMap* values = call.receiver.as_map();
  return GoValue::typed_map(values == nullptr ? call.heap().map() : values, GoType::map);
}

GoValue values_path_value(Call& call) {
  const std::string_view path = call.text(0);
  const std::size_t dot = path.rfind('.');
  GoMap* values = call.receiver.as_map();
  GoMap* table = values == nullptr || dot == std::string_view::npos
                     ? values
                     : find_table(*values, path.substr(0, dot));
  const std::string_view key = dot == std::string_view::npos ? path : path.substr(dot + 1);
  const GoValue* value = table == nullptr ? nullptr : table->find(key);
  if (value == nullptr || table_of(*value) != nullptr) {
    throw FunctionError(gotemplate::quote(key) + " is not a value");
  }
  return *value;
}

constexpr Function files_methods[] = {
    {"Get", "s", files_get},           {"GetBytes", "s", files_get_bytes},
    {"Glob", "s", files_glob},         {"Lines", "s", files_lines},
    {"AsConfig", "", files_as_config}, {"AsSecrets", "", files_as_secrets},
};
// No template has a writer to give.
GoValue values_encode(Call&) {
  throw FunctionError("runtime error: invalid memory address or nil pointer dereference");
}

// A chart is validated when it is loaded: the error is nil.
GoValue validate(Call&) {
  return GoValue::typed_nil(GoType::object);
}

constexpr Function validate_methods[] = {{"Validate", "", validate}};
constexpr Function values_methods[] = {
    {"Encode", "w", values_encode},        {"YAML", "", values_yaml},
    {"Table", "s", values_table},          {"AsMap", "", values_as_map},
    {"PathValue", "s", values_path_value},
};
constexpr Function versions_methods[] = {{"Has", "s", versions_has}};

GoValue text_list(Heap& heap, const std::vector<std::string>& texts, GoType type) {
  std::vector<GoValue> items;
  for (const std::string& text : texts) items.push_back(heap.string(text));
  return heap.slice(items, type);
}

GoValue annotations_of(Heap& heap, const Metadata& metadata) {
  if (!metadata.annotations) return GoValue::typed_nil(GoType::string_map);
  GoMap* map = heap.map(GoType::string_map);
  for (const auto& [key, value] : *metadata.annotations) map->set_copy(key, heap.string(value));
  return GoValue::map(map);
}

GoValue dependency_map(Heap& heap, const DependencyState& state) {
  const Dependency& entry = *state.entry;
  GoMap* map = heap.map();
  map->set("Name", heap.string(state.name));
  map->set("Version", heap.string(entry.version));
  map->set("Repository", heap.string(entry.repository));
  map->set("Condition", heap.string(entry.condition));
  map->set("Tags", text_list(heap, entry.tags, GoType::list));
  map->set("Enabled", GoValue::boolean(state.enabled));
  // Helm 4 copies slices into new ones: an absent list shows as an empty one.
  map->set("ImportValues", heap.slice(state.import_values.as_items()));
  map->set("Alias", heap.string(entry.alias));
  return GoValue::map(map);
}

GoValue chart_map(Heap& heap, const ChartInstance& chart) {
  const Metadata& metadata = chart.chart->metadata;
  GoMap* map = heap.map();
  map->set("Name", heap.string(chart.name));
  map->set("Home", heap.string(metadata.home));
  map->set("Sources", text_list(heap, metadata.sources, GoType::list));
  map->set("Version", heap.string(metadata.version));
  map->set("Description", heap.string(metadata.description));
  map->set("Keywords", text_list(heap, metadata.keywords, GoType::list));
  std::vector<GoValue> maintainers;
  for (const Maintainer& maintainer : metadata.maintainers) {
    GoMap* person = heap.map();
    person->set("Name", heap.string(maintainer.name));
    person->set("Email", heap.string(maintainer.email));
    person->set("URL", heap.string(maintainer.url));
    maintainers.push_back(GoValue::map(person));
  }
  map->set("Maintainers", heap.slice(maintainers));
  map->set("Icon", heap.string(metadata.icon));
  map->set("APIVersion", heap.string(metadata.api_version));
  map->set("Condition", heap.string(metadata.condition));
  map->set("Tags", heap.string(metadata.tags));
  map->set("AppVersion", heap.string(metadata.app_version));
  map->set("Deprecated", GoValue::boolean(metadata.deprecated));
  map->set("Annotations", annotations_of(heap, metadata));
  map->set("KubeVersion", heap.string(metadata.kube_version));
  std::vector<GoValue> dependencies;
  for (const auto& state : chart.dependencies) {
    dependencies.push_back(dependency_map(heap, *state));
  }
  map->set("Dependencies", heap.slice(dependencies));
  map->set("Type", heap.string(metadata.type));
  map->set("IsRoot", GoValue::boolean(chart.is_root()));
  return GoValue::map(map);
}

constexpr GoField dependency_fields[] = {
    {"Name", "name"},
    {"Version", "version", true},
    {"Repository", "repository"},
    {"Condition", "condition", true},
    {"Tags", "tags", true},
    {"Enabled", "enabled", true},
    {"ImportValues", "import-values", true},
    {"Alias", "alias", true},
};
constexpr GoStructType dependency_type{"*chart.Dependency", dependency_fields, validate_methods,
                                       gotemplate::GoKind::pointer};

constexpr GoField maintainer_fields[] = {
    {"Name", "name", true}, {"Email", "email", true}, {"URL", "url", true}};
constexpr GoStructType maintainer_type{"*chart.Maintainer", maintainer_fields, validate_methods,
                                       gotemplate::GoKind::pointer};

constexpr GoField metadata_fields[] = {
    {"Name", "name", true},
    {"Home", "home", true},
    {"Sources", "sources", true},
    {"Version", "version", true},
    {"Description", "description", true},
    {"Keywords", "keywords", true},
    {"Maintainers", "maintainers", true},
    {"Icon", "icon", true},
    {"APIVersion", "apiVersion", true},
    {"Condition", "condition", true},
    {"Tags", "tags", true},
    {"AppVersion", "appVersion", true},
    {"Deprecated", "deprecated", true},
    {"Annotations", "annotations", true},
    {"KubeVersion", "kubeVersion", true},
    {"Dependencies", "dependencies", true},
    {"Type", "type", true},
};
constexpr GoStructType metadata_type{"chart.Metadata", metadata_fields, {}};

constexpr GoField chart_fields[] = {
    {.name = "Metadata", .json_name = "", .is_embedded = true},
    {.name = "IsRoot", .json_name = "IsRoot"},
};
constexpr GoStructType chart_type{"struct { chart.Metadata; IsRoot bool }", chart_fields, {}};

GoValue made_struct(Heap& heap, const GoStructType& type, std::span<const GoValue> values) {
  return GoValue::object(heap.make<GoStruct>(type, heap.slice(values).as_items()));
}

/// nil where there are none, as Go leaves a slice that is not in Chart.yaml.
GoValue structs_or_nil(Heap& heap, const std::vector<GoValue>& structs, GoType type) {
  return structs.empty() ? GoValue::typed_nil(type) : heap.slice(structs, type);
}

GoValue texts_or_nil(Heap& heap, const std::vector<std::string>& texts) {
  return texts.empty() ? GoValue::typed_nil(GoType::strings)
                       : text_list(heap, texts, GoType::strings);
}

GoValue dependency_struct(Heap& heap, const DependencyState& state) {
  const Dependency& entry = *state.entry;
  const GoValue values[] = {
      heap.string(state.name),      heap.string(entry.version),     heap.string(entry.repository),
      heap.string(entry.condition), texts_or_nil(heap, entry.tags), GoValue::boolean(state.enabled),
      state.import_values,          heap.string(entry.alias),
  };
  return made_struct(heap, dependency_type, values);
}

GoValue chart_struct(Heap& heap, const ChartInstance& chart) {
  const Metadata& metadata = chart.chart->metadata;
  std::vector<GoValue> maintainers;
  for (const Maintainer& maintainer : metadata.maintainers) {
    const GoValue values[] = {heap.string(maintainer.name), heap.string(maintainer.email),
                              heap.string(maintainer.url)};
    maintainers.push_back(made_struct(heap, maintainer_type, values));
  }
  std::vector<GoValue> dependencies;
  for (const auto& state : chart.dependencies) {
    dependencies.push_back(dependency_struct(heap, *state));
  }
  const GoValue values[] = {
      heap.string(chart.name),
      heap.string(metadata.home),
      texts_or_nil(heap, metadata.sources),
      heap.string(metadata.version),
      heap.string(metadata.description),
      texts_or_nil(heap, metadata.keywords),
      structs_or_nil(heap, maintainers, GoType::maintainers),
      heap.string(metadata.icon),
      heap.string(metadata.api_version),
      heap.string(metadata.condition),
      heap.string(metadata.tags),
      heap.string(metadata.app_version),
      GoValue::boolean(metadata.deprecated),
      annotations_of(heap, metadata),
      heap.string(metadata.kube_version),
      structs_or_nil(heap, dependencies, GoType::dependencies),
      heap.string(metadata.type),
  };
  const GoValue whole[] = {made_struct(heap, metadata_type, values),
                           GoValue::boolean(chart.is_root())};
  return made_struct(heap, chart_type, whole);
}

}  // namespace

GoValue make_release(Heap& heap, const Release& release) {
  GoMap* map = heap.map();
  map->set("Name", heap.string(release.name));
  map->set("Namespace", heap.string(release.namespace_name));
  map->set("IsUpgrade", GoValue::boolean(release.is_upgrade));
  map->set("IsInstall", GoValue::boolean(!release.is_upgrade));
  map->set("Revision", GoValue::integer(release.revision));
  map->set("Service", GoValue::string("Helm"));
  return GoValue::map(map);
}

GoValue make_chart(Heap& heap, const ChartInstance& chart, Profile profile) {
  return profile == Profile::helm3 ? chart_struct(heap, chart) : chart_map(heap, chart);
}

GoValue make_files(Heap& heap, const Chart& chart) {
  GoMap* files = heap.map(GoType::files, chart.files.size());
  for (const ChartFile& file : chart.files) files->set(file.name, GoValue::bytes(file.data));
  return GoValue::map(files);
}

void add_named_type_methods(gotemplate::FunctionTable& functions) {
  functions.add_methods(GoType::files, files_methods);
  for (const GoType type : {GoType::values, GoType::values_v3}) {
    functions.add_methods(type, values_methods);
  }
  for (const GoType type : {GoType::versions, GoType::versions_v3}) {
    functions.add_methods(type, versions_methods);
  }
}

}  // namespace reconcile::helm
