// Common mistakes and what the real engines say of them: fixtures/renderers/helm/mistakes.*.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "reconcile/model/json.hpp"
#include "test/renderers/helm/chart_support.hpp"

namespace reconcile::helm {
namespace {

using testing::Files;

std::string fixture(const char* name) {
  const std::filesystem::path folder =
      std::filesystem::path(RECONCILE_SOURCE_DIR) / "fixtures/renderers/helm";
  std::ifstream file(folder / name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string text_of(model::Value row, std::string_view key) {
  return std::string(row[key].text());
}

std::string error_of(Files files, const std::string& text, Profile profile) {
  files["templates/t.yaml"] = text;
  return testing::rendered(testing::request_of(std::move(files), {}, profile));
}

}  // namespace

TEST_CASE("tells common mistakes in Helm's words", "[renderers][helm][mistakes]") {
  const std::string chart_text = fixture("mistakes.chart.json");
  const model::Document chart = model::parse_json(chart_text);
  Files files;
  for (std::size_t i = 0; i < chart.root().size(); ++i) {
    files[std::string(chart.root().key_at(i))] = chart.root().value_at(i).text();
  }
  std::istringstream rows(fixture("mistakes.jsonl"));
  std::size_t count = 0;
  for (std::string line; std::getline(rows, line); ++count) {
    const model::Document row = model::parse_json(line);
    const std::string text = text_of(row.root(), "template");
    INFO(text);
    CHECK(error_of(files, text, Profile::helm4) == "Error: " + text_of(row.root(), "helm4"));
    CHECK(error_of(files, text, Profile::helm3) == "Error: " + text_of(row.root(), "helm3"));
  }
  CHECK(count == 56);
}

}  // namespace reconcile::helm
