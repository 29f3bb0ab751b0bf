#include "reconcile/appliers/object_policy.hpp"

#include <catch2/catch.hpp>

#include "test/appliers/apply/fake_agent.hpp"

using namespace reconcile;
using namespace reconcile::appliers;
using namespace reconcile::test;

namespace {

const model::Gvk config_map_kind{"", "v1", "ConfigMap"};
const model::ObjectId id{"", "ConfigMap", "a", "x"};

ObjectPolicy policy(const std::string& annotations, const std::string& labels = "{}") {
  return read_policy(model::parse_json(R"({"metadata":{"annotations":)" + annotations +
                                       R"(,"labels":)" + labels + "}}")
                         .root());
}

PassOptions options(DriftMode mode) {
  PassOptions result;
  result.drift_mode = mode;
  return result;
}

/// Plays an edit of data.k, and the watch that tells of it.
Observation edit(Agent& agent, const std::string& value) {
  agent.cluster.put(FakeCluster::edited(agent.cluster.object("ConfigMap/a/x"), "k", value));
  return agent.live->observe(WatchEventType::modified, config_map_kind,
                             agent.cluster.object("ConfigMap/a/x").root());
}

diff::ObjectChange revert(Agent& agent, const model::Object& rendered, const PassOptions& how) {
  UnitApplier applier(agent.cluster, *agent.live, agent.clock);
  const PreparedUnit prepared = agent.prepared({rendered});
  const model::Document live = agent.cluster.object("ConfigMap/a/x");
  return applier.revert(prepared, prepared.objects.front(), live.root(), how);
}

std::string value(const Agent& agent) {
  return std::string(agent.cluster.object("ConfigMap/a/x")["data"]["k"].text());
}

}  // namespace

TEST_CASE("reads when an object is written", "[appliers][object_policy]") {
  CHECK(policy("{}").says_nothing());
  CHECK(policy(R"({"reconcile.dev/driftDetection":"Warn"})").drift == DriftMode::warn);
  CHECK(policy(R"({"reconcile.dev/driftDetection":"disabled"})").drift == DriftMode::off);
  CHECK(policy(R"({"helm.toolkit.fluxcd.io/driftDetection":"disabled"})").drift == DriftMode::off);
  CHECK(policy("{}", R"({"helm.toolkit.fluxcd.io/driftDetection":"Disabled"})").drift ==
        DriftMode::off);
  CHECK(policy(R"({"helm.toolkit.fluxcd.io/driftDetection":"enabled"})").says_nothing());
  const ObjectPolicy wrong = policy(R"({"reconcile.dev/driftDetection":"maybe"})");
  CHECK_FALSE(wrong.drift);
  CHECK(wrong.problem ==
        "expected revert, warn or off in reconcile.dev/driftDetection, found \"maybe\"");
}

TEST_CASE("reads a pause, which needs an end", "[appliers][object_policy]") {
  const ObjectPolicy read = policy(
      R"({"reconcile.dev/pausedUntil":"2026-01-01T01:00:00Z","reconcile.dev/pauseReason":"drain",)"
      R"("reconcile.dev/pauseAuthor":"jane"})");
  REQUIRE(read.pause);
  CHECK(read.pause->display() == "until 2026-01-01T01:00:00Z: drain (jane)");
  CHECK(read.paused(model::parse_rfc3339("2026-01-01T00:59:59Z")) != nullptr);
  CHECK(read.paused(model::parse_rfc3339("2026-01-01T01:00:00Z")) == nullptr);
  const ObjectPolicy endless = policy(R"({"reconcile.dev/pausedUntil":"tomorrow"})");
  CHECK_FALSE(endless.pause);
  CHECK(endless.problem.ends_with("found \"tomorrow\": not paused"));
}

