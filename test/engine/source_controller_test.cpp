#include "engine/controllers/source_controller.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using test::UnitWorld;

namespace {

const SourceKey root{"Root", "reconcile-system", "root"};
const SourceKey repo{"GitRepository", "flux-system", "repo"};
const std::string status_path = "/gitrepositories/repo/status";

/// Nobody listens at port 1.
std::string git_repository(const std::string& spec, int generation = 1,
                           const std::string& metadata = "") {
  return R"({"metadata":{"name":"repo","namespace":"flux-system","uid":"u","generation":)" +
         std::to_string(generation) + (metadata.empty() ? "" : "," + metadata) +
         R"(},"spec":{"interval":"10m","url":"http://127.0.0.1:1/repo")" +
         (spec.empty() ? "" : "," + spec) + "}}";
}

void upsert(UnitWorld& world, const std::string& object) {
  const model::Document document = model::parse_json(object);
  world.run([&] { world.sources->upsert(document); });
}

model::Document last_status(const UnitWorld& world) {
  const auto writes = world.api.writes_to(status_path);
  return writes.empty() ? model::parse_json("{}") : model::parse_json(writes.back().body);
}

std::string ready(const UnitWorld& world) {
  const model::Document patch = last_status(world);
  const Conditions conditions = Conditions::read(patch["status"]["conditions"]);
  const Condition* ready = conditions.find("Ready");
  return ready == nullptr ? "" : std::string(to_string(ready->status)) + " " + ready->reason;
}

std::string requested(const std::string& value) {
  return R"("annotations":{"reconcile.fluxcd.io/requestedAt":")" + value + R"("})";
}

}  // namespace

TEST_CASE("a directory is a source too", "[engine][controllers][source_controller]") {
  UnitWorld world;
  const test::TemporaryDirectory directory;
  directory.write("a.yaml", "a: 1\n");
  RootSourceOptions options;
  options.directory = directory.path();
  options.interval = 1min;
  world.run([&] { world.sources->set_root(root, options); });
  const auto first = world.sources->artifact(root);
  REQUIRE(first);
  CHECK(world.sources->problem(root).empty());
  CHECK(first->tree->read("a.yaml") == "a: 1\n");
  directory.write("a.yaml", "a: 2\n");
  world.advance(2min);
  CHECK(world.sources->artifact(root)->revision != first->revision);
  // What is not there any more leaves the last artifact in force.
  const auto second = world.sources->artifact(root);
  std::filesystem::remove_all(directory.path());
  world.advance(2min);
  CHECK_FALSE(world.sources->problem(root).empty());
  CHECK(world.sources->artifact(root)->revision == second->revision);
}

TEST_CASE("a repository that cannot be reached is a condition, tried again",
          "[engine][controllers][source_controller]") {
  UnitWorld world;
  upsert(world, git_repository(""));
  CHECK(ready(world) == "False GitOperationFailed");
  CHECK_FALSE(world.sources->artifact(repo));
  CHECK_FALSE(world.sources->problem(repo).empty());
  CHECK(last_status(world)["status"]["observedGeneration"].integer() == 1);
  CHECK_FALSE(last_status(world)["status"].contains("artifact"));
  // The same failure is no new status.
  const std::size_t writes = world.api.writes_to(status_path).size();
  world.advance(6s);
  CHECK(world.api.writes_to(status_path).size() == writes);
  // Nor a new event.
  const auto events = world.api.writes_to("/namespaces/flux-system/events");
  REQUIRE(events.size() == 1);
  const model::Document event = model::parse_json(events[0].body);
  CHECK(event["involvedObject"]["kind"].text() == "GitRepository");
  CHECK(event["type"].text() == "Warning");
  CHECK(event["reason"].text() == "GitOperationFailed");
}

TEST_CASE("answers a request, also where the fetch fails",
          "[engine][controllers][source_controller]") {
  UnitWorld world;
  upsert(world, git_repository(""));
  upsert(world, git_repository("", 1, requested("1")));
  CHECK(last_status(world)["status"]["lastHandledReconcileAt"].text() == "1");
  upsert(world, git_repository(R"("timeout":"never")", 2, requested("2")));
  CHECK(last_status(world)["status"]["lastHandledReconcileAt"].text() == "2");
}

