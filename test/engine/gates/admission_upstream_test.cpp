#include <catch2/catch.hpp>

#include "test/engine/gates/admission_story.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using test::AdmissionWorld;
using test::commit_id;
using test::Story;
using test::summary;

namespace {

/// Makes the upstream's own statement about a unit another one, and publishes it.
void restate(Story& story, const std::string& unit, int minute,
             const std::function<void(UnitEvidence&)>& edit) {
  edit(story.writer("dev").units().at(AdmissionWorld::unit_name(unit)));
  story.heartbeat("dev", minute);
}

}  // namespace

TEST_CASE("as many environments as the policy requires must have proven it",
          "[engine][gates][admission]") {
  struct Row {
    Requirement require;
    std::vector<std::string> proven;  ///< of dev, qa and lab; the others are dark
    std::string expected;
  };
  const Requirement all{Requirement::Kind::all, 0};
  const Requirement any{Requirement::Kind::any, 0};
  const Requirement two{Requirement::Kind::quorum, 2};
  const Requirement four{Requirement::Kind::quorum, 4};
  const Row rows[] = {{all, {"dev", "qa", "lab"}, "admit s2"},
                      {all, {"dev", "qa"}, "hold EvidenceMissing"},
                      {any, {"lab"}, "admit s2"},
                      {any, {}, "hold EvidenceStale"},
                      {two, {"dev", "lab"}, "admit s2"},
                      {two, {"lab"}, "hold EvidenceStale"},
                      {two, {"dev", "qa", "lab"}, "admit s2"},
                      // Lint refuses such a policy; were it in force, it holds.
                      {four, {"dev", "qa", "lab"}, "hold NotProven"}};
  for (const Row& row : rows) {
    Story story;
    story.add_upstream("qa");
    story.add_upstream("lab");
    story.input.policy.require = row.require;
    for (const std::string& environment : row.proven) story.run(environment, "c2", 100, 100);
    const Decision decision = story.decide("s1", "s2", 112);
    INFO(decision.message);
    CHECK(summary(decision, story.names) == row.expected);
  }
}

TEST_CASE("looks again when the last missing environment can have proven it",
          "[engine][gates][admission]") {
  struct Row {
    Requirement require;
    std::optional<int> expected;  ///< minute
  };
  const Row rows[] = {{{Requirement::Kind::all, 0}, std::nullopt},  // lab fails: time is not enough
                      {{Requirement::Kind::quorum, 2}, 118},
                      {{Requirement::Kind::any, 0}, 113}};
  for (const Row& row : rows) {
    Story story;
    story.add_upstream("qa");
    story.add_upstream("lab");
    story.input.policy.require = row.require;
    story.run("dev", "c2", 102, 102);
    story.run("qa", "c2", 107, 107);
    story.run("lab", "c2", 107, 107, {{"apps", UnitState::failed}});
    const Decision decision = story.decide("s1", "s2", 108);
    CHECK(decision.outcome == Decision::Outcome::hold);
    CHECK(decision.look_again.has_value() == row.expected.has_value());
    if (row.expected) CHECK(*decision.look_again == AdmissionWorld::at(*row.expected));
    // Every environment that holds it back says why.
    std::map<std::string, std::string> reasons;
    for (const UnitVerdict& unit : decision.skipped[0].units) {
      if (unit.unit == AdmissionWorld::unit_name("apps")) reasons[unit.environment] = unit.reason;
    }
    CHECK(reasons["dev"] == "SoakNotReached");
    CHECK(reasons["qa"] == "SoakNotReached");
    CHECK(reasons["lab"] == "UpstreamNotHealthy");
  }
}

