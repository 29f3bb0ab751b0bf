#include "engine/cli/local_repository.hpp"

#include <catch2/catch.hpp>

using namespace reconcile::engine;

TEST_CASE("the ways to one repository are one", "[engine][cli][repository]") {
  for (const char* url :
       {"https://host.example/Team/repo.git", "https://user:pw@host.example:443/team/repo/",
        "ssh://git@host.example/team/repo", "git@host.example:team/repo.git"})
    CHECK(repository_identity(url) == "host.example/team/repo");
  CHECK(repository_identity("https://host.example/team/other") != "host.example/team/repo");
}
