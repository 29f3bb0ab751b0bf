// Replacements inside texts, against fixtures/renderers/kustomize/structured.*: comments, styles
// and anchors stay as kustomize 5.8.2 keeps them. Recorded by
// test/peers/record-structured-replacements.
#include "renderers/kustomize/structured_text.hpp"

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

}  // namespace

TEST_CASE("edits texts as kustomize 5.8.2 does", "[renderers][kustomize][structured]") {
  const std::string source = fixture("structured.source.yaml");
  std::istringstream rows(fixture("structured.jsonl"));
  std::size_t count = 0;
  for (std::string line; std::getline(rows, line); ++count) {
    const model::Document row = model::parse_json(line);
    std::map<std::string, std::string> files = {{"source.yaml", source}};
    const model::Value own = row["files"];
    for (std::size_t i = 0; i < own.size(); ++i) {
      files[std::string(own.key_at(i))] = own.value_at(i).text();
    }
    INFO(row["name"].text());
    std::string error;
    std::string output;
    try {
      output = build_text(files);
    } catch (const model::Error& thrown) {
      error = thrown.what();
    }
    INFO("ours: " << error << "\n  real: " << row["error"].text());
    CHECK(error.empty() == !row.root().contains("error"));
    CHECK(output == row["output"].text());
  }
  CHECK(count >= 60);
}

TEST_CASE("is no text for edits where nothing parses", "[renderers][kustomize][structured]") {
  CHECK_FALSE(StructuredText::parse("a: b: c").has_value());
  CHECK_FALSE(StructuredText::parse("# only a comment\n").has_value());
  CHECK(StructuredText::parse("plain").has_value());
}

}  // namespace reconcile::kustomize
