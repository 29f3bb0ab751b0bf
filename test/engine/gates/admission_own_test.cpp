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

TEST_CASE("a revert to what ran here healthy is admitted at once", "[engine][gates][admission]") {
  Story story;
  story.run("staging", "s2", 30, 30);
  story.graph.commit("x", {"s2"}, {{"apps/base/web", "image 1"}, {"README.md", "sorry"}});
  const Decision decision = story.decide("s2", "x", 5'000);  // dev is dark for days
  CHECK(summary(decision, story.names) == "admit x");
  CHECK(decision.message == "it ran here before, healthy");
  CHECK(decision.verdict->units[0].proof == Proof::own);
}

TEST_CASE("only what ran here just so, healthy and lately, is one's own",
          "[engine][gates][admission]") {
  struct Row {
    test::FakeCommitGraph::Tree changes;
    std::map<std::string, UnitState> states;  ///< when s1 ran here
    int minute;
    std::string expected;
  };
  const test::FakeCommitGraph::Tree back{{"apps/base/web", "image 1"}};
  const Row rows[] = {
      {back, {}, 200, "admit x"},
      {back, {{"apps", UnitState::failed}}, 200, "hold EvidenceStale"},
      {back, {{"apps", UnitState::pending}}, 200, "hold EvidenceStale"},
      {back, {{"apps", UnitState::unknown}}, 200, "hold EvidenceStale"},
      {back, {{"other", UnitState::failed}}, 200, "admit x"},
      {back, {}, 20 + 30 * 24 * 60, "admit x"},
      {back, {}, 21 + 30 * 24 * 60, "hold EvidenceStale"},
      {{{"apps/base/web", "image 1 "}}, {}, 200, "hold EvidenceStale"},
      {{{"apps/base/web", "image 1"}, {"other/base/x", "v2"}}, {}, 200, "hold EvidenceStale"},
      {{{"apps/base/web", "image 1"}, {"apps/overlays/staging/patch", "replicas 1"}},
       {},
       200,
       "hold OverlayNeedsApproval"}};
  for (const Row& row : rows) {
    Story story;
    story.run("staging", "s1", 20, 20, row.states);
    story.run("staging", "s2", 30, 30);
    story.graph.commit("x", {"s2"}, row.changes);
    const Decision decision = story.decide("s2", "x", row.minute);
    INFO(row.changes.begin()->second << " " << decision.message);
    CHECK(summary(decision, story.names) == row.expected);
  }
}

TEST_CASE("units of one's own and upstream's pass together", "[engine][gates][admission]") {
  // dev has proven a new "other"; apps goes back to what ran here. The reverted file is no
  // overlay's, but nobody else reads it.
  Story story;
  story.run("staging", "s2", 30, 30);
  story.graph.commit("y", {"c2"}, {{"other/base/x", "v2"}});
  story.run("dev", "y", 100, 100);
  story.graph.commit("x", {"y"},
                     {{"apps/base/web", "image 1"}, {"apps/overlays/staging/patch", "replicas 2"}});
  const Decision decision = story.decide("s2", "x", 112);
  CHECK(summary(decision, story.names) == "admit x");
  CHECK(decision.message == "dev has proven it with " + commit_id("y").substr(0, 8) +
                                " and it ran here before, healthy");
  // Not where another changed unit reads that file too.
  (void)story.decide("s2", "x", 112);
  const auto candidate = story.input.candidate;
  story.input.candidate = [&](const std::string& commit) {
    Candidate made = candidate(commit);
    for (CandidateUnit& unit : made.units) {
      if (unit.unit == AdmissionWorld::unit_name("other")) {
        unit.changed_paths.emplace_back("apps/base/web");
      }
    }
    return made;
  };
  CHECK(decide(story.input).reason == "NotProven");
}

TEST_CASE("a unit that was added goes with the revert that removes it",
          "[engine][gates][admission]") {
  Story story;
  story.graph.commit("y", {"s1"}, {{"extra/base/x", "v1"}, {"other/base/x", "v2"}});
  story.run("staging", "y", 30, 30);
  story.graph.commit("x", {"y"}, {{"extra/base/x", ""}, {"other/base/x", "v1"}});
  CHECK(story.outcome("y", "x", 40) == "admit x");
  // Not together with something that never ran without it.
  story.graph.commit("z", {"y"}, {{"extra/base/x", ""}, {"other/base/x", "v3"}});
  CHECK(story.outcome("y", "z", 40) == "hold NotProven");
}

TEST_CASE("a unit goes where upstream's attested commit goes without it",
          "[engine][gates][admission]") {
  Story story;
  story.graph.commit("y", {"c1"}, {{"other/base/x", ""}});
  story.graph.commit("x", {"y"}, {{"apps/overlays/staging/patch", "replicas 2"}});
  const Decision early = story.decide("s1", "x", 40);
  CHECK(early.reason == "NotProven");
  CHECK_THAT(early.message, Contains("Kustomization/flux-system/other: it changes other/base/x"));
  story.run("dev", "y", 100, 100);
  const Decision decision = story.decide("s1", "x", 101);
  CHECK(summary(decision, story.names) == "admit x");
  CHECK(decision.verdict->units[0].unit == "Kustomization/flux-system/other");
  // The same, said by an overlay of ours: dev still has the unit.
  Story other;
  other.input.policy.overlay_only_applies = true;
  other.input.policy.overlay_paths.emplace_back("other/**");
  other.graph.commit("x", {"s1"}, {{"other/base/x", ""}});
  const Decision overlay = other.decide("s1", "x", 40);
  CHECK(overlay.reason == "NotProven");
  CHECK(overlay.message ==
        "Kustomization/flux-system/other: it would be removed, and dev has it at " +
            commit_id("c1").substr(0, 8));
}
