#include <map>
#include <string>

#include "reconcile/helm/chart.hpp"
#include "reconcile/helm/render.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "test/fuzz/targets/targets.hpp"

namespace reconcile::fuzz {
namespace {

using helm::ValuesForm;
using Files = std::map<std::string, std::string>;

constexpr std::string_view probe = "v: {{ .Values | toJson }}\n";
constexpr std::string_view top_metadata =
    "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies:\n"
    "- {name: sub, version: ^1, condition: 'sub.enabled,other', tags: [t], alias: other,\n"
    "   import-values: [data, {child: a.b, parent: imported}]}\n"
    "- {name: sub, version: '*'}\n";
constexpr std::string_view sub_metadata = "apiVersion: v2\nname: sub\nversion: 1.2.3\n";

/// The file of the chart that a part is; null for parts that are values.
const char* file_of(char letter) {
  switch (letter) {
    case 'c':
      return "top/values.yaml";
    case 'd':
      return "top/charts/sub/values.yaml";
    case 'm':
      return "top/Chart.yaml";
    case 'n':
      return "top/charts/sub/Chart.yaml";
    case 'v':
      return "top/values.schema.json";
    default:
      return nullptr;
  }
}

ValuesForm form_of(char letter) {
  switch (letter) {
    case 'j':
      return ValuesForm::set_json;
    case 's':
      return ValuesForm::set;
    case 't':
      return ValuesForm::set_string;
    case 'l':
      return ValuesForm::set_literal;
    default:
      return ValuesForm::file;
  }
}

}  // namespace

void run_values(std::string_view input) {
  Files files = {{"top/Chart.yaml", std::string(top_metadata)},
                 {"top/templates/v.yaml", std::string(probe)},
                 {"top/charts/sub/Chart.yaml", std::string(sub_metadata)},
                 {"top/charts/sub/values.yaml", "a: {b: {c: 1}}\nexports: {data: {x: y}}\n"},
                 {"top/charts/sub/templates/v.yaml", std::string(probe)}};
  helm::RenderRequest request;
  for (const std::string_view part : parts_of(input)) {
    if (part.empty()) continue;
    const std::string text(part.substr(1));
    if (const char* file = file_of(part[0])) {
      files[file] = text;
    } else {
      request.values.push_back({form_of(part[0]), text, "f"});
    }
  }
  request.profile = input.size() % 2 == 0 ? helm::Profile::helm4 : helm::Profile::helm3;
  request.read_values_file = [](std::string_view path) { return std::string(path); };
  try {
    const auto tree = model::memory_tree(std::move(files));
    request.chart = helm::load_chart(*tree, "top", request.profile).chart;
    const helm::HelmResult first = helm::render(request);
    if (helm::output_text(first, request) != helm::output_text(helm::render(request), request)) {
      broken("a second render gives the same");
    }
  } catch (const model::Error&) {
    return;
  }
}

}  // namespace reconcile::fuzz
