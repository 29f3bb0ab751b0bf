#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::kustomize {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("builds every golden case as kustomize 5.8.2 does", "[renderers][kustomize]") {
  const std::filesystem::path root =
      std::filesystem::path(RECONCILE_SOURCE_DIR) / "fixtures/renderers/kustomize";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (!entry.is_directory() || entry.path().filename() == "differences") continue;
    ++count;
    INFO(entry.path().filename().string());
    BuildRequest request;
    request.tree = model::disk_tree(entry.path().string());
    if (std::filesystem::exists(entry.path() / "expected.err")) {
      CHECK_THROWS_AS(build(request), model::Error);
      continue;
    }
    CHECK(build(request).text == read_file(entry.path() / "expected.yaml"));
  }
  CHECK(count > 8);
}

}  // namespace
}  // namespace reconcile::kustomize
