#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "test/engine/gates/admission_story.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using test::AdmissionWorld;
using test::commit_id;
using test::Story;
using test::summary;

TEST_CASE("a rebased branch waits for upstream and passes without a hand",
          "[engine][gates][admission]") {
  Story story;
  CHECK(story.outcome("s1", "s1", 50) == "keep s1");
  CHECK(story.outcome("s1", "s2", 40) == "hold NotProven");
  CHECK_THAT(story.decide("s1", "s2", 40).message,
             Contains("it changes apps/base/web, and dev has run nothing newer than " +
                      commit_id("c1").substr(0, 8) + " below it"));
  story.run("dev", "c2", 100, 100, {{"apps", UnitState::pending}});
  CHECK(story.outcome("s1", "s2", 101) == "hold UpstreamPending");
  story.run("dev", "c2", 102, 102);
  const Decision waiting = story.decide("s1", "s2", 103);
  CHECK(waiting.reason == "SoakNotReached");
  CHECK(waiting.look_again == AdmissionWorld::at(113));  // 102 + soak of 10 + tolerance of 1
  CHECK(waiting.message ==
        "Kustomization/flux-system/apps: it is healthy in dev since "
        "2026-01-01T01:42:00Z, the soak of 10m ends at 2026-01-01T01:53:00Z "
        "(1m of it for clocks that differ)");
  CHECK(waiting.waiting->subject == "Subject of s2");
  CHECK(waiting.running->subject == "Subject of s1");
  CHECK(story.outcome("s1", "s2", 112) == "hold SoakNotReached");
  CHECK(story.outcome("s1", "s2", 113) == "admit s2");
  story.heartbeat("dev", 112);  // upstream's own clock says ten minutes
  const Decision admitted = story.decide("s1", "s2", 112);
  CHECK(summary(admitted, story.names) == "admit s2");
  CHECK(admitted.message == "dev has proven it with " + commit_id("c2").substr(0, 8));
  REQUIRE(admitted.verdict);
  REQUIRE(admitted.verdict->units.size() == 2);  // infra is judged as the ancestor of apps
  CHECK(admitted.verdict->units[0].proof == Proof::ancestor);
  CHECK(admitted.verdict->units[0].commit == commit_id("c2"));
  CHECK(admitted.verdict->units[1].proof == Proof::unchanged);
  CHECK_FALSE(admitted.look_again);
}

TEST_CASE("upstream's states decide", "[engine][gates][admission]") {
  struct Row {
    std::map<std::string, UnitState> states;
    std::string expected;
  };
  const Row rows[] = {{{}, "admit s2"},
                      {{{"apps", UnitState::failed}}, "hold UpstreamNotHealthy"},
                      {{{"apps", UnitState::pending}}, "hold UpstreamPending"},
                      {{{"apps", UnitState::unknown}}, "hold UpstreamUnknown"},
                      {{{"infra", UnitState::failed}}, "hold UpstreamNotHealthy"},  // its ancestor
                      {{{"other", UnitState::failed}}, "admit s2"}};  // unrelated: blocks nobody
  for (const Row& row : rows) {
    Story story;
    story.run("dev", "c2", 100, 100, row.states);
    story.heartbeat("dev", 115);
    CHECK(story.outcome("s1", "s2", 115) == row.expected);
  }
}

TEST_CASE("evidence that does not count holds, and is named", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  CHECK(story.outcome("s1", "s2", 145) == "admit s2");
  const Decision stale = story.decide("s1", "s2", 146);
  CHECK(stale.reason == "EvidenceStale");
  CHECK_THAT(stale.message,
             Contains("the evidence of dev was last renewed at 2026-01-01T01:40:00Z and is not "
                      "valid any more"));
  CHECK(stale.commit == commit_id("s1"));
  CHECK(story.outcome("s1", "s2", 98) == "hold EvidenceNotTrusted");  // of the future
  CHECK_THAT(story.decide("s1", "s2", 98).message, Contains("the clocks differ"));

  story.input.policy.max_evidence_age = 20min;
  CHECK(story.outcome("s1", "s2", 121) == "admit s2");
  CHECK(story.outcome("s1", "s2", 122) == "hold EvidenceStale");

  Story missing;
  missing.input.policy.from = {"qa"};
  CHECK(missing.outcome("s1", "s2", 100) == "hold EvidenceMissing");

  for (const ChainProblem problem : {ChainProblem::forked, ChainProblem::not_trusted,
                                     ChainProblem::malformed, ChainProblem::replayed}) {
    Story refused;
    refused.run("dev", "c2", 100, 100);
    (void)refused.decide("s1", "s2", 112);
    refused.input.upstream["dev"].problem = problem;
    refused.input.upstream["dev"].detail = "record 9 of dev (key abc): it is bad";
    const Decision decision = decide(refused.input);
    CHECK(decision.reason == to_string(problem));
    CHECK_THAT(decision.message, Contains("record 9 of dev (key abc): it is bad"));
  }
}

