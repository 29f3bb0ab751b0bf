#include "engine/controllers/source_gate.hpp"

#include <catch2/catch.hpp>

using namespace reconcile;
using namespace reconcile::engine;

TEST_CASE("two spellings of one repository agree", "[engine][controllers][source_gate]") {
  const auto [left, right] = GENERATE(table<std::string, std::string>({
      {"https://git.example/a/b", "https://git.example/a/b.git"},
      {"https://git.example/a/b/", "https://GIT.example/a/b"},
      {"https://user@git.example/a", "https://git.example/a"},
      {"https://git.example:443/a", "https://git.example/a"},
      {"http://git.example:80/a", "HTTP://git.example/a"},
      {"git@git.example:a/b.git", "ssh://git@git.example/a/b"},
      {"ssh://git@git.example:22/a/b", "git@git.example:a/b"},
      {"https://git.example//a/b", "https://git.example/a/b"},
  }));
  CHECK(normalised_repository(left) == normalised_repository(right));
}

TEST_CASE("other repositories stay others", "[engine][controllers][source_gate]") {
  const auto [left, right] = GENERATE(table<std::string, std::string>({
      {"https://git.example/a/b", "https://git.example/a/B"},
      {"https://git.example:444/a", "https://git.example/a"},
      {"https://git.example/a", "http://git.example/a"},
      {"https://git.example/a", "https://other.example/a"},
  }));
  CHECK(normalised_repository(left) != normalised_repository(right));
}

TEST_CASE("a source follows the gated branch by name or by ref",
          "[engine][controllers][source_gate]") {
  sources::GitOptions root;
  root.url = "https://git.example/infra";
  root.reference.branch = "staging";
  sources::GitOptions other = root;
  CHECK(follow_same_branch(root, other));
  other.reference = {};
  other.reference.name = "refs/heads/staging";
  CHECK(follow_same_branch(root, other));
  other.reference.name = "refs/tags/staging";
  CHECK_FALSE(follow_same_branch(root, other));
  other.reference = {};
  CHECK_FALSE(follow_same_branch(root, other));
  root.reference.branch = "master";
  CHECK(follow_same_branch(root, other));
  other.reference.commit = std::string(40, 'a');
  CHECK_FALSE(follow_same_branch(root, other));
}