TEST_CASE("drift stays where the unit does not revert it, a change of Git does not",
          "[appliers][object_policy]") {
  const DriftMode mode = GENERATE(DriftMode::warn, DriftMode::off);
  Agent agent;
  agent.pass({config_map("x")});
  CHECK(edit(agent, "9").verdict == LiveVerdict::drifted);
  const diff::ObjectChange left = revert(agent, config_map("x"), options(mode));
  CHECK(left.action == diff::Action::skipped);
  CHECK(left.reason == (mode == DriftMode::warn ? diff::Reason::drift : diff::Reason::disabled));
  REQUIRE(left.fields.size() == 1);
  CHECK(diff::to_string(left.fields.front().path) == "data.k");
  const PassResult pass = agent.pass({config_map("x")}, options(mode));
  CHECK(agent.cluster.log.empty());
  CHECK(pass.changes.objects.front().reason == left.reason);
  CHECK(value(agent) == "9");

  agent.pass({config_map("x", "2")}, options(mode));
  CHECK(value(agent) == "2");
}

TEST_CASE("drift that is undone by hand has ended", "[appliers][object_policy]") {
  Agent agent;
  agent.pass({config_map("x")});
  const model::Document before = agent.cluster.object("ConfigMap/a/x");
  edit(agent, "9");
  std::string again = model::write_json(before.root());
  const std::string version = std::string(before["metadata"]["resourceVersion"].text());
  again.replace(again.find("\"" + version + "\""), version.size() + 2, "\"9999\"");
  const Observation seen = agent.live->observe(WatchEventType::modified, config_map_kind,
                                               model::parse_json(again).root());
  CHECK(seen.verdict == LiveVerdict::equal);
  CHECK(seen.drift_ended);
  CHECK_FALSE(agent.live->find(id)->drifted);
}

TEST_CASE("an object's own annotation goes before the unit's mode, the live one before Git's",
          "[appliers][object_policy]") {
  Agent agent;
  const model::Object rendered = config_map("x", "1", R"({"reconcile.dev/driftDetection":"off"})");
  agent.pass({rendered});
  edit(agent, "9");
  CHECK(revert(agent, rendered, {}).action == diff::Action::skipped);
  CHECK(value(agent) == "9");
  std::string live = model::write_json(agent.cluster.object("ConfigMap/a/x").root());
  live.replace(live.find(R"(driftDetection":"off)"), 20, R"(driftDetection":"revert)");
  agent.cluster.put(live);
  CHECK(revert(agent, rendered, options(DriftMode::warn)).action == diff::Action::configured);
  CHECK(value(agent) == "1");
}

TEST_CASE("a restart does not revert what is left as it is", "[appliers][object_policy]") {
  Agent agent;
  agent.pass({config_map("x"), config_map("y")});
  edit(agent, "9");
  agent.restart();
  PassOptions how = options(DriftMode::warn);
  how.applied_before = true;
  const PassResult result = agent.pass({config_map("x"), config_map("y")}, how);
  CHECK(value(agent) == "9");
  CHECK(result.changes.objects[0].reason == diff::Reason::drift);
  CHECK(result.changes.objects[1].action == diff::Action::unchanged);
  CHECK(agent.live->find(id)->drifted);
  agent.pass({config_map("x"), config_map("y")}, how);
  CHECK(agent.cluster.log.empty());
}

TEST_CASE("a paused object is not written until the pause is over", "[appliers][object_policy]") {
  Agent agent;
  agent.pass({config_map("x")});
  std::string live = model::write_json(agent.cluster.object("ConfigMap/a/x").root());
  const std::string until = model::format_rfc3339(agent.clock.wall_now() + std::chrono::hours(1));
  live.replace(live.find("\"annotations\":{"), 15,
               R"("annotations":{"reconcile.dev/pausedUntil":")" + until + "\"");
  agent.cluster.put(live);
  const Observation seen = agent.live->observe(WatchEventType::modified, config_map_kind,
                                               agent.cluster.object("ConfigMap/a/x").root());
  CHECK(seen.policy_changed);
  CHECK(agent.live->policies_of(unit).size() == 1);
  edit(agent, "9");
  CHECK(revert(agent, config_map("x"), {}).reason == diff::Reason::held);
  const PassResult held = agent.pass({config_map("x", "2")});
  CHECK(agent.cluster.log.empty());
  CHECK(held.changes.objects.front().message == "paused until " + until);
  CHECK(value(agent) == "9");

  agent.clock.advance(std::chrono::hours(1));
  agent.pass({config_map("x", "2")});
  CHECK(value(agent) == "2");
}