TEST_CASE("the newest commit that passes is admitted, newer ones are named",
          "[engine][gates][admission]") {
  // Fast-forward: staging's branch is dev's, without commits of its own.
  Story story;
  story.run("dev", "c2", 100, 100);
  const Decision decision = story.decide("c1", "c3", 112);
  CHECK(summary(decision, story.names) == "admit c2 (tip: NotProven)");
  REQUIRE(decision.skipped.size() == 1);
  CHECK(decision.skipped[0].commit.id == commit_id("c3"));
  CHECK(decision.waiting->id == commit_id("c3"));
  story.heartbeat("dev", 112);
  story.run("dev", "c3", 113, 113, {{"apps", UnitState::failed}});
  CHECK(story.outcome("c1", "c3", 114) == "admit c2 (tip: UpstreamNotHealthy)");
  CHECK(story.outcome("c2", "c3", 114) == "hold UpstreamNotHealthy");
  // Bounded: only so many are rendered.
  story.input.candidates_max = 1;
  story.renders = 0;
  const Decision bounded = story.decide("c1", "c3", 114);
  CHECK(story.renders == 1);
  CHECK_THAT(bounded.message, Contains("(1 older commit not looked at)"));
}

TEST_CASE("shared files edited on top of what was attested are not proven",
          "[engine][gates][admission]") {
  struct Row {
    test::FakeCommitGraph::Tree changes;
    std::string expected;
  };
  const Row rows[] = {
      {{}, "admit x"},
      {{{"apps/base/web", "image 9"}}, "hold NotProven"},
      {{{"apps/base/new", "image 9"}}, "hold NotProven"},
      {{{"apps/base/web", ""}}, "hold NotProven"},
      {{{"infra/base/ns", "v9"}}, "hold NotProven"},
      {{{"unread.txt", "read by nobody"}}, "hold NotProven"},
      {{{"README.md", "ho"}}, "hold NotProven"},
      {{{"new/base/x", "image 1"}}, "hold NotProven"}};  // a unit that upstream never ran
  for (const Row& row : rows) {
    Story story;
    story.graph.commit("x", {"s2"}, row.changes);
    story.run("dev", "c2", 100, 100);
    const Decision decision = story.decide("s2", "x", 112);
    INFO(decision.message);
    if (row.changes.empty()) {
      CHECK(summary(decision, story.names) == row.expected);
    } else {
      CHECK(summary(decision, story.names) == row.expected);
      CHECK_THAT(decision.message, Contains(row.changes.begin()->first));
    }
  }
  // The same, where the candidate also brings what is proven: s2's sibling.
  Story story;
  story.graph.commit("x", {"s2"}, {{"apps/base/web", "image 9"}});
  story.run("dev", "c2", 100, 100);
  CHECK(story.outcome("s1", "x", 112) == "admit s2 (tip: NotProven)");
}

TEST_CASE("a changed mode is a change", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  story.graph.commit("x", {"s2"}, {});
  story.graph.modes[commit_id("x") + " apps/base/web"] = "100755";
  CHECK(story.outcome("s2", "x", 112) == "hold NotProven");
}

TEST_CASE("what lay unread here before is not admitted by that", "[engine][gates][admission]") {
  // First a file that nobody reads comes along with a proven overlay; then it is put to use.
  Story story;
  story.run("dev", "c2", 100, 100);
  story.graph.commit("x", {"s2"}, {});
  story.graph.commit("y", {"x"}, {{"apps/base/evil", "privileged"}});
  // "y" runs (say, by a reset); now a unit newly reads the file although it carries what is here.
  story.graph.commit("z", {"y"}, {{"apps/base/web", "image 2"}});
  story.input.policy.overlay_only_applies = true;
  (void)story.decide("y", "z", 112);
  const auto candidate = story.input.candidate;
  story.input.candidate = [&](const std::string& commit) {
    Candidate made = candidate(commit);
    for (CandidateUnit& unit : made.units) {
      if (unit.unit != AdmissionWorld::unit_name("apps")) continue;
      unit.changed = true;
      unit.render_digest.back() = unit.render_digest.back() == '0' ? '1' : '0';
      unit.changed_paths = {"apps/base/evil"};
    }
    return made;
  };
  const Decision decision = decide(story.input);
  CHECK(decision.reason == "NotProven");
  CHECK_THAT(decision.message, Contains("apps/base/evil"));
}

TEST_CASE("a decision never throws for what the repository holds", "[engine][gates][admission]") {
  Story story;
  story.graph.commit("x", {"s1"}, {{"broken", "yes"}});
  const Decision broken = story.decide("s1", "x", 30);
  CHECK(broken.reason == "BuildFailed");
  CHECK(broken.message == "it does not build: apps: no such file");
  (void)story.decide("s1", "s2", 30);
  story.input.candidate = [](const std::string&) -> Candidate {
    throw model::Error(model::ErrorCode::limit_exceeded, "too many objects");
  };
  CHECK(decide(story.input).reason == "NotJudged");
  story.input.tip = commit_id("never seen");
  CHECK(decide(story.input).reason == "RepositoryUnreadable");
  CHECK(decide(story.input).commit == commit_id("s1"));
}
