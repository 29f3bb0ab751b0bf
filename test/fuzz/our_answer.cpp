// Our side of a case. Rendering alone stops before the files are cut into manifests, which the
// public entry does not; everything else goes through the public entry.
#include <algorithm>
#include <limits>
#include <optional>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/coalesce.hpp"
#include "renderers/helm/dependencies.hpp"
#include "renderers/helm/engine.hpp"
#include "renderers/helm/manifest_heads.hpp"
#include "renderers/helm/schema.hpp"
#include "renderers/helm/values.hpp"
#include "renderers/sprig/semver.hpp"
#include "test/fuzz/case.hpp"
#include "test/fuzz/chart_defaults.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::shared_ptr<const helm::Chart> loaded_chart(const Case& asked) {
  if (!asked.archive.empty()) return helm::load_chart_archive(asked.archive, asked.profile);
  Files placed;
  for (auto& [path, content] : with_metadata(asked.files)) {
    placed["chart/" + path] = content;
  }
  return helm::load_chart(*model::memory_tree(std::move(placed)), "chart", asked.profile).chart;
}

helm::RenderRequest request_of(const Case& asked) {
  helm::RenderRequest request;
  request.values = asked.values;
  request.profile = asked.profile;
  request.release = asked.release;
  request.capabilities.kube_version = asked.kube_version;
  request.capabilities.api_versions = asked.api_versions;
  request.include_crds = asked.include_crds;
  request.skip_schema_validation = asked.skip_schema_validation;
  request.read_values_file = [](std::string_view path) { return "<" + std::string(path) + ">"; };
  request.random_bytes = [](std::size_t count) { return model::random_bytes(count); };
  return request;
}

void render_files(const Case& asked, Answer& answer) {
  helm::RenderRequest request = request_of(asked);
  request.chart = loaded_chart(asked);
  gotemplate::Heap heap;
  std::vector<std::string> warnings;
  helm::ValuesContext context{heap, request.profile, warnings};
  const std::unique_ptr<helm::ChartInstance> root = helm::instantiate(*request.chart, heap);
  const gotemplate::GoMap* given = helm::user_values(request, heap);
  helm::process_dependencies(context, *root, *given);
  gotemplate::GoMap* values = helm::coalesce(context, *root, given, helm::Nulls::remove);
  if (!request.skip_schema_validation) helm::validate_values(*root, *values);
  helm::ManifestHeads heads(request.profile);
  helm::execute_templates(request, heap, *root, *values, answer.texts, heads);
}

std::string hooks_text(const helm::HelmResult& result) {
  std::string text;
  for (const helm::Hook& hook : result.hooks) {
    text += hook.path + " " + hook.kind + " " + hook.name + " " + std::to_string(hook.weight);
    for (const std::string& event : hook.events) text += " " + event;
    text += "\n";
  }
  return text;
}

void render_manifests(const Case& asked, Answer& answer) {
  helm::RenderRequest request = request_of(asked);
  request.chart = loaded_chart(asked);
  const helm::HelmResult result = helm::render(request);
  answer.texts["notes"] = result.notes;
  answer.texts["output"] = helm::output_text(result, request);
  answer.texts["hooks"] = hooks_text(result);
}

void coalesce_values(const Case& asked, Answer& answer) {
  Case probed = asked;
  std::erase_if(probed.files, [](const auto& file) {
    return file.first.find("templates/") != std::string::npos;
  });
  probed.files["templates/NOTES.txt"] = "{{ .Values | toJson }}";
  helm::RenderRequest request = request_of(probed);
  request.chart = loaded_chart(probed);
  answer.texts["json"] = model::write_json(model::parse_json(helm::render(request).notes).root());
}

void parse_assignments(const Case& asked, Answer& answer) {
  const helm::RenderRequest request = request_of(asked);
  gotemplate::Heap heap;
  const gotemplate::GoMap* given = helm::user_values(request, heap);
  model::Arena arena;
  const model::Node node =
      gotemplate::to_node(arena, gotemplate::GoValue::map(const_cast<gotemplate::GoMap*>(given)));
  answer.texts["json"] =
      model::write_json(model::parse_json(model::write_json(model::Value(&node))).root());
}

void read_yaml(const Case& asked, Answer& answer) {
  model::YamlOptions options;
  if (asked.dialect == Dialect::v3) {
    options.dialect = model::YamlDialect::v3;
    options.to_json = false;
    const model::Document read = model::parse_yaml(asked.text, options);
    answer.texts["json"] = model::write_json(read.root());
    answer.texts["yaml"] = model::write_yaml_pretty(read.root());
    return;
  }
  const model::Document read = model::parse_yaml(asked.text, options);
  gotemplate::Heap heap;
  model::Arena arena;
  const model::Node node = gotemplate::to_node(arena, gotemplate::to_go_value(heap, read.root()));
  answer.texts["json"] =
      model::write_json(model::parse_json(model::write_json(model::Value(&node))).root());
  answer.texts["yaml"] = model::write_yaml(model::Value(&node));
}

std::optional<sprig::Version> read_version(const std::string& text, std::string& lines) {
  try {
    const sprig::Version version = sprig::Version::parse(text);
    lines += version.to_string() + "\n";
    return version;
  } catch (const model::Error& error) {
    lines += "error: " + error.message() + "\n";
    return std::nullopt;
  }
}

std::string row_of(const std::string& text,
                   const std::vector<std::optional<sprig::Version>>& versions) {
  try {
    const sprig::Constraint constraint = sprig::Constraint::parse(text);
    std::string row;
    for (const auto& version : versions) {
      row += !version ? '?' : constraint.allows(*version) ? '+' : '-';
    }
    return row + "\n";
  } catch (const model::Error&) {
    return "!\n";
  }
}

void compare_versions(const Case& asked, Answer& answer) {
  std::vector<std::optional<sprig::Version>> versions;
  std::string& lines = answer.texts["versions"];
  for (const std::string& text : asked.versions) versions.push_back(read_version(text, lines));
  std::string& rows = answer.texts["matches"];
  for (const std::string& text : asked.constraints) rows += row_of(text, versions);
}

}  // namespace

Answer our_answer(const Case& asked) {
  constexpr void (*operations[])(const Case&, Answer&) = {render_files,    render_manifests,
                                                          coalesce_values, parse_assignments,
                                                          read_yaml,       compare_versions};
  Answer answer;
  try {
    operations[static_cast<int>(asked.operation)](asked, answer);
  } catch (const model::Error& error) {
    answer.failed = true;
    answer.error = error.message();
  }
  return answer;
}

}  // namespace reconcile::fuzz
