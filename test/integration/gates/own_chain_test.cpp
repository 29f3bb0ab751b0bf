// An agent's own refs in the evidence repository: pushes that fail or race, strangers on the ref,
// disks that are lost, histories that are gone.

#include <catch2/catch.hpp>

#include "test/integration/gates/held_change.hpp"

using namespace reconcile::test;
using std::chrono::minutes;

namespace {

/// Dev alone runs and is green.
void begin_dev(Environments& world) {
  world.make_branches();
  world.start(world.dev());
  world.dev().until_green(world.infrastructure().tip("dev"));
}

}  // namespace

TEST_CASE("evidence that cannot be pushed stops nothing and follows when it can",
          "[.integration][gates][chain]") {
  Environments world;
  begin_dev(world);
  const std::string before = world.evidence().tip(world.dev().evidence_ref());
  world.evidence().refuse_pushes("disk quota exceeded");
  const std::string commit = world.infrastructure().commit("dev", world.shared("2"));
  world.dev().until("the change applied", [&] { return world.dev().live("value") == "2"; });
  world.dev().until("the problem named", [&] {
    return world.dev().decision().text.find("quota") != std::string::npos ||
           world.dev().decision().text.find("rejected") != std::string::npos ||
           world.dev().decision().text.find("declined") != std::string::npos;
  });
  CHECK(world.evidence().tip(world.dev().evidence_ref()) == before);
  world.dev().require_drift_reverted("value", "2");
  world.evidence().refuse_pushes("");
  world.dev().until_green(commit);
  CHECK(world.evidence().chain_problem(world.dev().evidence_ref()) == "");
}

TEST_CASE("an evidence repository that is gone holds changes and stops nothing else",
          "[.integration][gates][chain]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.prove(commit, 0);
  held.require_held("SoakNotReached");
  held.world().evidence().go_away();
  held.world().clock().advance(minutes(60));
  held.require_held("EvidenceStale");
  held.world().evidence().come_back();
  held.prove(commit, 60);
  held.require_admitted();
}

TEST_CASE("a stranger's commit on the own ref is an alarm, and the chain goes on",
          "[.integration][gates][chain]") {
  Environments world;
  begin_dev(world);
  const std::string ref = world.dev().evidence_ref();
  world.evidence().append(ref, "not a record");
  world.clock().advance(minutes(16));
  world.dev().until("the alarm", [&] {
    const SeenDecision seen = world.dev().decision();
    return seen.text.find(R"("type":"EvidenceForeign")") != std::string::npos;
  });
  const std::string commit = world.infrastructure().commit("dev", world.shared("2"));
  world.dev().until("the change applied", [&] { return world.dev().live("value") == "2"; });
  world.dev().require_drift_reverted("value", "2");
  CHECK(world.dev().decision().admitted == commit);
}

TEST_CASE("two agents that both believe to lead write one chain", "[.integration][gates][chain]") {
  Environments world;
  begin_dev(world);
  reconcile::engine::AgentOptions options = world.dev().options();
  const TemporaryDirectory disk;
  options.data_dir = disk.path();
  reconcile::engine::Agent other(options);
  other.start();
  const std::string ref = world.dev().evidence_ref();
  const std::size_t before = world.evidence().log(ref).size();
  for (int i = 0; i < 6; ++i) {
    world.infrastructure().commit("dev", world.shared(std::to_string(i + 10)));
    world.clock().advance(minutes(16));
    const auto done = other.poke_gate();
    world.dev().poke();
    done.wait();
  }
  other.stop();
  CHECK(world.evidence().log(ref).size() > before + 5);
  CHECK(world.evidence().chain_problem(ref) == "");
}

TEST_CASE("an agent that lost its disk finds what is admitted in its own chain",
          "[.integration][gates][chain]") {
  HeldChange held;
  held.staging().until_green(held.admitted());
  held.staging().stop();
  held.staging().lose_disk();
  held.staging().options().gate->bootstrap.clear();
  held.staging().start();
  held.staging().until_admitted(held.admitted());
  const std::string commit = held.change("2");
  held.require_held("EvidenceMissing");
  held.prove(commit, 30);
  held.require_admitted();
  CHECK(held.world().evidence().chain_problem(held.staging().evidence_ref()) == "");
}

