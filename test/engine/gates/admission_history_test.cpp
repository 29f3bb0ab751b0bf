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

const std::string patch = "apps/overlays/staging/patch";

}  // namespace

TEST_CASE("a rewritten branch keeps what this environment changed", "[engine][gates][admission]") {
  struct Row {
    std::string parent;
    test::FakeCommitGraph::Tree changes;
    std::string expected;
  };
  const Row rows[] = {
      {"c2", {{patch, "replicas 2"}}, "admit x"},                    // the rebase
      {"c1", {{patch, "replicas 2"}}, "admit x"},                    // amended: the same tree
      {"c2", {}, "hold HistoryDropped"},                             // the overlay is lost
      {"c2", {{patch, "replicas 3"}}, "hold OverlayNeedsApproval"},  // resolved differently
      {"c2", {{patch, "replicas 2"}, {"apps/base/web", "image 8"}}, "hold NotProven"}};
  for (const Row& row : rows) {
    Story story;
    story.run("dev", "c2", 100, 100);
    story.graph.commit("x", {row.parent}, row.changes);
    const Decision decision = story.decide("s1", "x", 112);
    INFO(row.parent << " " << decision.message);
    CHECK(summary(decision, story.names) == row.expected);
  }
}

TEST_CASE("names the files that a rewritten branch would lose", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  CHECK(story.decide("s1", "c2", 112).message ==
        "the branch was rewritten and would lose what this environment changed in "
        "apps/overlays/staging/patch");
  // Falls back to upstream's new content of the same overlay.
  story.graph.commit("x", {"c2"}, {{patch, "replicas 9"}});
  story.run("dev", "x", 120, 120);
  story.heartbeat("dev", 132);
  CHECK(story.outcome("s1", "x", 132) == "hold HistoryDropped");
  // A path that this environment never touched is upstream's to change: the overlay rule is asked.
  story.graph.commit("y", {"c1"}, {{patch, "replicas 9"}});
  CHECK(story.outcome("c1", "y", 132) == "hold OverlayNeedsApproval");
}

TEST_CASE("a shared file that upstream has changed since is superseded, not lost",
          "[engine][gates][admission]") {
  // A hotfix of a shared file ran here; dev then fixed the same file properly.
  Story story;
  story.graph.commit("x", {"s1"}, {{"apps/base/web", "image 1-hotfix"}});
  story.run("dev", "c2", 100, 100);
  CHECK(story.outcome("x", "s2", 112) == "admit s2");
  // Where dev has not, the rebase would undo it.
  story.graph.commit("y", {"c1"}, {{patch, "replicas 2"}, {"other/base/x", "v2"}});
  story.run("dev", "y", 113, 100);
  CHECK(story.outcome("x", "y", 130) == "hold HistoryDropped");
}

TEST_CASE("a deletion that this environment made is kept as well", "[engine][gates][admission]") {
  Story story;
  story.graph.commit("x", {"s1"}, {{patch, ""}, {"other/base/x", ""}});
  story.graph.commit("y", {"c2"}, {});
  story.run("dev", "c2", 100, 100);
  CHECK(story.decide("x", "y", 112).message ==
        "the branch was rewritten and would lose what this environment changed in other/base/x");
}

TEST_CASE("an own change is lost where an earlier own content comes back",
          "[engine][gates][admission]") {
  // s1 and then y ran here; the branch is built anew from s1's content, without y's.
  Story story;
  story.input.policy.overlay_only_applies = true;
  story.graph.commit("y", {"s1"}, {{patch, "replicas 5"}});
  story.run("dev", "c2", 100, 100);
  CHECK(story.outcome("y", "s2", 112) == "hold HistoryDropped");
  story.graph.commit("x", {"s2"}, {{patch, "replicas 5"}});
  CHECK(story.outcome("y", "x", 112) == "admit x");
  story.graph.commit("z", {"s2"}, {{patch, "replicas 6"}});
  CHECK(story.outcome("y", "z", 112) == "hold OverlayNeedsApproval");  // beside a new image
}

TEST_CASE("a branch that moves back, is gone or is another's holds", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  const Decision back = story.decide("s2", "c1", 112);
  CHECK(summary(back, story.names) == "hold Rewind");
  CHECK(back.commit == commit_id("s2"));
  CHECK(back.message == "the branch was moved back to " + commit_id("c1").substr(0, 8) +
                            ", which is older than what runs here");
  CHECK(story.outcome("s2", "c2", 112) == "hold Rewind");
  CHECK(story.outcome("s2", "", 112) == "hold BranchGone");
  CHECK(story.decide("s2", "", 112).commit == commit_id("s2"));
  story.graph.commit("z", {}, {{"apps/base/web", "image 1"}});
  CHECK(story.outcome("s2", "z", 112) == "hold UnrelatedHistory");
}

TEST_CASE("a merge of upstream is judged as a rebase is", "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  story.graph.commit("x", {"s1", "c2"}, {{"apps/base/web", "image 2"}});
  CHECK(story.outcome("s1", "x", 112) == "admit x");
  story.graph.commit("y", {"s1", "c3"}, {{"apps/base/web", "image 3"}});
  // Of the commits that the merge brings, c2 alone would drop the overlay.
  const Decision decision = story.decide("s1", "y", 112);
  CHECK(summary(decision, story.names) == "hold NotProven");
  REQUIRE(decision.skipped.size() == 3);
  CHECK(decision.skipped[2].reason == "HistoryDropped");
}

