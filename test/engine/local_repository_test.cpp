#include "engine/cli/local_repository.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

using namespace reconcile::engine;

TEST_CASE("the ways to one repository are one", "[engine][cli][repository]") {
  for (const char* url :
       {"https://host.example/Team/repo.git", "https://user:pw@host.example:443/team/repo/",
        "ssh://git@host.example/team/repo", "git@host.example:team/repo.git"})
    CHECK(repository_identity(url) == "host.example/team/repo");
  CHECK(repository_identity("https://host.example/team/other") != "host.example/team/repo");
}

TEST_CASE("reads ranges of revisions", "[engine][cli][repository]") {
  const RevisionRange two = parse_revision_range("origin/main..HEAD~1");
  CHECK(two.before == "origin/main");
  CHECK(two.after == "HEAD~1");
  CHECK_FALSE(two.from_merge_base);
  const RevisionRange three = parse_revision_range("v1.2...HEAD");
  CHECK(three.before == "v1.2");
  CHECK(three.after == "HEAD");
  CHECK(three.from_merge_base);
  for (const char* wrong : {"", "main", "..", "...", "..main", "main..", "a....b", "a..b..c"})
    CHECK_THROWS_AS(parse_revision_range(wrong), reconcile::model::Error);
}
