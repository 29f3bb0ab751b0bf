// Which subcharts take part, and what they hand up to their parents; after Helm's
// pkg/chart/v2/util/dependencies.go (4.3.1). A chart whose Chart.yaml lists no dependencies keeps
// all that lies in charts/, and nothing below it is processed: as in Helm.

#include "renderers/helm/dependencies.hpp"

#include <optional>
#include <set>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/helm/text.hpp"
#include "renderers/helm/version_range.hpp"

namespace reconcile::helm {
namespace {

using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;

bool serves(const ChartInstance& child, const Dependency& entry, std::string_view name) {
  return child.name == name && is_compatible(entry.version, child.chart->metadata.version);
}

/// Helm 3 copies the chart alone: what lies below it stays with the one that was loaded, and the
/// entries of its dependencies are the same for all aliases.
void share_with(ChartInstance& copy, const ChartInstance& loaded) {
  copy.dependencies = loaded.dependencies;
  for (const auto& child : copy.children) {
    if (child->loaded_below.empty()) child->loaded_below = loaded.full_path();
  }
}

/// Puts the children in Helm's order: those that Chart.yaml does not name, then one for each entry.
void apply_aliases(ChartInstance& chart, Profile profile) {
  std::vector<std::unique_ptr<ChartInstance>> ordered;
  std::vector<std::unique_ptr<ChartInstance>> named;
  for (auto& child : chart.children) {
    bool is_named = false;
    for (const auto& state : chart.dependencies) {
      is_named = is_named || serves(*child, *state->entry, state->name);
    }
    if (!is_named) child->loaded_below.clear();
    (is_named ? named : ordered).push_back(std::move(child));
  }
  for (const auto& state : chart.dependencies) {
    for (const auto& child : named) {
      if (!serves(*child, *state->entry, state->name)) continue;
      ordered.push_back(copy_instance(*child, &chart));
      ordered.back()->loaded_below.clear();
      if (profile == Profile::helm3) share_with(*ordered.back(), *child);
      if (!state->entry->alias.empty()) ordered.back()->name = state->entry->alias;
      break;
    }
    if (!state->entry->alias.empty()) state->name = state->entry->alias;
  }
  chart.children = std::move(ordered);
}

void apply_tags(ChartInstance& chart, GoMap& values, std::vector<std::string>& warnings) {
  const GoMap* tags = find_table(values, "tags");
  if (tags == nullptr) return;
  for (const auto& state : chart.dependencies) {
    bool any_true = false;
    bool any_false = false;
    for (const std::string& tag : state->entry->tags) {
      const GoValue* value = tags->find(tag);
      if (value == nullptr) continue;
      if (value->type() != GoType::boolean) {
        warnings.push_back("returned non-bool value for tag " + tag + " of chart " + state->name);
        continue;
      }
      (value->as_boolean() ? any_true : any_false) = true;
    }
    state->enabled = any_true || !any_false;
  }
}

/// The value at a dotted path that is no table; absent where there is none.
const GoValue* path_value(GoMap& values, std::string_view path) {
  const std::size_t dot = path.rfind('.');
  GoMap* table = dot == std::string_view::npos ? &values : find_table(values, path.substr(0, dot));
  if (table == nullptr) return nullptr;
  const GoValue* value = table->find(dot == std::string_view::npos ? path : path.substr(dot + 1));
  return value == nullptr || table_of(*value) != nullptr ? nullptr : value;
}

void apply_conditions(ChartInstance& chart, GoMap& values, const std::string& path,
                      std::vector<std::string>& warnings) {
  for (const auto& state : chart.dependencies) {
    std::string_view conditions = trim_space(state->entry->condition);
    while (!conditions.empty()) {
      const std::size_t comma = conditions.find(',');
      const std::string condition(conditions.substr(0, comma));
      conditions.remove_prefix(comma == std::string_view::npos ? conditions.size() : comma + 1);
      if (condition.empty()) continue;
      const GoValue* value = path_value(values, path + condition);
      if (value == nullptr) continue;
      if (value->type() == GoType::boolean) {
        state->enabled = value->as_boolean();
        break;
      }
      warnings.push_back("returned non-bool value for condition " + condition + " of chart " +
                         state->name);
    }
  }
}

void process_enabled(ValuesContext& context, ChartInstance& chart, const GoMap& values,
                     const std::string& path) {
  if (!chart.lists_dependencies) return;
  apply_aliases(chart, context.profile);
  for (const auto& state : chart.dependencies) state->enabled = true;
  GoMap* coalesced = coalesce(context, chart, &values, Nulls::remove);
  apply_tags(chart, *coalesced, context.warnings);
  apply_conditions(chart, *coalesced, path, context.warnings);
  std::set<std::string, std::less<>> disabled;
  for (const auto& state : chart.dependencies) {
    if (!state->enabled) disabled.insert(state->name);
  }
  std::erase_if(chart.children, [&](const auto& child) { return disabled.contains(child->name); });
  for (const auto& child : chart.children) {
    process_enabled(context, *child, *coalesced, path + child->name + ".");
  }
  std::erase_if(chart.dependencies,
                [&](const auto& state) { return disabled.contains(state->name); });
  chart.lists_dependencies = !chart.dependencies.empty();
}

/// `data` below the dotted `path`; "." is `data` itself.
GoMap* path_to_map(gotemplate::Heap& heap, std::string_view path, GoMap* data) {
  if (path == ".") return data;
  while (true) {
    const std::size_t dot = path.rfind('.');
    GoMap* outer = heap.map();
    outer->set_copy(dot == std::string_view::npos ? path : path.substr(dot + 1),
                    GoValue::map(data));
    if (dot == std::string_view::npos) return outer;
    data = outer;
    path = path.substr(0, dot);
  }
}

struct Import {
  std::string child;
  std::string parent;
};

std::string printed(const GoValue* value) {
  std::string text;
  gotemplate::append_printed(text, value == nullptr ? GoValue::nil() : *value);
  return text;
}

std::optional<Import> read_import(const GoValue& value) {
  if (value.is_string()) return Import{"exports." + std::string(value.as_text()), "."};
  // One that was read before has another type by then.
  if (value.type() != GoType::map) return std::nullopt;
  const GoMap* map = value.as_map();
  return Import{printed(map->find("child")), printed(map->find("parent"))};
}

/// What `.Chart.Dependencies` shows of an import afterwards: a map[string]string.
GoValue shown_import(gotemplate::Heap& heap, const Import& import) {
  GoMap* shown = heap.map(GoType::string_map);
  shown->set("child", heap.string(import.child));
  shown->set("parent", heap.string(import.parent));
  return GoValue::map(shown);
}

void import_values(ValuesContext& context, ChartInstance& chart) {
  for (const auto& child : chart.children) import_values(context, *child);
  if (!chart.lists_dependencies) return;
  GoMap* merged = coalesce(context, chart, nullptr, Nulls::keep);
  GoMap* imported = context.heap.map();
  for (const auto& state : chart.dependencies) {
    std::vector<GoValue> shown;
    for (const GoValue& value : state->import_values.as_items()) {
      const std::optional<Import> import = read_import(value);
      if (!import) continue;
      shown.push_back(shown_import(context.heap, *import));
      GoMap* table = find_table(*merged, state->name + "." + import->child);
      if (table == nullptr) {
        context.warnings.push_back("ImportValues missing table " + import->child + " from chart " +
                                   state->name);
        continue;
      }
      // Helm hands on a copy of an empty table, and the table itself otherwise.
      if (table->empty()) table = context.heap.map();
      coalesce_tables(context, *imported, *path_to_map(context.heap, import->parent, table), "",
                      Nulls::keep);
    }
    state->import_values =
        shown.empty() ? GoValue::typed_nil(GoType::list) : context.heap.slice(shown);
  }
  // The parent's own values win over what its children hand up.
  chart.values = deep_copy(context.heap, GoValue::map(merged)).as_map();
  coalesce_tables(context, *chart.values, *imported, "", Nulls::keep);
}

}  // namespace

void check_dependencies(const Chart& chart, Profile profile) {
  std::string missing;
  for (const Dependency& dependency : chart.metadata.dependencies) {
    bool found = false;
    for (const auto& child : chart.dependencies) found = found || child->name() == dependency.name;
    if (!found) missing += (missing.empty() ? "" : ", ") + dependency.name;
  }
  if (missing.empty()) return;
  const char* advice =
      profile == Profile::helm3
          ? "An error occurred while checking for chart dependencies. You may need "
            "to run `helm dependency build` to fetch missing dependencies"
          : "an error occurred while checking for chart dependencies. You may need "
            "to run 'helm dependency build' to fetch missing dependencies";
  throw model::Error(
      model::ErrorCode::not_found,
      std::string(advice) + ": found in Chart.yaml, but missing in charts/ directory: " + missing);
}

void process_dependencies(ValuesContext& context, ChartInstance& root, const GoMap& values) {
  process_enabled(context, root, values, "");
  import_values(context, root);
}

}  // namespace reconcile::helm
