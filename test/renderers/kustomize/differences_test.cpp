// What generated trees once showed to differ from kustomize; test/peers/record-kustomize-cases
// writes what it gives.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "reconcile/model/json.hpp"
#include "test/renderers/kustomize/kustomize_support.hpp"

namespace reconcile::kustomize {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void check_case(model::Value recorded) {
  INFO(std::string(recorded["name"].text()));
  std::map<std::string, std::string> files;
  const model::Value listed = recorded["files"];
  for (std::size_t i = 0; i < listed.size(); ++i) {
    files.emplace(listed.key_at(i), listed.value_at(i).text());
  }
  const BuildRequest request = request_for(std::move(files), "top");
  if (recorded["error"].present()) {
    CHECK(!build_error(request).empty());
  } else {
    CHECK(build(request).text == recorded["output"].text());
  }
}

TEST_CASE("what once differed from kustomize is the same", "[renderers][kustomize]") {
  const std::filesystem::path folder =
      std::filesystem::path(RECONCILE_SOURCE_DIR) / "fixtures/renderers/kustomize/differences";
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    INFO(entry.path().filename().string());
    const model::Document recorded = model::parse_json(read_file(entry.path()));
    const model::Value cases = recorded["cases"];
    for (std::size_t i = 0; i < cases.size(); ++i, ++count) check_case(cases.at(i));
  }
  CHECK(count > 30);
}

}  // namespace
}  // namespace reconcile::kustomize
