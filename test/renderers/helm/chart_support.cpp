#include "test/renderers/helm/chart_support.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::helm::testing {
namespace {

/// The text between the marks that printed() puts around an expression.
std::string between_marks(const std::string& text) {
  const std::size_t start = text.find('<');
  const std::size_t end = text.rfind('>');
  if (start == std::string::npos || text.starts_with("Error: ")) return text;
  return text.substr(start + 1, end - start - 1);
}

}  // namespace

std::shared_ptr<const Chart> make_chart(Files files, Profile profile) {
  files.try_emplace("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.2.3\n");
  Files placed;
  for (auto& [name, content] : files) placed["chart/" + name] = std::move(content);
  return load_chart(*model::memory_tree(std::move(placed)), "chart", profile).chart;
}

RenderRequest request_of(Files files, std::vector<ValuesInput> values, Profile profile) {
  RenderRequest request;
  request.chart = make_chart(std::move(files), profile);
  request.values = std::move(values);
  request.profile = profile;
  request.read_values_file = [](std::string_view path) { return "<" + std::string(path) + ">"; };
  return request;
}

std::string rendered(const RenderRequest& request) {
  try {
    return output_text(render(request), request);
  } catch (const model::Error& error) {
    return std::string("Error: ") + error.what();
  }
}

std::string values_json(Files files, std::vector<ValuesInput> values, Profile profile) {
  files["templates/probe.yaml"] = "# <{{ .Values | toRawJson }}>\n";
  return between_marks(rendered(request_of(std::move(files), std::move(values), profile)));
}

std::string printed(const std::string& expression, Files files, Profile profile) {
  files["templates/probe.yaml"] = "# <{{ " + expression + " }}>\n";
  return between_marks(rendered(request_of(std::move(files), {}, profile)));
}

}  // namespace reconcile::helm::testing
