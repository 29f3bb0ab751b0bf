#include "reconcile/sources/ref_store.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

#include "reconcile/model/error.hpp"
#include "reconcile/sources/tree_artifact.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile::sources;
using namespace reconcile::test;
using reconcile::model::Error;
using reconcile::model::ErrorCode;
using reconcile::model::parse_rfc3339;

namespace {

const std::string evidence = "refs/gitops/evidence/staging";
const reconcile::model::WallTime noon = parse_rfc3339("2026-03-01T12:00:00Z");

struct Setup {
  TemporaryDirectory root;
  TemporaryDirectory data;
  GitFixture fixture{root.path() + "/evidence.git"};
  GitServer server{root.path()};

  [[nodiscard]] RefStore store(const std::string& scope = "") const {
    GitOptions options;
    options.url = server.url("evidence.git");
    options.scope = scope;
    return {options, data.path()};
  }
  std::string git(const std::vector<std::string>& arguments) const {
    return run_git(fixture.bare(), arguments);
  }
};

template <typename Work>
std::pair<ErrorCode, std::string> failure(Work work) {
  try {
    static_cast<void>(work());
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {ErrorCode::internal, "no error"};
}

}  // namespace

TEST_CASE("appends a log and reads it back", "[sources][ref_store]") {
  const Setup setup;
  RefStore store = setup.store();
  CHECK_FALSE(store.graph());
  const std::string one = store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  const std::string two = store.append(
      evidence, one, {{"record.json", "2"}, {"sets/a.zst", std::string("\0z", 2)}}, "Second", noon);
  CHECK(setup.git({"rev-parse", evidence}) == two);
  CHECK(setup.git({"log", "--format=%s %at", two}) == "Second 1772366400\nFirst 1772366400");
  CHECK(setup.git({"fsck", "--strict"}).empty());

  RefStore other = setup.store("another mirror");
  const auto refs = other.fetch({"refs/gitops/"});
  CHECK(refs == std::map<std::string, std::string>{{evidence, two}});
  const std::vector<RefEntry> log = other.log(two, "", 10);
  REQUIRE(log.size() == 2);
  CHECK(log[0].commit == two);
  CHECK(log[0].parents == std::vector<std::string>{one});
  CHECK(log[0].files.at("sets/a.zst") == std::string("\0z", 2));
  CHECK(log[1].files == std::map<std::string, std::string>{{"record.json", "1"}});
  CHECK(other.log(two, one, 10).size() == 1);
  CHECK(other.log(two, "", 1).size() == 1);
  CHECK(store.log(two, "", 10).size() == 2);
  CHECK(store.graph()->is_ancestor(one, two));

  const std::string three = other.append(evidence, two, {{"record.json", "3"}}, "Third", noon);
  CHECK(store.fetch({"refs/gitops/"}).at(evidence) == three);
  CHECK(store.log(three, two, 10).at(0).files.at("record.json") == "3");
}

TEST_CASE("an append costs one list of refs and one push", "[sources][ref_store]") {
  const Setup setup;
  RefStore store = setup.store();
  const std::string one = store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  const std::size_t before = setup.server.requests().size();
  store.append(evidence, one, {{"record.json", "2"}}, "Second", noon);
  const std::vector<std::string> requests = setup.server.requests();
  REQUIRE(requests.size() == before + 2);
  CHECK(requests[before] == "GET /evidence.git/info/refs?service=git-receive-pack no");
  CHECK(requests[before + 1] == "POST /evidence.git/git-receive-pack no");
}

TEST_CASE("another writer in between is a conflict and nothing is written",
          "[sources][ref_store]") {
  const Setup setup;
  RefStore store = setup.store();
  RefStore rival = setup.store("rival");
  const std::string one = store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  const auto twice = failure([&] {
    return rival.append(evidence, "", {{"record.json", "x"}}, "First", noon);
  });
  CHECK(twice.first == ErrorCode::conflict);
  CHECK(twice.second.find("to be absent, found it at " + one) != std::string::npos);
  rival.fetch({"refs/gitops/"});
  const std::string foreign = rival.append(evidence, one, {{"record.json", "y"}}, "Y", noon);
  const auto late = failure([&] {
    return store.append(evidence, one, {{"record.json", "2"}}, "Z", noon);
  });
  CHECK(late.first == ErrorCode::conflict);
  CHECK(late.second.find(foreign) != std::string::npos);
  CHECK(setup.git({"rev-parse", evidence}) == foreign);
  // The foreign commit is there for the caller to judge.
  CHECK(store.fetch({"refs/gitops/"}).at(evidence) == foreign);
  CHECK(store.log(foreign, one, 10).at(0).files.at("record.json") == "y");
}

TEST_CASE("the server itself refuses a push whose ref moved after it was listed",
          "[sources][ref_store]") {
  const Setup setup;
  RefStore store = setup.store();
  const std::string one = store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  const std::string rival = setup.git({"commit-tree", one + "^{tree}", "-p", one, "-m", "rival"});
  setup.fixture.hook("pre-receive",
                     "env -u GIT_QUARANTINE_PATH git update-ref " + evidence + " " + rival + "\n");
  const auto found = failure([&] {
    return store.append(evidence, one, {{"record.json", "2"}}, "Second", noon);
  });
  CHECK(found.first == ErrorCode::conflict);
  CHECK(found.second.find("found it at " + rival) != std::string::npos);
  CHECK(setup.git({"rev-parse", evidence}) == rival);
}

TEST_CASE("a push whose answer was lost is found when it is made again", "[sources][ref_store]") {
  const Setup setup;
  RefStore store = setup.store();
  setup.server.order("cut 0\n");
  const auto lost = failure([&] {
    return store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  });
  CHECK(lost.first == ErrorCode::unavailable);
  setup.server.order("");
  const std::size_t before = setup.server.requests().size();
  const std::string one = store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  CHECK(setup.server.requests().size() == before + 1);
  CHECK(setup.git({"rev-parse", evidence}) == one);
  CHECK(store.log(one, "", 10).size() == 1);
  CHECK(store.append(evidence, one, {{"record.json", "2"}}, "Second", noon) != one);
}

TEST_CASE("an append needs its parent fetched", "[sources][ref_store]") {
  const Setup setup;
  RefStore store = setup.store();
  const std::string one = store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  RefStore fresh = setup.store("fresh");
  CHECK(failure([&] {
          return fresh.append(evidence, one, {{"a", "2"}}, "Second", noon);
        }).first == ErrorCode::not_found);
  CHECK(failure([&] { return fresh.log(one, "", 1); }).first == ErrorCode::not_found);
}

TEST_CASE("pushes the tree of another repository without its history", "[sources][ref_store]") {
  const Setup setup;
  const TemporaryDirectory root;
  GitFixture monorepo(root.path() + "/mono.git");
  monorepo.commit({{"a.yaml", "1"}, {"deep/er/b.yaml", "b"}, {"logo.png", "x"}});
  const std::string second = monorepo.commit({{"a.yaml", "2"}});
  const auto graph = open_commit_graph(monorepo.bare());
  const std::string admitted = "refs/gitops/admitted/staging";

  RefStore store = setup.store();
  const std::string pushed = store.push_tree(admitted, "", *graph, second, "Admit", noon);
  CHECK(setup.git({"rev-parse", admitted + "^{tree}"}) == graph->tree_id(second));
  CHECK(setup.git({"rev-list", "--count", admitted}) == "1");
  CHECK(setup.git({"fsck", "--strict"}).empty());
  CHECK(store.push_tree(admitted, "", *graph, second, "Admit", noon) == pushed);

  // Only what is new travels, and the ref goes over to a commit that is no descendant.
  const std::string third = monorepo.commit({{"a.yaml", "3"}});
  const std::string next = store.push_tree(admitted, pushed, *graph, third, "Admit", noon);
  CHECK(setup.git({"rev-list", "--count", admitted}) == "1");
  CHECK(setup.git({"rev-parse", admitted}) == next);

  // A fresh pod has nothing but the ref.
  RefStore fresh = setup.store("fresh");
  CHECK(fresh.fetch({"refs/gitops/admitted/"}).at(admitted) == next);
  const Revision revision{"production", "sha1:" + third};
  const Artifact there = artifact_of_tree(fresh.graph()->tree(next), revision, "url");
  const Artifact here = artifact_of_tree(graph->tree(third), revision, "url");
  CHECK(there.digest == here.digest);
  CHECK(there.files == 2);
  const auto both = join_graphs(graph, fresh.graph());
  CHECK(both->changed_paths(next, third).empty());
  CHECK(both->changed_paths(next, second).at(0).path == "a.yaml");
  CHECK_FALSE(both->merge_base(next, third));
}

TEST_CASE("deletes a ref that is where it is expected", "[sources][ref_store]") {
  const Setup setup;
  RefStore store = setup.store();
  store.remove("refs/gitops/absent", std::string(40, '1'));
  const std::string one = store.append(evidence, "", {{"record.json", "1"}}, "First", noon);
  const std::string two = store.append(evidence, one, {{"record.json", "2"}}, "Second", noon);
  const std::string other = store.append(evidence + "2", "", {{"record.json", "1"}}, "X", noon);
  CHECK(failure([&] {
          store.remove(evidence, one);
          return 0;
        }).first == ErrorCode::conflict);
  store.remove(evidence, two);
  CHECK(store.fetch({"refs/gitops/"}) ==
        std::map<std::string, std::string>{{evidence + "2", other}});
}

TEST_CASE("a refused push names the server's words", "[sources][ref_store]") {
  struct Row {
    const char* name;
    void (*prepare)(Setup& setup);
    ErrorCode code;
    const char* words;
  };
  const Row rows[] = {
      {"hook",
       [](Setup& setup) { setup.fixture.hook("update", "echo 'no entry today' >&2; exit 1\n"); },
       ErrorCode::unauthorized, "hook declined (the server says: no entry today"},
      {"hidden namespace",
       [](Setup& setup) {
         setup.git({"config", "receive.hideRefs", "refs/gitops"});
       },
       ErrorCode::unauthorized, "deny updating a hidden ref"},
      {"read-only service", [](Setup& setup) { setup.server.order("read-only\n"); },
       ErrorCode::unauthorized, "for a push, found HTTP 403"},
      {"a file where a directory is needed",
       [](Setup& setup) {
         setup.git({"update-ref", "refs/gitops/evidence", "refs/heads/main"});
       },
       ErrorCode::unavailable, "failed to update ref"},
      {"repository gone",
       [](Setup& setup) {
         setup.server.order("");
         std::filesystem::remove_all(setup.fixture.bare());
       },
       ErrorCode::not_found, "HTTP 404"},
      {"not a Git server", [](Setup& setup) { setup.server.order("status 502\n"); },
       ErrorCode::unavailable, "HTTP 502"},
      {"credentials", [](Setup& setup) { setup.server.order("user robot s3cret\n"); },
       ErrorCode::unauthorized, "a request without credentials for a push, found HTTP 401"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Setup setup;
    setup.fixture.commit({{"a", "1"}});
    row.prepare(setup);
    RefStore store = setup.store();
    const auto found = failure([&] {
      return store.append(evidence, "", {{"record.json", "1"}}, "X", noon);
    });
    INFO(found.second);
    CHECK(found.first == row.code);
    CHECK(found.second.find(row.words) != std::string::npos);
    CHECK(found.second.find("push " + evidence + " to http://") != std::string::npos);
  }
}
