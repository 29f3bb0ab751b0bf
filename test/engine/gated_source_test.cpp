#include <catch2/catch.hpp>

#include "engine/controllers/source_controller.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/unit_world.hpp"
#include "test/support/git_server.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

const SourceKey repo{"GitRepository", "flux-system", "repo"};
const std::string status_path = "/gitrepositories/repo/status";

/// A gate that says what the test says.
struct SpokenGate final : SourceGate {
  [[nodiscard]] bool governs(const sources::GitOptions& options) const override {
    return options.url == url;
  }
  [[nodiscard]] const Admission& admission() const override { return said; }
  void on_fetched(const SourceKey&, const std::optional<sources::Revision>& seen,
                  bool gone) override {
    ++asked;
    tip = seen ? std::string(seen->hash()) : "";
    branch_gone = gone;
  }
  [[nodiscard]] std::optional<sources::Artifact> restore(
      const sources::Revision& revision, const sources::IgnoreOptions&) const override {
    sources::Artifact artifact;
    artifact.revision = revision;
    artifact.digest = "sha256:" + std::string(64, 'e');
    artifact.tree = model::memory_tree({{"kept.yaml", "a: 1\n"}});
    return artifact;
  }

  std::string url;
  Admission said;
  std::string tip;
  bool branch_gone = false;
  int asked = 0;
};

struct World {
  World() {
    first = git.commit({{"a.yaml", "a: 1\n"}});
    second = git.commit({{"a.yaml", "a: 2\n"}});
    gate.url = server.url("infra.git");
    engine.run([this] { engine.sources->set_gate(&gate); });
  }
  void upsert(const std::string& url) {
    const model::Document object = model::parse_json(
        R"({"metadata":{"name":"repo","namespace":"flux-system","uid":"u","generation":1},)"
        R"("spec":{"interval":"10m","ref":{"branch":"main"},"url":")" +
        url + "\"}}");
    engine.run([&] { engine.sources->upsert(object); });
  }
  void say(const std::string& commit, bool held) {
    gate.said = {commit, true, held, second, held ? "SoakNotReached" : "", held ? "it soaks" : ""};
    engine.run([this] { engine.sources->on_admission(); });
  }
  std::string in_force() {
    const auto artifact = engine.sources->artifact(repo);
    return artifact ? std::string(artifact->revision.hash()) : "";
  }
  Condition condition(const std::string& type) {
    const auto writes = engine.api.writes_to(status_path);
    if (writes.empty()) return {};
    const model::Document patch = model::parse_json(writes.back().body);
    const Conditions all = Conditions::read(patch["status"]["conditions"]);
    const Condition* found = all.find(type);
    return found == nullptr ? Condition() : *found;
  }

  test::TemporaryDirectory directory;
  test::GitFixture git{directory.path() + "/infra.git"};
  test::GitServer server{directory.path()};
  SpokenGate gate;
  std::string first;
  std::string second;
  test::UnitWorld engine;
};

}  // namespace

TEST_CASE("of a gated source what is admitted is in force, not the tip",
          "[engine][controllers][gated_source]") {
  World world;
  world.upsert(world.gate.url);
  // Until the gate has decided nothing is to be had.
  CHECK(world.gate.tip == world.second);
  CHECK(world.in_force().empty());
  CHECK(world.condition("Ready").status == ConditionStatus::unknown);
  world.say(world.first, true);
  CHECK(world.in_force() == world.first);
  CHECK(world.condition("Ready").status == ConditionStatus::yes);
  CHECK_THAT(world.condition("Ready").message,
             Catch::Contains("main@sha1:" + world.first) &&
                 Catch::Contains("holds main@sha1:" + world.second + ": it soaks"));
  CHECK(world.condition("Held").status == ConditionStatus::yes);
  CHECK(world.condition("Held").reason == "SoakNotReached");
  world.say(world.second, false);
  CHECK(world.in_force() == world.second);
  CHECK(world.condition("Held").type.empty());
}

TEST_CASE("where nothing may run yet the source says why", "[engine][controllers][gated_source]") {
  World world;
  world.upsert(world.gate.url);
  world.say("", true);
  CHECK(world.in_force().empty());
  CHECK(world.condition("Ready").status == ConditionStatus::no);
  CHECK(world.condition("Ready").reason == "SoakNotReached");
  CHECK_THAT(world.engine.sources->problem(repo), Catch::Contains("it soaks"));
}

TEST_CASE("a branch that is gone takes nothing with it", "[engine][controllers][gated_source]") {
  World world;
  world.upsert(world.gate.url);
  world.say(world.second, false);
  test::run_git(world.git.bare(), {"branch", "-D", "main"});
  world.engine.run([&] { world.engine.sources->trigger(repo); });
  CHECK(world.gate.branch_gone);
  CHECK(world.in_force() == world.second);
  CHECK(world.condition("Ready").status == ConditionStatus::no);
}

TEST_CASE("what the mirror lacks is restored by the gate", "[engine][controllers][gated_source]") {
  World world;
  world.upsert(world.gate.url);
  const std::string rewritten(40, 'c');
  world.say(rewritten, true);
  CHECK(world.in_force() == rewritten);
  CHECK(world.engine.sources->artifact(repo)->tree->read("kept.yaml") == "a: 1\n");
}

TEST_CASE("other sources follow their tip", "[engine][controllers][gated_source]") {
  World world;
  world.gate.url = "https://git.example/other";
  world.upsert(world.server.url("infra.git"));
  CHECK(world.in_force() == world.second);
  CHECK(world.gate.asked == 0);
}

TEST_CASE("without a gate an objection stops a source and its units",
          "[engine][controllers][gated_source]") {
  World world;
  world.engine.run([&] {
    world.engine.sources->set_gate(nullptr);
    world.engine.sources->set_objection(
        [](const sources::GitOptions&, const sources::Artifact&) { return "asks for a gate"; });
  });
  world.upsert(world.gate.url);
  CHECK(world.in_force().empty());
  CHECK(world.condition("Ready").reason == "GateNotConfigured");
  CHECK(world.engine.sources->stop_reason(repo) == "GateNotConfigured");
  world.engine.kustomization("apps", "");
  CHECK(world.engine.ready("apps") == "False GateNotConfigured");
}
