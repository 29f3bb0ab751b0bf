#include <catch2/catch.hpp>

#include "engine/gates/policy.hpp"

using namespace reconcile::engine::gates;

TEST_CASE("matches paths by segments", "[engine][gates][path_glob]") {
  struct Row {
    std::string glob, path;
    bool expected;
  };
  const Row rows[] = {
      {"apps/overlays/staging/**", "apps/overlays/staging/kustomization.yaml", true},
      {"apps/overlays/staging/**", "apps/overlays/staging/a/b/c.yaml", true},
      {"apps/overlays/staging/**", "apps/overlays/staging", true},
      {"apps/overlays/staging/**", "apps/overlays/staging2/x.yaml", false},
      {"apps/overlays/staging/**", "x/apps/overlays/staging/y.yaml", false},
      {"**/staging/**", "apps/overlays/staging/a.yaml", true},
      {"**/staging/**", "staging/a.yaml", true},
      {"**/*.yaml", "a.yaml", true},
      {"**/*.yaml", "b/c/a.yaml", true},
      {"**/*.yaml", "b/c/a.yml", false},
      {"*.yaml", "b/a.yaml", false},
      {"*", "a", true},
      {"*", "a/b", false},
      {"a/*/c", "a/b/c", true},
      {"a/*/c", "a/b/b/c", false},
      {"a/**/c", "a/c", true},
      {"a/**/c", "a/b/b/c", true},
      {"a/**/c", "a/b/b/d", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"a?c", "a/c", false},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]x", "dx", true},
      {"[^a-c]x", "ax", false},
      {"[]x]", "]", true},
      {"[a-]", "-", true},
      {"*a*b*c*", "xxaxxbxxcxx", true},
      {"*a*b*c*", "xxaxxcxxbxx", false},
      {"**", "any/thing", true},
      {"A", "a", false},
      {"", "", false},
      {"../x", "../x", false},
      {"/x", "/x", false},
  };
  for (const Row& row : rows) {
    INFO(row.glob << " and " << row.path);
    CHECK(matches_any({row.glob}, row.path) == row.expected);
  }
  CHECK_FALSE(matches_any({}, "a"));
  CHECK(matches_any({"x", "a"}, "a"));
}

TEST_CASE("says what is wrong with a glob", "[engine][gates][path_glob]") {
  CHECK_FALSE(glob_problem("apps/**/[a-z]?/*.yaml"));
  CHECK(glob_problem("") == "it is empty");
  CHECK(glob_problem("/apps/**") == "paths are relative to the repository: it begins with a slash");
  CHECK(glob_problem("apps//x") == "a segment is empty");
  CHECK(glob_problem("apps/") == "a segment is empty");
  CHECK(glob_problem("apps/../x") == "a segment is . or ..");
  CHECK(glob_problem("apps/a**") == "** must be a whole segment");
  CHECK(glob_problem("apps/[a-z") == "a set [ is not closed");
  CHECK(glob_problem(std::string(1025, 'a')) == "it is longer than 1024 bytes");
}

TEST_CASE("hostile globs end soon", "[engine][gates][path_glob]") {
  std::string glob;
  for (int i = 0; i < 250; ++i) glob += "**/";
  std::string path;
  for (int i = 0; i < 1000; ++i) path += "a/";
  CHECK_FALSE(matches_any({glob + "b"}, path + "a"));
  std::string stars;
  for (int i = 0; i < 500; ++i) stars += "*?";
  stars += 'b';
  for (std::size_t i = 1; i < stars.size(); ++i) {
    if (stars[i - 1] == '*' && stars[i] == '*') FAIL("two stars in a row");
  }
  CHECK_FALSE(matches_any({stars}, std::string(4000, 'a')));
}
