#include "reconcile/sources/ignore.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/tree_listing.hpp"
#include "sources/ignore/shell_match.hpp"
#include "test/support/path_patterns.hpp"

using namespace reconcile::sources;
using namespace reconcile::model;
using Verdict = IgnorePattern::Verdict;

namespace {

/// The paths that remain, separated by spaces.
std::string remaining(std::map<std::string, std::string> files, const std::string& ignore = "",
                      std::map<std::string, std::string> links = {}) {
  const auto tree = without_ignored(memory_tree(std::move(files), std::move(links)), {ignore});
  std::string paths;
  list_files(*tree, {},
             [&](const ListedFile& file) { paths += (paths.empty() ? "" : " ") + file.path; });
  return paths;
}

}  // namespace

TEST_CASE("names match as Go's filepath.Match does", "[sources][ignore]") {
  for (const reconcile::test::PathPattern& row : reconcile::test::path_patterns) {
    INFO(row.pattern << " on " << row.path);
    REQUIRE(is_shell_pattern(row.pattern));
    CHECK(shell_match(row.pattern, row.path) == row.matches);
  }
  for (const char* pattern : reconcile::test::malformed_path_patterns) {
    INFO(pattern);
    CHECK_FALSE(is_shell_pattern(pattern));
  }
}

TEST_CASE("patterns follow fluxcd/pkg sourceignore", "[sources][ignore]") {
  struct Row {
    const char* pattern;
    const char* domain;
    const char* path;
    bool directory;
    Verdict verdict;
  };
  const Row rows[] = {
      {"*.png", "", "a/b.png", false, Verdict::exclude},
      {"!*.png", "", "a/b.png", false, Verdict::include},
      {"build", "", "a/build/x", false, Verdict::exclude},
      {"build/", "", "a/build", false, Verdict::none},
      {"build/", "", "a/build", true, Verdict::exclude},
      {"build/", "", "a/build/x", false, Verdict::exclude},
      {"/build", "", "a/build", true, Verdict::none},
      {"/build", "", "build/x/y", false, Verdict::exclude},
      {"a/*.yaml", "", "a/b.yaml", false, Verdict::exclude},
      {"a/*.yaml", "", "x/a/b.yaml", false, Verdict::none},
      {"**/b.yaml", "", "x/a/b.yaml", false, Verdict::exclude},
      {"**/b.yaml", "", "b.yaml", false, Verdict::exclude},
      {"a/**/c", "", "a/x/y/c", false, Verdict::exclude},
      {"a/**", "", "a/x/y/c", false, Verdict::exclude},
      {"a**b/c", "", "axb/c", false, Verdict::none},
      {"x", "apps", "apps/x", false, Verdict::exclude},
      {"x", "apps", "other/x", false, Verdict::none},
      {"/x", "apps", "apps/x", false, Verdict::exclude},
      {"/x", "apps", "x", false, Verdict::none},
      {"x  ", "", "x", false, Verdict::exclude},
      {"[", "", "[", false, Verdict::none},
      {"/*", "", "a/b", false, Verdict::exclude},
  };
  for (const Row& row : rows) {
    INFO(row.pattern << " in '" << row.domain << "' on " << row.path);
    CHECK(IgnorePattern(row.pattern, row.domain).match(row.path, row.directory) == row.verdict);
  }
}

TEST_CASE("the default list holds only where nobody says anything else", "[sources][ignore]") {
  const std::map<std::string, std::string> files = {{"a.yaml", ""},        {"logo.png", ""},
                                                    {".github/x.yml", ""}, {"b/.sops.yaml", ""},
                                                    {".gitignore", ""},    {".git/config", ""}};
  CHECK(remaining(files) == "a.yaml");
  CHECK(remaining(files, "# nothing\n") == "a.yaml");
  CHECK(remaining(files, "a.yaml") == ".github/x.yml b/.sops.yaml logo.png");
  auto with_file = files;
  with_file["deep/er/.sourceignore"] = "nothing\n";
  CHECK(remaining(with_file) == ".github/x.yml a.yaml b/.sops.yaml deep/er/.sourceignore logo.png");
}

TEST_CASE("a pattern in a directory counts for that directory", "[sources][ignore]") {
  CHECK(
      remaining({{"x.txt", ""}, {"a/x.txt", ""}, {"a/y.txt", ""}, {"a/.sourceignore", "x.txt"}}) ==
      "a/.sourceignore a/y.txt x.txt");
}

TEST_CASE("spec.ignore wins over the ignore files", "[sources][ignore]") {
  CHECK(remaining({{"x", ""}, {"y", ""}, {".sourceignore", "x\n"}}, "!x\ny\n") ==
        ".sourceignore x");
}

TEST_CASE("a later inclusion brings back what lies in an ignored directory", "[sources][ignore]") {
  const std::map<std::string, std::string> files = {
      {"deploy/app/a.yaml", ""}, {"deploy/other/b.yaml", ""}, {"src/main.go", ""}};
  CHECK(remaining(files, "/*\n!/deploy\n") == "deploy/app/a.yaml deploy/other/b.yaml");
  CHECK(remaining(files, "/*\n!/deploy/app\n") == "deploy/app/a.yaml");
  const auto tree = without_ignored(memory_tree(files), {"/*\n!/deploy/app\n"});
  CHECK_FALSE(tree->stat("src"));
  CHECK(tree->list("").size() == 1);
}

TEST_CASE("a link to an ignored file leads nowhere", "[sources][ignore]") {
  const auto tree =
      without_ignored(memory_tree({{"secret", "s"}}, {{"link", "secret"}}), {"secret\n"});
  CHECK(tree->list("").size() == 1);
  CHECK_FALSE(tree->stat("link"));
  CHECK_THROWS_AS(tree->read("link"), Error);
  CHECK_THROWS_AS(tree->read("secret"), Error);
}

TEST_CASE("an ignore file has a bound", "[sources][ignore]") {
  IgnoreOptions options;
  options.patterns_max = 2;
  CHECK_THROWS_AS(without_ignored(memory_tree({{".sourceignore", "a\nb\nc\n"}}), options), Error);
}