TEST_CASE("soak is continuous healthy time within its budgets", "[engine][gates][admission]") {
  struct Row {
    std::function<void(UnitEvidence&)> edit;
    std::string expected;
  };
  const auto at = AdmissionWorld::at;
  const Row rows[] = {
      {[](UnitEvidence&) {}, "admit s2"},
      {[&](UnitEvidence& unit) { unit.healthy_since = at(106); }, "hold SoakNotReached"},
      {[&](UnitEvidence& unit) { unit.healthy_since = at(500); }, "hold SoakNotReached"},
      {[](UnitEvidence& unit) { unit.flaps = 3; }, "admit s2"},
      {[](UnitEvidence& unit) { unit.flaps = 4; }, "hold UpstreamUnstable"},
      {[](UnitEvidence& unit) { unit.unhealthy = 120s; }, "admit s2"},
      {[](UnitEvidence& unit) { unit.unhealthy = 121s; }, "hold UpstreamUnstable"},
      {[](UnitEvidence& unit) { unit.applied = false; }, "hold UpstreamPending"},
      {[](UnitEvidence& unit) { unit.revision = commit_id("c1"); }, "hold UpstreamPending"},
      {[](UnitEvidence& unit) { unit.revision.clear(); }, "hold UpstreamPending"},
      {[](UnitEvidence& unit) {
         unit.state = UnitState::failed;
         unit.healthy_since.reset();
       },
       "hold UpstreamNotHealthy"}};
  for (const Row& row : rows) {
    Story story;
    story.run("dev", "c2", 100, 100);
    restate(story, "apps", 115, row.edit);
    CHECK(story.outcome("s1", "s2", 115) == row.expected);
  }
}

TEST_CASE("evidence that turns red revokes at once", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  story.heartbeat("dev", 115);
  CHECK(story.outcome("s1", "s2", 116) == "admit s2");
  restate(story, "apps", 117, [](UnitEvidence& unit) {
    unit.state = UnitState::failed;
    unit.healthy_since.reset();
    unit.failing = "Deployment/shop/web: crash loop";
  });
  const Decision decision = story.decide("s1", "s2", 117);
  CHECK(decision.reason == "UpstreamNotHealthy");
  CHECK(decision.message ==
        "Kustomization/flux-system/apps: it fails in dev: Deployment/shop/web: crash loop");
}

TEST_CASE("where upstream has moved on, what it proved before counts",
          "[engine][gates][admission]") {
  struct Row {
    int last_seen;                         ///< of c2, healthy since 100
    std::map<std::string, UnitState> now;  ///< with c3, whose apps is another
    std::string expected;
  };
  const Row rows[] = {{110, {}, "admit s2"},
                      {109, {}, "hold SoakNotReached"},
                      {110, {{"apps", UnitState::failed}}, "admit s2"},   // other content
                      {110, {{"apps", UnitState::pending}}, "admit s2"},  //
                      {110, {{"infra", UnitState::failed}}, "hold UpstreamNotHealthy"},
                      {110, {{"infra", UnitState::pending}}, "hold UpstreamPending"},
                      {110, {{"infra", UnitState::unknown}}, "hold UpstreamUnknown"},
                      {110, {{"other", UnitState::failed}}, "admit s2"}};
  for (const Row& row : rows) {
    Story story;
    story.run("dev", "c2", 100, 100);
    story.heartbeat("dev", row.last_seen);
    story.run("dev", "c3", 120, 120, row.now);
    CHECK(story.outcome("s1", "s2", 200 - 40) == row.expected);
  }
}

TEST_CASE("the healthy time of the same content goes on over other commits",
          "[engine][gates][admission]") {
  // dev is busy: a commit every five minutes, none of which touches apps or what it depends on.
  Story story;
  story.run("dev", "c2", 100, 100);
  std::string last = "c2";
  for (int i = 1; i <= 3; ++i) {
    const std::string name = "busy" + std::to_string(i);
    story.graph.commit(name, {last}, {{"other/base/x", name}});
    story.run("dev", name, 100 + 5 * i, 100 + 5 * i);
    if (i == 1) CHECK(story.outcome("s1", "s2", 106) == "hold SoakNotReached");
    last = name;
  }
  CHECK(story.outcome("s1", "s2", 115) == "admit s2");
  // A dip of the same content on the way is not forgotten.
  story.graph.commit("fixed", {last}, {{"apps/base/web", "image 4"}});
  story.run("dev", last, 116, 116, {{"apps", UnitState::failed}});
  story.run("dev", "fixed", 117, 117);
  const Decision decision = story.decide("s1", "s2", 130);
  CHECK(decision.reason == "UpstreamNotHealthy");
  CHECK_THAT(decision.message, Contains("it was healthy in dev at " + commit_id("c2").substr(0, 8) +
                                        "; since then it fails"));
}

