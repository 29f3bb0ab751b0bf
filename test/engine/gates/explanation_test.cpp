#include <catch2/catch.hpp>

#include "engine/gates/explanation.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/gates/admission_story.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using test::AdmissionWorld;
using test::commit_id;
using test::Story;

namespace {

std::string id(const std::string& name) {
  return commit_id(name).substr(0, 8);
}

/// What is told about staging after `decision`; `more` are other fields of the status.
std::string told(Decision decision, int minute, const std::string& more = "{}") {
  if (!decision.commit.empty()) decision.running_since = AdmissionWorld::at(20);
  if (decision.waiting) decision.waiting_since = AdmissionWorld::at(minute - 5);
  model::Arena arena;
  model::Node status = model::copy_node(arena, model::parse_json(more).root());
  model::set(arena, status, "decision", decision_node(decision, arena));
  model::Node metadata = model::make_map();
  model::set(arena, metadata, "name", model::make_string(arena, "staging"));
  model::Node root = model::make_map();
  model::set(arena, root, "metadata", metadata);
  model::set(arena, root, "status", status);
  return explain(model::Value(&root), AdmissionWorld::at(minute));
}

/// The first line: s1 runs since 00:20, told at `clock`.
std::string runs(const std::string& name, const std::string& for_time) {
  return "staging runs " + id(name) + " \"Subject of " + name + "\", since 00:20 UTC (" + for_time +
         ").\n";
}
std::string waits(const std::string& name, const std::string& clock) {
  return "\n" + id(name) + " \"Subject of " + name + "\" by Ada waits since " + clock +
         " UTC (5m).\n";
}
const std::string stays = "Until then " + id("s1") + " stays, and drift is put back to it.\n";
const std::string look = "Look at dev: reconcile gate explain dev --context CONTEXT-OF-dev\n";
const std::string apps = "- Kustomization/flux-system/apps: ";

}  // namespace

TEST_CASE("tells that nothing waits", "[engine][gates][explanation]") {
  Story story;
  CHECK(told(story.decide("s1", "s1", 50), 50) ==
        runs("s1", "30m") + "Nothing waits: it is the newest commit of its branch.\n");
  story.run("dev", "c2", 102, 102);
  CHECK(told(story.decide("s1", "s2", 113), 113) ==
        runs("s2", "1h33m") + "It was let through because dev has proven it with " + id("c2") +
            ".\nNothing waits: it is the newest commit of its branch.\n");
}

TEST_CASE("tells why what runs was let through", "[engine][gates][explanation]") {
  Story story;
  Decision decision = story.decide("s1", "s1", 50);
  decision.running_because = "dev has proven it with 12345678";
  CHECK(told(decision, 50) == runs("s1", "30m") +
                                  "It was let through because dev has proven it with 12345678.\n" +
                                  "Nothing waits: it is the newest commit of its branch.\n");
}

TEST_CASE("tells what waits for upstream, and until when", "[engine][gates][explanation]") {
  Story story;
  CHECK(told(story.decide("s1", "s2", 40), 40) ==
        runs("s1", "20m") + waits("s2", "00:35") + "Why:\n" + apps +
            "it changes apps/base/web, and dev has run nothing newer than " + id("c1") +
            " below it.\n"
            "Bring the change to dev first, and rebase this branch on what has run there. A git "
            "revert to what ran here healthy passes at once.\n" +
            stays + look);
  story.run("dev", "c2", 102, 102);
  CHECK(told(story.decide("s1", "s2", 103), 103) ==
        runs("s1", "1h23m") + waits("s2", "01:38") + "Why:\n" + apps +
            "it is healthy in dev since 01:42 UTC, the soak of 10m ends at 01:53 UTC (1m of it for "
            "clocks that differ).\n"
            "It passes by itself at 01:53 UTC (in 10m), if dev stays healthy.\n" +
            stays + look);
  story.run("dev", "c2", 104, 104, {{"apps", UnitState::failed}, {"infra", UnitState::failed}});
  CHECK(told(story.decide("s1", "s2", 105), 105) ==
        runs("s1", "1h25m") + waits("s2", "01:40") +
            "Why:\n- Kustomization/flux-system/apps and Kustomization/flux-system/infra: it fails "
            "in dev: Deployment/shop/web: 0 of 1 ready.\n"
            "Fix it in dev. A newer commit that works there passes in place of this one.\n" +
            stays + look);
  CHECK(told(story.decide("s1", "s2", 1700), 1700) ==
        "staging runs " + id("s1") + " \"Subject of s1\", since 2026-01-01 00:20 UTC (1d4h).\n" +
            waits("s2", "04:15") + "Why:\n" + apps +
            "the evidence of dev was last renewed at 2026-01-01 01:44 UTC and is not valid any "
            "more.\n"
            "It can pass once the agent of dev reports again. Is it running, and can it push?\n" +
            stays + look);
}

