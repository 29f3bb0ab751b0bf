#include "renderers/helm/glob.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "reconcile/model/error.hpp"
#include "renderers/helm/path_match.hpp"

using namespace reconcile;

TEST_CASE("matches .Files.Glob patterns as gobwas/glob does", "[renderers][helm][glob]") {
  struct Row {
    const char* pattern;
    const char* path;
    bool matches;
  };
  constexpr Row rows[] = {
      {"*.yaml", "a.yaml", true},
      {"*.yaml", "a/b.yaml", false},
      {"**.yaml", "a/b.yaml", true},
      {"a/**", "a/b/c", true},
      {"a/*", "a/b/c", false},
      {"**/c", "a/b/c", true},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"[ab]c", "bc", true},
      {"[!ab]c", "bc", false},
      {"[a-c]x", "bx", true},
      {"{a,b}/x", "b/x", true},
      {"{a*,b}.txt", "abc.txt", true},
      {"{a,{b,c}}", "c", true},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"config/*.{yml,yaml}", "config/x.yml", true},
      {"", "", true},
      {"*", "", true},
      {"x", "", false},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " " << row.path);
    REQUIRE(helm::is_glob(row.pattern));
    CHECK(helm::glob_match(row.pattern, row.path) == row.matches);
  }
  CHECK_FALSE(helm::is_glob("[a"));
  CHECK_FALSE(helm::is_glob("{a,b"));
}

TEST_CASE("bounds a pattern of many stars", "[renderers][helm][glob]") {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "**a";
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(helm::glob_match(pattern + "b", std::string(500, 'a')));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("matches paths as filepath.Match does", "[renderers][helm][path_match]") {
  struct Row {
    const char* pattern;
    const char* path;
    bool matches;
  };
  // From Go's own table (path/filepath, go1.26).
  constexpr Row rows[] = {
      {"abc", "abc", true},
      {"*", "abc", true},
      {"*c", "abc", true},
      {"a*", "a", true},
      {"a*", "ab/c", false},
      {"a*/b", "abc/b", true},
      {"a*/b", "a/c/b", false},
      {"a*b*c*d*e*/f", "axbxcxdxe/f", true},
      {"a*b?c*x", "abxbbxdbxebxczzx", true},
      {"a*b?c*x", "abxbbxdbxebxczzy", false},
      {"ab[c]", "abc", true},
      {"ab[b-d]", "abc", true},
      {"ab[e-g]", "abc", false},
      {"ab[^c]", "abc", false},
      {"ab[^e-g]", "abc", true},
      {"a\\*b", "a*b", true},
      {"a?b",
       "a\xE2\x98\xBA"
       "b",
       true},
      {"a[^a]b",
       "a\xE2\x98\xBA"
       "b",
       true},
      {"[a-\xCE\xB6]*", "\xCE\xB1", true},
      {"*[a-\xCE\xB6]", "A", false},
      {"a?b", "a/b", false},
      {"a*b", "a/b", false},
      {"[\\]a]", "]", true},
      {"[\\-x]", "-", true},
      {"*x", "xxx", true},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " " << row.path);
    CHECK(helm::path_match(row.pattern, row.path) == row.matches);
  }
  for (const char* bad :
       {"[]a]", "[-]", "[x-]", "[-x]", "\\", "[a-b-c]", "[", "[^", "[^bc", "a["}) {
    INFO(bad);
    CHECK_THROWS_AS(helm::path_match(bad, "a"), model::Error);
  }
}
