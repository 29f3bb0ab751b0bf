#include "renderers/helm/glob.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "reconcile/model/error.hpp"
#include "renderers/helm/path_match.hpp"
#include "test/support/path_patterns.hpp"

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
      {"{a*,b}.txt", "abc.txt", false},
      {"{a,{b,c}}", "c", true},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"config/*.{yml,yaml}", "config/x.yml", true},
      {"", "", true},
      {"*", "", true},
      {"x", "", false},
      {"{a,b", "b", true},
      {"x{", "xy", false},
      {"*b***", "ab", false},
      {"*b***", "abc", true},
      {"[ab-c]", "-", true},
      {"?.txt", "\xC3\xA9.txt", false},
      {"[!a]b", "/b", true},
      {"a\\", "a", true},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " " << row.path);
    const auto glob = helm::Glob::parse(row.pattern);
    REQUIRE(glob);
    CHECK(glob->matches(row.path) == row.matches);
  }
  for (const char* bad : {"[a", "[]a]", "[a-]", "[z-a]", "[a-zb]", "[!]"}) {
    INFO(bad);
    CHECK_FALSE(helm::Glob::parse(bad));
  }
}

TEST_CASE("bounds a pattern of many stars", "[renderers][helm][glob]") {
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "**a";
  const std::optional<helm::Glob> glob = helm::Glob::parse(pattern + "b");
  REQUIRE(glob.has_value());
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(glob->matches(std::string(500, 'a')));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("matches paths as filepath.Match does", "[renderers][helm][path_match]") {
  for (const test::PathPattern& row : test::path_patterns) {
    INFO(row.pattern << " " << row.path);
    CHECK(helm::path_match(row.pattern, row.path) == row.matches);
  }
  for (const char* bad : test::malformed_path_patterns) {
    INFO(bad);
    CHECK_THROWS_AS(helm::path_match(bad, "a"), model::Error);
  }
}