TEST_CASE("tells what is wrong with the branch", "[engine][gates][explanation]") {
  Story story;
  const std::string root = "a root key can let it through: reconcile gate reset CLUSTER --commit ";
  CHECK(told(story.decide("s1", "c2", 113), 113) ==
        runs("s1", "1h33m") + waits("c2", "01:48") +
            "Why: the branch was rewritten and would lose what this environment changed in "
            "apps/overlays/staging/patch.\n"
            "Bring these changes back onto the branch. If they are to go, " +
            root + id("c2") + ".\n" + stays);
  CHECK(told(story.decide("s1", "c1", 113), 113) ==
        runs("s1", "1h33m") + waits("c1", "01:48") + "Why: the branch was moved back to " +
            id("c1") +
            ", which is older than what runs here.\n"
            "Move the branch forward again. To go back, use git revert: what ran here healthy "
            "passes at once.\n" +
            stays);
  CHECK(told(story.decide("s1", "", 113), 113) ==
        runs("s1", "1h33m") +
            "\nIts branch does not exist. What runs stays as it is.\n"
            "Push the branch again. Nothing is removed meanwhile.\n");
  CHECK(told(story.decide("", "s1", 113), 113) ==
        "staging runs nothing yet.\n" + waits("s1", "01:48") +
            "Why: nothing runs here yet and the policy names environments upstream: name the first "
            "commit with --gate-bootstrap or a reset signed by a root key.\n"
            "Start the agent with --gate-bootstrap COMMIT, or " +
            root + id("s1") + ".\n");
}

TEST_CASE("tells what an overlay needs", "[engine][gates][explanation]") {
  Story story;
  story.graph.commit("x", {"s1"}, {{"apps/overlays/staging/patch", "replicas 3"}});
  CHECK(told(story.decide("s1", "x", 113), 113) ==
        runs("s1", "1h33m") + waits("x", "01:48") + "Why:\n" + apps +
            "its overlay apps/overlays/staging/patch is changed, which needs an approval.\n"
            "Approvals are not built in this version. Until then a root key can let it through: "
            "reconcile gate reset CLUSTER --commit " +
            id("x") +
            ". With overlayOnly: apply the policy lets plain settings through by itself.\n" +
            stays);
}

TEST_CASE("tells of older commits and of what was let through before them",
          "[engine][gates][explanation]") {
  Story story;
  story.run("dev", "c2", 100, 100);
  CHECK(told(story.decide("c1", "c3", 112), 112) ==
        runs("c2", "1h32m") + "It was let through because dev has proven it with " + id("c2") +
            ".\n" + waits("c3", "01:47") + "Why:\n" + apps +
            "it changes apps/base/web, and dev has run nothing newer than " + id("c2") +
            " below it.\n"
            "Bring the change to dev first, and rebase this branch on what has run there. A git "
            "revert to what ran here healthy passes at once.\n"
            "Until then " +
            id("c2") + " stays, and drift is put back to it.\n" + look);
  story.graph.commit("c4", {"c3"}, {});
  CHECK_THAT(told(story.decide("c2", "c4", 112), 112),
             Contains("\nOlder commits that wait as well:\n- " + id("c3") +
                      " \"Subject of c3\": Kustomization/flux-system/apps: it changes "));
}

