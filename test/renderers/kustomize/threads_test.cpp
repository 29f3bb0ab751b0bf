#include <catch2/catch.hpp>
#include <map>

#include "renderers/kustomize/work_ahead.hpp"
#include "test/renderers/kustomize/kustomize_support.hpp"

namespace reconcile::kustomize {
namespace {

/// Files large enough for threads to start, one object in several parts of each.
std::map<std::string, std::string> large_files(int files, int objects_of_file) {
  std::map<std::string, std::string> tree;
  std::string kustomization = "namePrefix: p-\nbuildMetadata: [originAnnotations]\nresources:\n";
  for (int i = 0; i < files; ++i) {
    const std::string name = "f" + std::to_string(i) + ".yaml";
    kustomization += "- " + name + "\n";
    for (int j = 0; j < objects_of_file; ++j) {
      tree[name] += "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c" +
                    std::to_string(i) + "-" + std::to_string(j) + "\ndata:\n  text: >-\n    " +
                    std::string(200, 'x') + "\n";
    }
  }
  tree["kustomization.yaml"] = kustomization;
  return tree;
}

std::string text_with(unsigned threads, const std::map<std::string, std::string>& tree) {
  BuildRequest request = request_for(tree);
  request.threads = threads;
  return build(request).text;
}

std::string error_with(unsigned threads, const std::map<std::string, std::string>& tree) {
  BuildRequest request = request_for(tree);
  request.threads = threads;
  return build_error(request);
}

TEST_CASE("threads do not change what a build gives", "[renderers][kustomize][threads]") {
  std::map<std::string, std::string> tree = large_files(6, 200);
  const std::string alone = text_with(1, tree);
  CHECK(alone.size() > 200'000);
  for (int i = 0; i < 3; ++i) CHECK(text_with(4, tree) == alone);
  // Two files that are malformed, then also one that is missing.
  tree["f2.yaml"] += "---\na: [\n";
  tree["f4.yaml"] += "---\n{{\n";
  const std::string malformed = error_with(1, tree);
  CHECK(malformed.find("f2.yaml") != std::string::npos);
  CHECK(error_with(4, tree) == malformed);
  tree.erase("f1.yaml");
  const std::string missing = error_with(1, tree);
  CHECK(missing.find("f1.yaml") != std::string::npos);
  CHECK(error_with(4, tree) == missing);
}

TEST_CASE("the first object that cannot be written is told", "[renderers][kustomize][threads]") {
  std::map<std::string, std::string> tree = large_files(4, 200);
  tree["f1.yaml"] += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\nx: {1: a}\n";
  tree["f1.yaml"] += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\nx: {1: a}\n";
  const std::string alone = error_with(1, tree);
  CHECK_FALSE(alone.empty());
  CHECK(error_with(4, tree) == alone);
}

TEST_CASE("pieces of work run once, wherever", "[renderers][kustomize][threads]") {
  for (const unsigned threads : {1U, 4U}) {
    WorkAhead ahead(std::make_shared<model::Arena>(), threads);
    std::vector<int> runs(500);
    std::vector<std::shared_ptr<WorkAhead::Piece>> pieces;
    for (int& count : runs) {
      pieces.push_back(ahead.add(
          [&count](WorkPlace& place) {
            ++count;
            place.text += 'x';
          },
          1000));
    }
    const auto failing = ahead.add([](WorkPlace&) { throw std::runtime_error("no"); }, 1);
    for (const auto& piece : pieces) ahead.finish(*piece);
    CHECK(runs == std::vector<int>(500, 1));
    CHECK_THROWS_AS(ahead.finish(*failing), std::runtime_error);
  }
}

}  // namespace
}  // namespace reconcile::kustomize