TEST_CASE("what hangs together is proven by one moment", "[engine][gates][admission]") {
  // apps was green with c2 and infra with y, but never both at once.
  Story story;
  story.graph.commit("y", {"c2"}, {{"infra/base/ns", "v2"}});
  story.graph.commit("x", {"y"}, {{"apps/overlays/staging/patch", "replicas 2"}});
  story.run("dev", "c2", 100, 100);
  story.heartbeat("dev", 115);
  story.run("dev", "y", 116, 116, {{"apps", UnitState::failed}});
  story.heartbeat("dev", 130);
  CHECK(story.outcome("s1", "x", 130) == "hold UpstreamNotHealthy");
  // Without the dependency each stands for itself, but both changed with this candidate.
  story.depends_on.clear();
  CHECK(story.outcome("s1", "x", 130) == "hold UpstreamNotHealthy");
  story.run("dev", "y", 131, 131);
  CHECK(story.outcome("s1", "x", 142) == "admit x");
}

TEST_CASE("a unit that upstream does not have is not proven", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  story.writer("dev").units().erase(AdmissionWorld::unit_name("apps"));
  story.heartbeat("dev", 115);
  const Decision decision = story.decide("s1", "s2", 115);
  CHECK(decision.reason == "UnitAbsentUpstream");
  CHECK(decision.message == "Kustomization/flux-system/apps: dev does not have it (at " +
                                commit_id("c2").substr(0, 8) + ")");
}

TEST_CASE("an ancestor that only this environment has is proven by running here",
          "[engine][gates][admission]") {
  Story story;
  story.depends_on["apps"] = {"local"};
  const std::string local = "local/overlays/staging/x";
  story.graph.commit("x", {"s1"}, {{local, "v1"}});
  story.graph.commit("y", {"c2"}, {{local, "v1"}, {"apps/overlays/staging/patch", "replicas 2"}});
  story.run("dev", "c2", 100, 100);
  CHECK(story.outcome("x", "y", 112) == "hold UnitAbsentUpstream");  // never seen green here
  story.run("staging", "x", 30, 30);
  CHECK(story.outcome("x", "y", 112) == "admit y");
}

TEST_CASE("units match by their label before their name", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  auto& units = story.writer("dev").units();
  UnitEvidence renamed = units.at(AdmissionWorld::unit_name("apps"));
  units.erase(renamed.unit);
  renamed.unit = AdmissionWorld::unit_name("apps-dev");
  renamed.label = "shop";
  units[renamed.unit] = renamed;
  story.heartbeat("dev", 112);
  const auto labelled = [&](const std::string& label) {
    (void)story.decide("s1", "s2", 113);
    const auto candidate = story.input.candidate;
    story.input.candidate = [candidate, label](const std::string& commit) {
      Candidate made = candidate(commit);
      for (CandidateUnit& unit : made.units) {
        if (unit.unit == AdmissionWorld::unit_name("apps")) unit.label = label;
      }
      return made;
    };
    return summary(decide(story.input), story.names);
  };
  CHECK(labelled("shop") == "admit s2");
  CHECK(labelled("") == "hold UnitAbsentUpstream");
  CHECK(labelled("store") == "hold UnitAbsentUpstream");
  // Two with one label prove nothing.
  renamed.unit += "-2";
  units[renamed.unit] = renamed;
  story.heartbeat("dev", 113);
  CHECK(labelled("shop") == "hold UnitAbsentUpstream");
}

TEST_CASE("the clocks of two clusters may differ by the tolerance", "[engine][gates][admission]") {
  // dev's clock is a minute behind: what it calls 100 is 101 here.
  Story story;
  story.run("dev", "c2", 100, 100);
  story.input.policy.soak = 0s;
  CHECK(story.outcome("s1", "s2", 99) == "admit s2");  // its record is from our future, a little
  story.input.policy.soak = 10min;
  CHECK(story.outcome("s1", "s2", 110) == "hold SoakNotReached");
  CHECK(story.outcome("s1", "s2", 111) == "admit s2");
}
