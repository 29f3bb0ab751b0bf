#include "renderers/helm/ignore_rules.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "renderers/helm/path_match.hpp"

using namespace reconcile;
using helm::IgnoreRules;
using helm::PathType;

TEST_CASE("reads .helmignore as Helm does", "[renderers][helm][ignore_rules]") {
  struct Row {
    const char* rules;
    const char* path;
    PathType type;
    bool ignored;
  };
  constexpr Row rows[] = {
      {"helm.txt", "helm.txt", PathType::file, true},
      {"helm.*", "a/helm.txt", PathType::file, true},
      {"/*.txt", "a/rudder.txt", PathType::file, false},
      {"/*.txt", "rudder.txt", PathType::file, true},
      {"cargo/a.txt", "cargo/a.txt", PathType::file, true},
      {"cargo/*.txt", "mast/cargo/a.txt", PathType::file, false},
      {"cargo/", "cargo", PathType::directory, true},
      {"cargo/", "cargo", PathType::file, false},
      {"# helm.txt", "helm.txt", PathType::file, false},
      {"  \n\thelm.txt  ", "helm.txt", PathType::file, true},
      {"*", "anything", PathType::file, true},
      // A negated rule ignores what it does not match.
      {"!helm.txt", "helm.txt", PathType::file, false},
      {"!helm.txt", "tiller.txt", PathType::file, true},
      {"!*/", "a.txt", PathType::file, true},
      // The built-in rule.
      {"", "templates/.dotfile", PathType::file, true},
      {"", "templates/sub/.dotfile", PathType::file, false},
      {"", ".", PathType::directory, false},
      {"\xEF\xBB\xBF"
       "a.txt",
       "a.txt", PathType::file, true},
  };
  for (const Row& row : rows) {
    INFO(row.rules << " | " << row.path);
    CHECK(IgnoreRules(row.rules).ignores(row.path, row.type) == row.ignored);
  }
}

TEST_CASE("compares simple patterns as it would match them", "[renderers][helm][ignore_rules]") {
  for (const char* pattern : {"a", "a*", "*a", "a*b", "*", "a.*b", "?a", "a[b]*", "a\\*", "*a*"}) {
    for (const char* name : {"a", "b", "ab", "aab", "a.b", "a.xb", "ba", "a*", "a]", ".a", "aXb"}) {
      INFO(pattern << " | " << name);
      CHECK(IgnoreRules(pattern).ignores(name, PathType::file) == helm::path_match(pattern, name));
      const std::string below = "d/" + std::string(name);
      const std::string rule = "d/" + std::string(pattern);
      CHECK(IgnoreRules(rule).ignores(below, PathType::file) == helm::path_match(rule, below));
      CHECK(IgnoreRules("/" + std::string(pattern)).ignores(below, PathType::file) ==
            helm::path_match(pattern, below));
    }
  }
}

TEST_CASE("refuses double stars and malformed patterns", "[renderers][helm][ignore_rules]") {
  CHECK_THROWS_WITH(IgnoreRules("a/**"),
                    Catch::Contains("double-star (**) syntax is not supported"));
  CHECK_THROWS_AS(IgnoreRules("[a"), model::Error);
}