TEST_CASE("a request made here is one fetch, however late its annotation is seen",
          "[engine][controllers][source_controller]") {
  UnitWorld world;
  const auto handled = [&] {
    return std::string(last_status(world)["status"]["lastHandledReconcileAt"].text());
  };
  const auto writes = [&] { return world.api.writes_to(status_path).size(); };
  upsert(world, git_repository("", 1, requested("1")));
  world.run([&] { world.sources->request(repo, "2"); });
  CHECK(handled() == "2");
  world.run([&] { world.sources->request(repo, "3"); });
  CHECK(handled() == "3");
  const std::size_t written = writes();
  // The status was written before the annotations were.
  const std::string status = R"(,"status":{"lastHandledReconcileAt":"3"})";
  for (const char* value : {"1", "2", "3"}) {
    std::string object = git_repository("", 1, requested(value));
    upsert(world, object.insert(object.size() - 1, status));
    CHECK(handled() == "3");
  }
  CHECK(writes() == written);
  // From then on the annotation alone counts, also where it says what it said before.
  upsert(world, git_repository("", 1, requested("1")));
  CHECK(handled() == "1");
}

TEST_CASE("a wrong spec is Stalled and not fetched", "[engine][controllers][source_controller]") {
  UnitWorld world;
  upsert(world, git_repository(R"("verify":{"mode":"HEAD"})"));
  CHECK(ready(world) == "False GitOperationFailed");
  const model::Document patch = last_status(world);
  CHECK(Conditions::read(patch["status"]["conditions"]).is_true("Stalled"));
  CHECK_THAT(world.sources->problem(repo), Catch::Contains("spec.verify is not supported yet"));
  const std::size_t writes = world.api.writes_to(status_path).size();
  world.advance(1h);
  CHECK(world.api.writes_to(status_path).size() == writes);
  upsert(world, git_repository("", 2));
  const model::Document next = last_status(world);
  CHECK_FALSE(Conditions::read(next["status"]["conditions"]).is_true("Stalled"));
}

TEST_CASE("a suspended source is not fetched, not even on request",
          "[engine][controllers][source_controller]") {
  UnitWorld world;
  upsert(world, git_repository(R"("suspend":true)"));
  upsert(world, git_repository(R"("suspend":true)", 1, requested("1")));
  world.run([&] { world.sources->trigger(repo); });
  world.advance(1h);
  CHECK(world.api.writes().empty());
  CHECK(world.sources->problem(repo).empty());
  upsert(world, git_repository("", 2));
  CHECK(ready(world) == "False GitOperationFailed");
  upsert(world, git_repository(R"("suspend":true)", 3));
  const std::size_t writes = world.api.writes().size();
  world.advance(1h);
  CHECK(world.api.writes().size() == writes);
}

TEST_CASE("a password in a URL is shown nowhere", "[engine][controllers][source_controller]") {
  UnitWorld world;
  upsert(world, R"({"metadata":{"name":"repo","namespace":"flux-system","generation":1},)"
                R"("spec":{"url":"https://user:hunter2@127.0.0.1:1/repo"}})");
  CHECK(ready(world) == "False GitOperationFailed");
  for (const test::Write& write : world.api.writes())
    CHECK(write.body.find("hunter2") == std::string::npos);
}

TEST_CASE("names a Secret that is missing", "[engine][controllers][source_controller]") {
  UnitWorld world;
  upsert(world, git_repository(R"("secretRef":{"name":"login"})"));
  CHECK_THAT(world.sources->problem(repo), Catch::Contains("Secret/flux-system/login"));
}

TEST_CASE("after a restart the last artifact is there before the network is",
          "[engine][controllers][source_controller]") {
  UnitWorld world;
  sources::Artifact artifact;
  artifact.revision = sources::Revision::parse(UnitWorld::revision('7'));
  artifact.digest = "sha256:" + std::string(64, '7');
  artifact.tree = model::memory_tree({{"apps/x.yaml", UnitWorld::config_map("x")}});
  world.store.put(repo.display(), artifact);
  upsert(world, git_repository(""));
  CHECK(ready(world) == "False GitOperationFailed");
  REQUIRE(world.sources->artifact(repo));
  world.kustomization("apps", "");
  CHECK(world.ready("apps") == "True ReconciliationSucceeded");
}

TEST_CASE("a source that is gone is known no more", "[engine][controllers][source_controller]") {
  UnitWorld world;
  upsert(world, git_repository(""));
  world.run([&] { world.sources->remove(repo); });
  CHECK_FALSE(world.sources->exists(repo));
  CHECK(world.sources->problem(repo) == "source GitRepository/flux-system/repo not found");
  world.run([&] {
    world.sources->remove(repo);
    world.sources->trigger(repo);
  });
  const std::size_t writes = world.api.writes().size();
  world.advance(1h);
  CHECK(world.api.writes().size() == writes);
}
