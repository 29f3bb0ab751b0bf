#include <catch2/catch.hpp>

#include "test/engine/gates/admission_story.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using test::commit_id;
using test::Story;
using test::summary;

namespace {

const std::string patch = "apps/overlays/staging/patch";

}  // namespace

TEST_CASE("an overlay's own change needs an approval or a policy that applies it",
          "[engine][gates][admission]") {
  struct Row {
    test::FakeCommitGraph::Tree changes;
    bool applies;
    std::string expected;
  };
  const Row rows[] = {
      {{{patch, "replicas 3"}}, false, "hold OverlayNeedsApproval"},
      {{{patch, "replicas 3"}}, true, "admit x"},
      {{{patch, ""}}, true, "admit x"},
      {{{"apps/overlays/staging/more", "replicas 3"}}, true, "admit x"},
      {{{patch, "image 7"}}, true, "hold OverlayNeedsApproval"},
      {{{patch, "image 7"}}, false, "hold OverlayNeedsApproval"},
      {{{"apps/overlays/dev/patch", "x"}}, true, "hold NotProven"},  // another's overlay
      {{{patch, "replicas 3"}, {"apps/base/web", "image 2 "}}, true, "hold OverlayNeedsApproval"},
      {{{patch, "replicas 3"}, {"infra/base/ns", "v2"}}, true, "hold NotProven"},
      {{{"new/overlays/staging/x", "settings"}}, true, "admit x"},  // a unit of overlays alone
      {{{"new/overlays/staging/x", "settings"}}, false, "hold OverlayNeedsApproval"},
      {{{"new/overlays/staging/x", "image 7"}}, true, "hold OverlayNeedsApproval"},
      {{{"apps/overlays/staging/deep/er/file", "replicas 3"}}, true, "admit x"}};
  for (const Row& row : rows) {
    Story story;
    story.run("dev", "c2", 100, 100);
    story.input.policy.overlay_only_applies = row.applies;
    story.graph.commit("x", {"s2"}, row.changes);
    const Decision decision = story.decide("s2", "x", 112);
    INFO(row.changes.begin()->first << "=" << row.changes.begin()->second << ": "
                                    << decision.message);
    CHECK(summary(decision, story.names) == row.expected);
  }
}

TEST_CASE("an overlay's change alone asks nothing of upstream", "[engine][gates][admission]") {
  Story story;
  story.input.policy.overlay_only_applies = true;
  story.graph.commit("x", {"s1"}, {{patch, "replicas 3"}});
  const Decision decision = story.decide("s1", "x", 10'000);  // dev is dark for days
  CHECK(summary(decision, story.names) == "admit x");
  CHECK(decision.message == "only overlay paths differ");
  CHECK(decision.verdict->units[0].proof == Proof::overlay);
}

TEST_CASE("the reason names the overlay and what it changes", "[engine][gates][admission]") {
  Story story;
  story.graph.commit("x", {"s1"}, {{patch, "replicas 3"}});
  CHECK(story.decide("s1", "x", 30).message ==
        "Kustomization/flux-system/apps: its overlay apps/overlays/staging/patch is changed, which "
        "needs an approval");
  story.input.policy.overlay_only_applies = true;
  story.graph.commit("y", {"s1"}, {{patch, "image 7"}});
  CHECK(
      story.decide("s1", "y", 30).message ==
      "Kustomization/flux-system/apps: the overlay apps/overlays/staging/patch is changed, and no "
      "overlay may change this without an approval: image of apps: 1 → 17");
}

TEST_CASE("upstream's commit does not carry an overlay's change past its rule",
          "[engine][gates][admission]") {
  // dev itself edits staging's overlay; dev does not read it, so its green says nothing about it.
  Story story;
  story.graph.commit("x", {"c1"}, {{patch, "image 7"}});
  story.run("dev", "x", 100, 100);
  story.heartbeat("dev", 112);
  CHECK(story.outcome("c1", "x", 112) == "hold OverlayNeedsApproval");
  story.input.policy.overlay_only_applies = true;
  CHECK(story.outcome("c1", "x", 112) == "hold OverlayNeedsApproval");  // an image
  story.graph.commit("y", {"c1"}, {{patch, "replicas 7"}});
  CHECK(story.outcome("c1", "y", 112) == "admit y");
}

TEST_CASE("beside a new overlay nothing sensitive passes, one after the other both do",
          "[engine][gates][admission]") {
  // Rebased on dev's new image, with a new overlay commit on top.
  Story story;
  story.input.policy.overlay_only_applies = true;
  story.run("dev", "c2", 100, 100);
  story.graph.commit("x", {"s2"}, {{patch, "replicas 3"}});
  CHECK(story.outcome("s1", "x", 112) == "admit s2 (tip: OverlayNeedsApproval)");
  CHECK(story.outcome("s2", "x", 112) == "admit x");
}

TEST_CASE("what a parent's overlay does to a child counts as the overlay's",
          "[engine][gates][admission]") {
  // The child (apps) is changed by its parent's overlay: its own paths do not show it.
  Story story;
  story.input.policy.overlay_only_applies = true;
  story.graph.commit("x", {"s1"}, {{"infra/overlays/staging/vars", "TAG=7"}});
  story.heartbeat("dev", 40);
  CHECK(story.outcome("s1", "x", 45) == "admit x");
  const auto candidate = story.input.candidate;
  story.input.candidate = [&](const std::string& commit) {
    Candidate made = candidate(commit);
    made.units[0].changed = true;  // apps
    made.units[0].render_digest.back() = 'x';
    made.units[0].sensitive_changes = {"image of Deployment/shop/web: 1 → 7"};
    return made;
  };
  const Decision decision = decide(story.input);
  CHECK(decision.reason == "OverlayNeedsApproval");
  CHECK_THAT(decision.message, Contains("image of Deployment/shop/web: 1 → 7"));
}

TEST_CASE("an overlay's file that nobody reads still is an overlay's",
          "[engine][gates][admission]") {
  Story story;
  story.input.policy.overlay_paths.push_back("staging-notes.md");
  story.graph.commit("x", {"s1"}, {{"staging-notes.md", "hello"}});
  CHECK(story.outcome("s1", "x", 30) == "hold OverlayNeedsApproval");
  story.input.policy.overlay_only_applies = true;
  CHECK(story.outcome("s1", "x", 30) == "admit x");
}