TEST_CASE("where the admitted commit is gone, its tree stands for it",
          "[engine][gates][admission]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  story.graph.commit("stand-in", {}, story.graph.files(commit_id("s1")));
  story.graph.commit("x", {"c2"}, {});
  story.graph.commit("amended", {"c1"}, {{patch, "replicas 2"}});
  story.graph.forget("s1");
  story.names.push_back("amended");
  const Decision unknown = story.decide("s1", "s2", 112);
  CHECK(unknown.reason == "AdmittedUnknown");
  CHECK(unknown.commit == commit_id("s1"));  // drift is still reverted to it
  story.input.admitted_stand_in = commit_id("stand-in");
  CHECK(story.outcome("s1", "s2", 112) == "admit s2");
  CHECK(story.outcome("s1", "amended", 112) == "admit amended");
  CHECK(story.outcome("s1", "x", 112) == "hold HistoryDropped");
  // Shared files are upstream's to change, whatever commit of it was seen before.
  story.graph.commit("z", {"c3"}, {{patch, "replicas 2"}});
  story.run("dev", "c3", 120, 120);
  story.heartbeat("dev", 132);
  CHECK(story.outcome("s1", "z", 132) == "admit z");
  story.input.policy.from = {"nobody"};
  CHECK(story.outcome("s1", "z", 132) == "hold EvidenceMissing");
  CHECK(story.outcome("s1", "x", 132) == "hold HistoryDropped");
  story.input.policy.from = {"dev"};
  // A tip that ran here before what runs now.
  story.run("staging", "c1", 1, 1);
  story.run("staging", "s2", 2, 2);
  CHECK(story.outcome("s1", "c1", 112) == "hold Rewind");
}

TEST_CASE("a first run needs a word", "[engine][gates][admission]") {
  Story story;
  story.input.policy.from.clear();
  CHECK(story.outcome("", "s1", 10) == "admit s1");
  CHECK(story.outcome("", "", 10) == "hold BranchGone");
  story.input.policy.from = {"dev"};
  const Decision needed = story.decide("", "s1", 10);
  CHECK(needed.reason == "BootstrapNeeded");
  CHECK(needed.commit.empty());
  CHECK_THAT(needed.message, Contains("--gate-bootstrap"));
  story.input.bootstrap = commit_id("s1");
  CHECK(story.outcome("", "s1", 10) == "admit s1 Bootstrap");
  story.input.bootstrap = commit_id("c1");
  CHECK(story.outcome("", "s1", 10) == "admit c1 Bootstrap");
  story.input.bootstrap = commit_id("c2");
  CHECK(story.outcome("", "s1", 10) == "hold BootstrapNeeded");
  story.input.bootstrap = commit_id("nowhere");
  CHECK(story.outcome("", "s1", 10) == "hold BootstrapNeeded");
  // It is read on a first run only.
  story.input.bootstrap = commit_id("s2");
  CHECK(story.outcome("s1", "s2", 10) == "hold NotProven");
}

TEST_CASE("a root key's reset admits its commit once, whatever the policy says",
          "[engine][gates][admission]") {
  Story story;
  PolicyReset reset;
  reset.cluster = "staging-1";
  reset.commit = commit_id("s3");
  reset.reason = "incident 42";
  reset.seq = 3;
  reset.issued_at = AdmissionWorld::at(0);
  story.input.reset = reset;
  const Decision decision = story.decide("s1", "s2", 30);
  CHECK(summary(decision, story.names) == "admit s3 PolicyReset");
  CHECK(decision.reset_seq == 3);
  CHECK(decision.message ==
        "a root key admitted " + commit_id("s3").substr(0, 8) + ": incident 42");
  CHECK(story.outcome("", "s2", 30) == "admit s3 PolicyReset");
  CHECK(story.outcome("s1", "", 30) == "admit s3 PolicyReset");
  // Once.
  story.input.reset_seq_followed = 3;
  CHECK(story.outcome("s1", "s2", 30) == "hold NotProven");
  story.input.reset_seq_followed = 2;
  // Of what runs already there is nothing to admit, but it is done with.
  const Decision done = story.decide("s3", "s3", 30);
  CHECK(summary(done, story.names) == "keep s3");
  CHECK(done.reset_seq == 3);
  // Not for a commit that is nowhere, and not for ever.
  story.input.reset->commit = commit_id("nowhere");
  const Decision nowhere = story.decide("s1", "s2", 30);
  CHECK(nowhere.reason == "NotProven");
  CHECK_FALSE(nowhere.reset_seq);
  CHECK_THAT(nowhere.message,
             Contains("; reset 3 names commit") && Contains("which the repository does not have"));
  story.input.reset->commit = commit_id("s3");
  story.input.reset->expires_at = AdmissionWorld::at(20);
  CHECK(story.outcome("s1", "s2", 30) == "hold NotProven");
}