TEST_CASE("an agent that lost its disk while a rebased branch waits goes on when it is proven",
          "[.integration][gates][chain]") {
  HeldChange held;
  held.staging().until_green(held.admitted());
  const std::string commit = held.change("2");
  held.require_held("EvidenceMissing");
  held.staging().stop();
  held.staging().lose_disk();
  held.staging().options().gate->bootstrap.clear();
  held.staging().start();
  held.staging().until("judged", [&] { return held.staging().decision().tip == held.candidate(); });
  held.staging().require_drift_reverted("value", "1");
  CHECK(held.staging().decision().admitted == held.admitted());
  held.prove(commit, 30);
  held.require_admitted();
}

TEST_CASE("a fresh agent reverts drift to what is admitted although the branch was rewritten",
          "[.integration][gates][chain]") {
  HeldChange held;
  held.staging().until_green(held.admitted());
  held.staging().stop();
  held.staging().lose_disk();
  held.staging().options().gate->bootstrap.clear();
  const std::string amended =
      held.world().infrastructure().amend("staging", held.world().shared("9"));
  // The old commit is nowhere: not on the branch, not in the server's repository.
  run_git(held.world().infrastructure().bare(), {"reflog", "expire", "--expire=now", "--all"});
  run_git(held.world().infrastructure().bare(), {"gc", "-q", "--prune=now"});
  held.staging().cluster().patch(config_map_kind, held.world().space(), "settings",
                                 R"({"data":{"value":"drift while nobody looked"}})");
  held.staging().start();
  held.staging().until("drift reverted", [&] { return held.staging().live("value") == "1"; });
  held.staging().require_drift_reverted("value", "1");
  const SeenDecision seen = held.staging().decision();
  INFO(seen.text);
  CHECK(seen.tip == amended);
  CHECK(seen.outcome == "hold");
}

TEST_CASE("an environment with others before it admits nothing on its first run without bootstrap",
          "[.integration][gates][chain]") {
  Environments world;
  world.make_branches();
  world.start(world.staging(), "");
  for (int i = 0; i < 3; ++i) world.staging().poke();
  CHECK(world.staging().live("value").empty());
  CHECK(world.staging().root_state().find("bootstrap") != std::string::npos);
}

TEST_CASE("an own chain that somebody deleted is begun anew", "[.integration][gates][chain]") {
  Environments world;
  begin_dev(world);
  const std::string ref = world.dev().evidence_ref();
  const std::uint64_t seq = world.evidence().newest(ref).seq;
  world.evidence().set(ref, "");
  const std::string commit = world.infrastructure().commit("dev", world.shared("2"));
  world.dev().until_green(commit);
  // Readers that know nothing can begin there, and those that do see that it does not go back.
  const auto first = world.evidence().statement(world.evidence().log(ref).back());
  CHECK(first.whole);
  CHECK(first.seq > seq);
}

TEST_CASE("an agent's restart pauses the healthy time and does not begin it anew",
          "[.integration][gates][chain]") {
  Environments world;
  begin_dev(world);
  const std::string commit = world.infrastructure().tip("dev");
  const std::string ref = world.dev().evidence_ref();
  const auto healthy_since = [&] {
    return world.evidence().units(ref).at(world.root_unit()).healthy_since;
  };
  const auto before = healthy_since();
  REQUIRE(before);
  for (int i = 0; i < 2; ++i) {
    world.clock().advance(minutes(16));
    world.dev().poke();
  }
  const auto last_word = world.evidence().newest(ref).observed_at;
  REQUIRE(world.now() - last_word < minutes(1));
  world.dev().stop();
  world.clock().advance(minutes(30));
  world.dev().start();
  const auto restarted = world.now();
  world.dev().until("a record after the restart", [&] {
    if (world.evidence().newest(ref).observed_at >= restarted && healthy_since()) return true;
    world.clock().advance(std::chrono::seconds(2));
    return false;
  });
  const auto after = healthy_since();
  REQUIRE(after);
  CHECK(*after - *before >= minutes(30));
  CHECK(*after - *before <= minutes(31));
}
