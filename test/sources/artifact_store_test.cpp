#include "reconcile/sources/artifact_store.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "reconcile/model/error.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile::sources;
using namespace reconcile::model;
using reconcile::test::TemporaryDirectory;

namespace {

Artifact artifact_of(std::map<std::string, std::string> files, const std::string& revision = "a") {
  auto tree = memory_tree(std::move(files), {{"link", "a.yaml"}});
  const TreeSummary summary = summarise_tree(*tree);
  return {
      {"main", "sha1:" + std::string(40, revision[0])}, summary.digest, tree, "u", summary.files};
}

std::vector<std::filesystem::path> object_files(const TemporaryDirectory& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory.path() + "/objects")) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

}  // namespace

TEST_CASE("an artifact is there after a restart", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  const Artifact stored =
      artifact_of({{"a.yaml", "a: 1\n"}, {"b/c.yaml", std::string(100000, 'x')}});
  ArtifactStore(directory.path()).put("GitRepository/apps/one", stored);
  const ArtifactStore store(directory.path());
  const auto found = store.get("GitRepository/apps/one");
  REQUIRE(found);
  CHECK(found->revision == stored.revision);
  CHECK(found->digest == stored.digest);
  CHECK(found->tree->read("a.yaml") == "a: 1\n");
  CHECK(found->tree->read("link") == "a: 1\n");
  CHECK(found->tree->read("b/c.yaml").size() == 100000);
  CHECK(found->tree->blob("a.yaml") == stored.tree->blob("a.yaml"));
  CHECK(summarise_tree(*found->tree).digest == stored.digest);
  CHECK_FALSE(store.get("GitRepository/apps/two"));
}

TEST_CASE("a replaced artifact's content goes once nobody reads it", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  ArtifactStore store(directory.path());
  auto first = std::optional(store.put("k", artifact_of({{"a.yaml", "one"}, {"same", "same"}})));
  CHECK(object_files(directory).size() == 4);
  store.put("k", artifact_of({{"a.yaml", "two"}, {"same", "same"}}, "b"));
  CHECK(object_files(directory).size() == 6);
  CHECK(first->tree->read("a.yaml") == "one");
  first.reset();
  CHECK(object_files(directory).size() == 4);
  store.remove("k");
  CHECK(object_files(directory).empty());
  CHECK(store.size_bytes() == 0);
}

TEST_CASE("the same artifact put twice is stored once", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  ArtifactStore store(directory.path());
  store.put("k", artifact_of({{"a.yaml", "one"}}));
  const auto size = store.size_bytes();
  store.put("k", artifact_of({{"a.yaml", "one"}}));
  store.put("other", artifact_of({{"a.yaml", "one"}}));
  CHECK(store.size_bytes() == size);
  store.remove("k");
  CHECK(store.get("other")->tree->read("a.yaml") == "one");
}

TEST_CASE("a torn tail of the index is ignored", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  {
    ArtifactStore store(directory.path());
    store.put("one", artifact_of({{"a.yaml", "1"}}));
    store.put("two", artifact_of({{"a.yaml", "2"}}));
  }
  const std::string index = directory.path() + "/index";
  const auto size = std::filesystem::file_size(index);
  for (const std::uintmax_t cut : {1, 10, 60}) {
    std::filesystem::resize_file(index, size - cut);
    ArtifactStore store(directory.path());
    CHECK(store.get("one"));
    CHECK_FALSE(store.get("two"));
    store.put("two", artifact_of({{"a.yaml", "2"}}));
    CHECK(store.get("two"));
  }
  ArtifactStore store(directory.path());
  CHECK(store.get("two"));
}

TEST_CASE("damage shows as unavailable or absent", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  {
    ArtifactStore store(directory.path());
    store.put("k", artifact_of({{"a.yaml", "content"}}));
  }
  for (const auto& path : object_files(directory)) std::ofstream(path) << "garbage";
  ArtifactStore store(directory.path());
  CHECK_FALSE(store.get("k"));
  const Artifact again = store.put("k", artifact_of({{"a.yaml", "content"}}));
  for (const auto& path : object_files(directory)) std::ofstream(path) << "garbage";
  try {
    static_cast<void>(again.tree->read("a.yaml"));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unavailable);
  }
}

TEST_CASE("what a crash left behind is removed", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  directory.write("objects/aa/" + std::string(64, 'a') + ".zst", "left");
  directory.write("staging/" + std::string(64, 'b'), "left");
  ArtifactStore store(directory.path());
  CHECK(object_files(directory).empty());
}

TEST_CASE("the oldest artifact goes above the bound", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  StoreLimits limits;
  limits.bytes_max = 2500;
  ArtifactStore store(directory.path(), limits);
  std::string noise;
  for (unsigned i = 0, x = 1; i < 900; ++i)
    noise += static_cast<char>((x = x * 1103515245 + 12345) >> 16U);
  store.put("one", artifact_of({{"a.yaml", "1" + noise}}));
  store.put("two", artifact_of({{"a.yaml", "2" + noise}}));
  store.put("three", artifact_of({{"a.yaml", "3" + noise}}));
  CHECK_FALSE(store.get("one"));
  CHECK(store.get("three"));
  CHECK(store.size_bytes() <= limits.bytes_max);
  CHECK_THROWS_AS(
      store.put("big", artifact_of({{"a", noise + "a"}, {"b", noise + "b"}, {"c", noise + "c"}})),
      Error);
  CHECK(store.get("three"));
}

TEST_CASE("a second process is refused", "[sources][artifact_store]") {
  const TemporaryDirectory directory;
  const ArtifactStore store(directory.path());
  CHECK_THROWS_AS(ArtifactStore(directory.path()), Error);
}
