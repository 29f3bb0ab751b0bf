// Common mistakes: each must fail where kustomize 5.8.2 fails ("real" is its error), and name the
// file, the field, the object and the reason. Recorded by test/peers/record-kustomize-mistakes.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <sstream>

#include "reconcile/model/json.hpp"
#include "test/renderers/kustomize/kustomize_support.hpp"

namespace reconcile::kustomize {
namespace {

std::string fixture(const std::string& name) {
  std::ifstream file(RECONCILE_SOURCE_DIR "/fixtures/renderers/kustomize/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

void add_files(std::map<std::string, std::string>& files, model::Value more) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    files[std::string(more.key_at(i))] = more.value_at(i).text();
  }
}

// The error, or the warnings where the build succeeds.
std::string said(const std::map<std::string, std::string>& files, bool& fails) {
  try {
    std::string text;
    for (const std::string& warning : build(request_for(files, "app")).warnings) {
      text += warning + "\n";
    }
    fails = false;
    return text;
  } catch (const model::Error& error) {
    fails = true;
    return error.what();
  }
}

}  // namespace

TEST_CASE("tells of a mistake where it is and what is there", "[renderers][kustomize][mistakes]") {
  const model::Document base = model::parse_json(fixture("mistakes.base.json"));
  std::istringstream rows(fixture("mistakes.jsonl"));
  std::size_t count = 0;
  for (std::string line; std::getline(rows, line); ++count) {
    const model::Document row = model::parse_json(line);
    std::map<std::string, std::string> files;
    add_files(files, base.root());
    add_files(files, row["files"]);
    files["app/kustomization.yaml"] = row["kustomization"].text();
    bool fails = false;
    const std::string text = said(files, fails);
    INFO(row["name"].text() << "\n  ours: " << text << "\n  real: " << row["real"].text());
    CHECK(fails == !row["real"].text().empty());
    for (std::size_t i = 0; i < row["says"].size(); ++i) {
      INFO("expected: " << row["says"].at(i).text());
      CHECK(text.find(row["says"].at(i).text()) != std::string::npos);
    }
    CHECK(text.find("aHVudGVyMg") == std::string::npos);
    CHECK(text.size() < 2000);
  }
  CHECK(count >= 100);
}

}  // namespace reconcile::kustomize
