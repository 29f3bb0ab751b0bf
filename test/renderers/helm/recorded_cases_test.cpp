// What the real engines gave for templates that once came out differently: every file of
// fixtures/renderers/helm/differences, written by test/peers/record-helm-cases.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/renderers/helm/chart_support.hpp"

namespace reconcile::helm {
namespace {

/// The notes of a chart are not read as YAML.
std::string notes_of(model::Value recorded, model::Value asked, Profile profile) {
  testing::Files files;
  files["values.yaml"] = recorded["values"].text();
  files["templates/_partials.tpl"] = recorded["partials"].text();
  files["templates/NOTES.txt"] = asked["template"].text();
  const model::Value beside = asked["files"];
  for (std::size_t i = 0; i < beside.size(); ++i) {
    files[std::string(beside.key_at(i))] = beside.value_at(i).text();
  }
  try {
    return "text: " + render(testing::request_of(std::move(files), {}, profile)).notes;
  } catch (const model::Error& error) {
    return "error: " + error.message();
  }
}

std::string expected_of(model::Value answer) {
  std::string text = answer["error"].present() ? "error: " + std::string(answer["error"].text())
                                               : "text: " + std::string(answer["text"].text());
  constexpr std::string_view recorded_name = "templates/a.txt";
  constexpr std::string_view own_name = "templates/NOTES.txt";
  for (std::size_t at = text.find(recorded_name); at != std::string::npos;
       at = text.find(recorded_name, at + own_name.size())) {
    text.replace(at, recorded_name.size(), own_name);
  }
  return text;
}

void check_file(const std::filesystem::path& path) {
  std::ifstream opened(path, std::ios::binary);
  std::ostringstream text;
  text << opened.rdbuf();
  const model::Document recorded = model::parse_json(text.str());
  const model::Value cases = recorded["cases"];
  REQUIRE(cases.size() > 0);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(path.filename().string() << ": " << cases.at(i)["template"].text());
    CHECK(notes_of(recorded.root(), cases.at(i), Profile::helm4) ==
          expected_of(cases.at(i)["helm4"]));
    CHECK(notes_of(recorded.root(), cases.at(i), Profile::helm3) ==
          expected_of(cases.at(i)["helm3"]));
  }
}

}  // namespace

TEST_CASE("templates give what the real engines gave", "[renderers][helm][recorded]") {
  const std::filesystem::path folder =
      std::filesystem::path(RECONCILE_SOURCE_DIR) / "fixtures/renderers/helm/differences";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    check_file(entry.path());
  }
  CHECK(files > 0);
}

}  // namespace reconcile::helm
