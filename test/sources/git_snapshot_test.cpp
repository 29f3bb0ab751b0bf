#include "reconcile/sources/git_snapshot.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "reconcile/model/error.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using reconcile::model::Error;
using reconcile::model::ErrorCode;

namespace {

struct Setup {
  TemporaryDirectory root;
  TemporaryDirectory data;
  GitFixture fixture{root.path() + "/repo.git"};
  GitServer server{root.path()};

  [[nodiscard]] GitSnapshot fetch(const std::string& revision) const {
    return fetch_git_snapshot(options(), revision, data.path());
  }
  [[nodiscard]] GitOptions options() const {
    GitOptions options;
    options.url = server.url("repo.git");
    return options;
  }
  [[nodiscard]] std::size_t packs_asked() const {
    std::size_t count = 0;
    for (const std::string& request : server.requests())
      if (request.starts_with("POST ")) ++count;
    return count;
  }
};

template <typename Work>
Error error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  FAIL("expected an Error");
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("a snapshot is the commit that git fetch would take", "[sources][git][git_snapshot]") {
  Setup setup;
  const std::string first = setup.fixture.commit({{"a", "1"}, {"dir/b", "1"}});
  setup.fixture.git({"tag", "-a", "-m", "x", "v1"});
  setup.fixture.git({"branch", "both"});
  const std::string second = setup.fixture.commit({{"a", "2"}});
  setup.fixture.git({"tag", "both"});
  setup.fixture.git({"push", "-q", "origin", "--tags", "refs/heads/both"});
  for (const char* revision : {"", "HEAD", "main", "refs/heads/main", "heads/main", "both"}) {
    INFO(revision);
    CHECK(setup.fetch(revision).commit == second);
  }
  for (const char* revision : {"v1", "refs/tags/v1", "tags/v1", "heads/both"}) {
    INFO(revision);
    CHECK(setup.fetch(revision).commit == first);
  }
  const GitSnapshot snapshot = setup.fetch("v1");
  CHECK(snapshot.tree->read("a") == "1");
  CHECK(snapshot.tree->read("dir/b") == "1");
  CHECK(setup.fetch("main").tree->read("a") == "2");
}

TEST_CASE("a snapshot travels once and without its history", "[sources][git][git_snapshot]") {
  Setup setup;
  for (int i = 0; i < 30; ++i) setup.fixture.commit({{"a", std::to_string(i)}});
  CHECK(setup.fetch("main").tree->read("a") == "29");
  CHECK(setup.packs_asked() == 1);
  CHECK(setup.fetch("").tree->read("a") == "29");
  CHECK(setup.packs_asked() == 1);
  std::size_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(setup.data.path()))
    if (entry.path().extension() == ".pack") bytes += entry.file_size();
  CHECK(bytes > 0);
  CHECK(bytes < 600);
  setup.fixture.commit({{"a", "new"}});
  CHECK(setup.fetch("main").tree->read("a") == "new");
  CHECK(setup.packs_asked() == 2);
}

TEST_CASE("a commit that no ref names comes with its history", "[sources][git][git_snapshot]") {
  Setup setup;
  const std::string first = setup.fixture.commit({{"a", "1"}});
  setup.fixture.commit({{"a", "2"}});
  CHECK(setup.fetch(first).tree->read("a") == "1");
  run_git(setup.fixture.bare(), {"config", "uploadpack.allowReachableSHA1InWant", "true"});
  TemporaryDirectory other;
  CHECK(fetch_git_snapshot(setup.options(), first, other.path()).tree->read("a") == "1");
}

TEST_CASE("a snapshot that cannot be had names URL, ref and reason",
          "[sources][git][git_snapshot]") {
  Setup setup;
  setup.fixture.commit({{"a", "1"}});
  const Error missing = error_of([&] { (void)setup.fetch("none"); });
  CHECK(missing.code() == ErrorCode::not_found);
  CHECK_THAT(missing.what(), Catch::Contains("expected the ref none in " + setup.options().url));
  setup.server.order("user me secret\n");
  const Error refused = error_of([&] { (void)setup.fetch("main"); });
  CHECK(refused.code() == ErrorCode::unauthorized);
  GitOptions options = setup.options();
  options.credentials = {"me", "secret", ""};
  CHECK(fetch_git_snapshot(options, "main", setup.data.path()).tree->read("a") == "1");
  setup.server.order("");
  options.limits.transfer_bytes_max = 10;
  TemporaryDirectory other;
  const Error large = error_of([&] { (void)fetch_git_snapshot(options, "main", other.path()); });
  CHECK(large.code() == ErrorCode::limit_exceeded);
  setup.server.order("cut 40\n");
  const Error broken =
      error_of([&] { (void)fetch_git_snapshot(setup.options(), "main", other.path()); });
  CHECK(broken.code() == ErrorCode::unavailable);
  setup.server.order("");
  CHECK(fetch_git_snapshot(setup.options(), "main", other.path()).tree->read("a") == "1");
}

TEST_CASE("a repository on this machine is read in place, where that is allowed",
          "[sources][git][git_snapshot]") {
  TemporaryDirectory root;
  TemporaryDirectory data;
  GitFixture fixture(root.path() + "/repo.git");
  const std::string commit = fixture.commit({{"a", "1"}});
  GitOptions options;
  options.url = "file://" + fixture.bare();
  CHECK(error_of([&] { (void)fetch_git_snapshot(options, "main", data.path()); }).code() ==
        ErrorCode::invalid_input);
  options.local = LocalRepositories::allowed;
  CHECK(fetch_git_snapshot(options, "", data.path()).commit == commit);
  CHECK(fetch_git_snapshot(options, commit, data.path()).tree->read("a") == "1");
  CHECK(error_of([&] { (void)fetch_git_snapshot(options, "v9", data.path()); }).code() ==
        ErrorCode::not_found);
}

TEST_CASE("in place a revision is what git-rev-parse takes", "[sources][git][git_snapshot]") {
  TemporaryDirectory root;
  GitFixture fixture{root.path() + "/repo.git"};
  const std::string first = fixture.commit({{"a", "1"}});
  fixture.git({"checkout", "-q", "-b", "feature"});
  const std::string left = fixture.commit({{"b", "1"}}, "feature");
  fixture.git({"checkout", "-q", "main"});
  const std::string second = fixture.commit({{"a", "2"}});
  GitOptions options;
  options.url = fixture.bare();
  options.local = LocalRepositories::allowed;
  const auto commit_at = [&](const std::string& revision) {
    return fetch_git_snapshot(options, revision, "").commit;
  };
  const auto message_of = [](auto work) { return std::string(error_of(work).what()); };
  CHECK(commit_at("main~1") == first);
  CHECK(commit_at(second.substr(0, 9)) == second);
  CHECK(commit_at("") == second);
  CHECK_THAT(message_of([&] { commit_at("nope"); }),
             Catch::Contains("no branch, tag, ref or commit \"nope\" in " + fixture.bare()));
  CHECK_THAT(message_of([&] { commit_at("main:a"); }), Catch::Contains("\"main:a\""));
  CHECK(merge_base(fixture.bare(), "main", left) == first);
  CHECK(merge_base(fixture.bare(), "main~1", "feature") == first);
  CHECK_THAT(message_of([&] { merge_base(fixture.bare(), "main", "gone"); }),
             Catch::Contains("\"gone\""));
  fixture.git({"checkout", "-q", "--orphan", "apart"});
  fixture.commit({{"c", "1"}}, "apart");
  CHECK_THAT(message_of([&] { merge_base(fixture.bare(), "main", "apart"); }),
             Catch::Contains("main and apart have in common"));
}
