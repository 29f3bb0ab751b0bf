// Parses and executes the templates of a chart tree in Helm's order: deeper paths first, within a
// depth by descending name, so that the definitions of the top chart win.

#include "renderers/helm/engine.hpp"

#include <algorithm>
#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sprig/functions.hpp"
#include "renderers/helm/coalesce.hpp"
#include "renderers/helm/error_text.hpp"
#include "renderers/helm/manifest_heads.hpp"
#include "renderers/helm/parsed_templates.hpp"
#include "renderers/helm/render_context.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

/// About a second; the largest public charts take less than a hundredth of it.
constexpr std::uint64_t steps_max = 100'000'000;

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::FunctionError;
using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;
using gotemplate::Heap;

/// One template file and what it is executed with.
struct Template {
  std::string path;  ///< "chart/charts/sub/templates/x.yaml"
  const std::string* text;
  GoMap* data;
  std::string base_path;
  std::ptrdiff_t depth = 0;  ///< slashes in the path
};

/// What client-go makes of a live object: as values, but whole numbers are int64.
GoValue live_value(Heap& heap, model::Value value) {
  if (value.kind() == model::Kind::integer && value.integer()) {
    return GoValue::integer(*value.integer(), GoType::int64);
  }
  if (value.is_list()) {
    const std::span<GoValue> items = heap.elements(value.size());
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = live_value(heap, value.at(i));
    return GoValue::slice(items);
  }
  if (!value.is_map()) return gotemplate::to_go_value(heap, value);
  GoMap* map = heap.map(GoType::map, value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    map->set(value.key_at(i), live_value(heap, value.value_at(i)));
  }
  return GoValue::map(map);
}

GoValue lookup(Call& call) {
  auto* cluster = static_cast<ClusterLookup*>(call.context.owner);
  if (cluster == nullptr) return GoValue::map(call.heap().map());
  try {
    const model::Document found =
        cluster->lookup(call.text(0), call.text(1), call.text(2), call.text(3));
    if (!found.root().is_map()) return GoValue::map(call.heap().map());
    call.heap().retain(found);
    return live_value(call.heap(), found.root());
  } catch (const model::Error& error) {
    throw FunctionError(error.what());
  }
}

constexpr Function lookup_functions[] = {{"lookup", "ssss", lookup}};

gotemplate::FunctionTable make_functions(bool helm3) {
  gotemplate::FunctionTable functions;
  functions.add(gotemplate::builtin_functions());
  sprig::add_functions(functions, helm3 ? sprig::HelmProfile::helm3 : sprig::HelmProfile::helm4);
  functions.add(gotemplate::helm_template_functions());
  functions.add(lookup_functions);
  add_named_type_methods(functions);
  return functions;
}

/// The parsed `item`: the chart's own parse where it holds under this path.
void add_template(gotemplate::TemplateSet& set, ParsedTemplates* parsed, const Template& item,
                  const gotemplate::FunctionTable& functions) {
  if (parsed != nullptr) {
    auto file = parsed->get(*item.text);
    if (file != nullptr && !file->defines(item.path)) {
      set.add(std::move(file), item.path);
      return;
    }
  }
  try {
    set.add(gotemplate::parse_template_in_place(item.path, *item.text, functions));
  } catch (const gotemplate::TemplateError& error) {
    throw parse_error(item.path, error);
  }
}

class Collector {
 public:
  Collector(const RenderRequest& request, Heap& heap) : request_(request), heap_(heap) {
    release_ = make_release(heap, request.release);
    capabilities_ = make_capabilities(heap, request);
  }

  /// Adds the templates of `chart` and its subcharts; answers the chart's whole context.
  GoMap* collect(const ChartInstance& chart, GoMap* values) {
    GoMap* context = heap_.map();
    GoMap* subcharts = heap_.map();
    const GoType values_type =
        request_.profile == Profile::helm3 ? GoType::values_v3 : GoType::values;
    if (values == nullptr) values = heap_.map(values_type);
    context->set("Chart", make_chart(heap_, chart, request_.profile));
    context->set("Files", make_files(heap_, *chart.chart));
    context->set("Release", release_);
    context->set("Capabilities", capabilities_);
    context->set("Values", GoValue::typed_map(values, values_type));
    context->set("Subcharts", GoValue::map(subcharts));
    for (const auto& child : chart.children) {
      const GoValue* table = values->find(child->name);
      subcharts->set_copy(child->name, GoValue::map(collect(
                                           *child, table == nullptr ? nullptr : table_of(*table))));
    }
    const std::string full_path = chart.full_path();
    for (const ChartFile& file : chart.chart->templates) {
      if (chart.chart->is_library() && !path_base(file.name).starts_with('_')) continue;
      templates.push_back(
          {full_path + "/" + file.name, &file.data, context, full_path + "/templates", 0});
    }
    return context;
  }

