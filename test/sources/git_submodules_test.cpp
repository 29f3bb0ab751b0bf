#include "sources/git/git_submodules.hpp"

#include <catch2/catch.hpp>

using reconcile::sources::submodule_url;

TEST_CASE("a submodule's URL may be relative to the repository's", "[sources][git][submodules]") {
  struct Row {
    const char* base;
    const char* url;
    const char* expected;
  };
  const Row rows[] = {{"https://host/org/repo.git", "../other.git", "https://host/org/other.git"},
                      {"https://host/org/repo.git", "../../team/x", "https://host/team/x"},
                      {"https://host/org/repo.git", "./inside", "https://host/org/repo.git/inside"},
                      {"https://host/a", "../../../../x", "https://host/../../x"},
                      {"ssh://git@host/org/repo", "../x", "ssh://git@host/org/x"},
                      {"https://host/org/repo.git", "https://other/x.git", "https://other/x.git"},
                      {"https://host/org/repo.git", "git@other:x/y.git", "git@other:x/y.git"}};
  for (const Row& row : rows) CHECK(submodule_url(row.base, row.url) == row.expected);
}