TEST_CASE("tells of resets, refused policies, foreign writers and warnings",
          "[engine][gates][explanation]") {
  Story story;
  PolicyReset reset;
  reset.commit = commit_id("s3");
  reset.reason = "incident 42";
  reset.seq = 1;
  story.input.reset = reset;
  CHECK(
      told(story.decide("s1", "s3", 113), 113,
           R"({"conditions":[{"type":"PolicyRejected","status":"True","message":"quorum(2) )"
           R"(cannot be met"},{"type":"EvidenceForeign","status":"True","message":"commit abc"},)"
           R"({"type":"Held","status":"False","message":"x"}],"evidence":{"lastError":"refused"},)"
           R"("warnings":["key a of dev expires at 2026-01-09T00:00:00Z"]})") ==
      runs("s3", "1h33m") + "It was let through because a root key admitted " + id("s3") +
          ": incident 42.\nNothing waits: it is the newest commit of its branch.\n"
          "\nThe policy of the newest commits is not accepted, the one before stays in force: "
          "quorum(2) cannot be met.\n"
          "\nSomebody else writes this environment's evidence: commit abc.\n"
          "\nThis environment's own evidence does not get out: refused.\n"
          "\nWarning: key a of dev expires at 2026-01-09 00:00 UTC.\n");
}

TEST_CASE("tells something of any object", "[engine][gates][explanation]") {
  const auto of = [](const std::string& json) {
    return explain(model::parse_json(json).root(), AdmissionWorld::at(0));
  };
  CHECK(of(R"({"metadata":{"name":"qa"}})") ==
        "qa: no agent has decided about it yet.\n"
        "Is an agent running here with --environment qa?\n");
  CHECK(explain(model::Value(), AdmissionWorld::at(0)).starts_with(": no agent"));
  for (const char* text :
       {R"({"status":{"decision":{"outcome":3}}})", R"({"status":{"decision":{"outcome":"hold"}}})",
        R"({"status":{"decision":{"outcome":"hold","tip":"a","skipped":{"a":1}}}})",
        R"({"status":{"decision":{"outcome":"hold","tip":"a","skipped":[1,2,[]]}}})",
        R"({"status":{"decision":{"outcome":"x","tip":7,"runningSince":"soon","verdict":{}}}})",
        R"({"status":{"conditions":[1],"warnings":7,"decision":{"outcome":"keep"}}})"}) {
    CHECK_FALSE(of(text).empty());
  }
  CHECK(of("{\"metadata\":{\"name\":\"\\u001b[31mqa\"}}").find('\x1b') == std::string::npos);
}

TEST_CASE("the status data of a decision is bounded", "[engine][gates][explanation]") {
  Decision decision;
  const std::string long_text(2'000, 'x');
  decision.message = long_text;
  for (int i = 0; i < 40; ++i) {
    CommitVerdict verdict;
    verdict.commit = {commit_id(std::to_string(i)), {}, long_text, long_text, {}};
    verdict.message = long_text;
    for (int k = 0; k < 60; ++k) {
      UnitVerdict unit;
      unit.unit = unit.message = unit.reason = unit.environment = long_text;
      verdict.units.push_back(unit);
    }
    decision.skipped.push_back(verdict);
  }
  decision.verdict = decision.skipped.front();
  model::Arena arena;
  const model::Node node = decision_node(decision, arena);
  const model::Value value(&node);
  CHECK(model::write_json(value).size() < 64 * 1024);
  CHECK(value["skippedCount"].integer() == 40);
  CHECK(value["skipped"].at(0)["unitsJudged"].integer() == 60);
  // Every field is there, so that a merge patch takes away what was before.
  const Decision nothing;
  const model::Node bare = decision_node(nothing, arena);
  CHECK(bare.size == node.size);
}