  std::vector<Template> templates;

 private:
  const RenderRequest& request_;
  Heap& heap_;
  GoValue release_;
  GoValue capabilities_;
};

void sort_templates(std::vector<Template>& templates) {
  for (Template& item : templates) {
    item.depth = std::count(item.path.begin(), item.path.end(), '/');
  }
  const auto is_before = [](const Template& left, const Template& right) {
    return left.depth == right.depth ? left.path > right.path : left.depth > right.depth;
  };
  std::stable_sort(templates.begin(), templates.end(), is_before);
  // Charts that share a path (see ChartInstance::loaded_below): the last one's file is rendered.
  const auto same = [](const Template& left, const Template& right) {
    return left.path == right.path;
  };
  const auto unique = std::unique(templates.rbegin(), templates.rend(), same);
  templates.erase(templates.begin(), unique.base());
}

}  // namespace

// Templates keep pointers into the tables. They are never destroyed: at the program's end the
// thread that parses ahead may still look up functions, for templates that no render asked for.
const gotemplate::FunctionTable& functions_of(Profile profile) {
  if (profile == Profile::helm3) {
    static const auto* const helm3 = new gotemplate::FunctionTable(make_functions(true));
    return *helm3;
  }
  static const auto* const helm4 = new gotemplate::FunctionTable(make_functions(false));
  return *helm4;
}

void execute_templates(const RenderRequest& request, Heap& heap, const ChartInstance& root,
                       GoMap& values, std::map<std::string, std::string>& rendered,
                       ManifestHeads& heads) {
  Collector collector(request, heap);
  collector.collect(root, &values);
  sort_templates(collector.templates);
  const gotemplate::FunctionTable& functions = functions_of(request.profile);
  gotemplate::TemplateSet set;
  ParsedTemplates* parsed = request.chart->parsed.get();
  if (parsed != nullptr && parsed->profile() != request.profile) parsed = nullptr;
  for (const Template& item : collector.templates) add_template(set, parsed, item, functions);
  gotemplate::RenderContext context{heap};
  context.now = request.now;
  context.random_bytes = request.random_bytes;
  context.local_zone = request.local_zone;
  context.helm3 = request.profile == Profile::helm3;
  context.owner = request.cluster;
  context.resolve_host = request.resolve_host;
  gotemplate::ExecutionLimits limits;
  limits.steps_max = steps_max;
  gotemplate::Execution execution(set, functions, context, limits);
  heads.expect(collector.templates.size());
  for (const Template& item : collector.templates) {
    if (path_base(item.path).starts_with('_')) continue;
    GoMap* about = heap.map(context.helm3 ? GoType::values_v3 : GoType::values);
    about->set("Name", GoValue::string(item.path));
    about->set("BasePath", GoValue::string(item.base_path));
    item.data->set("Template", GoValue::map(about));
    try {
      std::string text = execution.render(item.path, GoValue::typed_map(item.data, about->type()));
      gotemplate::remove_no_value(text);
      const auto [file, is_new] = rendered.emplace(item.path, std::move(text));
      if (is_new) heads.add(file->first, file->second);
    } catch (const gotemplate::TemplateError& error) {
      throw execution_error(item.path, error, request.profile);
    } catch (model::Error& error) {
      // A bound of the whole render, met here.
      error.in_file(item.path);
      throw;
    }
  }
}

std::string render_name_template(std::string_view name_template, const RenderRequest& request) {
  Heap heap;
  gotemplate::RenderContext context{heap};
  context.now = request.now;
  context.random_bytes = request.random_bytes;
  const gotemplate::FunctionTable& functions = functions_of(request.profile);
  try {
    gotemplate::TemplateSet set;
    set.add(gotemplate::parse_template("name-template", std::string(name_template), functions));
    gotemplate::ExecutionLimits limits;
    limits.steps_max = steps_max;
    gotemplate::Execution execution(set, functions, context, limits);
    return execution.render("name-template", GoValue::nil());
  } catch (const gotemplate::TemplateError& error) {
    throw model::Error(error.code(), error.message());
  }
}

}  // namespace reconcile::helm
