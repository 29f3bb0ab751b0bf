#include "reconcile/sources/directory_source.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile::sources;
using reconcile::test::TemporaryDirectory;

TEST_CASE("a directory's revision is the digest of its content", "[sources][directory]") {
  const TemporaryDirectory directory;
  directory.write("a.yaml", "a: 1\n");
  directory.write("logo.png", "ignored");
  DirectorySource source(directory.path());
  const auto first = source.fetch(std::nullopt);
  REQUIRE(first);
  CHECK(first->revision.text().starts_with("sha256:"));
  CHECK(first->revision.digest == first->digest);
  CHECK(first->files == 1);
  CHECK_FALSE(source.fetch(first->revision));
  directory.write("logo.png", "still ignored");
  CHECK_FALSE(source.fetch(first->revision));
  directory.write("a.yaml", "a: 2\n");
  const auto second = source.fetch(first->revision);
  REQUIRE(second);
  CHECK(second->digest != first->digest);
}

TEST_CASE("a missing directory is reported as not found", "[sources][directory]") {
  DirectorySource source("/nonexistent/reconcile");
  try {
    source.fetch(std::nullopt);
    FAIL("no error");
  } catch (const reconcile::model::Error& error) {
    CHECK(error.code() == reconcile::model::ErrorCode::not_found);
  }
}
