// What staging does with what dev's chain says: dev's agent is simulated, so that its records are
// what a case wants them to be.

#include <catch2/catch.hpp>

#include "reconcile/model/digest.hpp"
#include "test/integration/gates/held_change.hpp"

using namespace reconcile::test;
using reconcile::engine::gates::EvidenceRecord;
using reconcile::model::SigningKey;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("a change waits until the environment before was healthy for the whole soak",
          "[.integration][gates][soak]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.prove(commit, 0);
  held.require_held("SoakNotReached");
  held.world().clock().advance(minutes(10) - seconds(1));
  held.staging().poke();
  CHECK(held.staging().decision().admitted == held.admitted());
  // The tolerance of the clocks is added: dev's may be ahead of ours.
  held.world().clock().advance(minutes(1) + seconds(2));
  held.staging().poke();
  CHECK(held.staging().decision().admitted == held.candidate());
  held.staging().until("the change applied", [&] { return held.staging().live("value") == "2"; });
}

TEST_CASE("evidence of an upstream agent that is dead ends, and the change is held",
          "[.integration][gates][evidence]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.prove(commit, 0);
  held.require_held("SoakNotReached");
  // The soak is over, but nobody says any more that dev is healthy.
  held.world().clock().advance(minutes(60));
  const SeenDecision seen = held.require_held("EvidenceStale");
  CHECK(seen.message.find("dev") != std::string::npos);
  held.prove(commit, 60);
  held.require_admitted();
}

TEST_CASE("no evidence at all holds the change", "[.integration][gates][evidence]") {
  HeldChange held;
  held.change("2");
  held.require_held("EvidenceMissing");
}

TEST_CASE("evidence that turns red before the admission holds the change at once",
          "[.integration][gates][evidence]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.prove(commit, 0);
  held.require_held("SoakNotReached");
  held.world().clock().advance(minutes(10));
  held.dev().set_failed(held.world().root_unit(), commit, "Deployment/x/web: not available");
  held.dev().append(commit, held.world().now());
  const SeenDecision seen = held.require_held("UpstreamNotHealthy");
  CHECK(seen.message.find("dev") != std::string::npos);
  held.world().clock().advance(minutes(20));
  held.require_held("UpstreamNotHealthy");
}

TEST_CASE("a unit that flaps during the soak is held until it was healthy in one piece",
          "[.integration][gates][soak]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.prove(commit, 0);
  held.require_held("SoakNotReached");
  held.world().clock().advance(minutes(10));
  // Healthy again since a minute.
  held.dev().unit(held.world().root_unit()).flaps = 1;
  held.prove(commit, 1);
  held.require_held("SoakNotReached");
  // Twelve minutes after the first time, and not ten in one piece.
  held.world().clock().advance(minutes(2));
  held.require_held("SoakNotReached");
  held.world().clock().advance(minutes(8));
  held.prove(commit, 11);
  held.require_admitted();
}

TEST_CASE("a unit that flapped more often than allowed is held", "[.integration][gates][soak]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.dev().unit(held.world().root_unit()).flaps = 9;
  held.prove(commit, 30);
  const SeenDecision seen = held.staging().until_held(held.candidate(), "UpstreamUnstable");
  CHECK(seen.message.find('9') != std::string::npos);
}

TEST_CASE("the newest commit that is proven is admitted and what lies above it is held",
          "[.integration][gates][admission]") {
  HeldChange held;
  Infrastructure& repository = held.world().infrastructure();
  // Staging follows dev without commits of its own on top, so that its walk meets dev's commits.
  const std::string first = held.change("2");
  const std::string lower = held.candidate();
  repository.commit("staging", held.world().shared("3"), "Another change");
  const std::string upper = repository.tip("staging");
  held.prove(first, 30);
  held.staging().until_admitted(lower);
  const SeenDecision seen = held.staging().until_held(upper, "NotProven");
  CHECK(seen.admitted == lower);
  held.staging().require_drift_reverted("value", "2");
}

TEST_CASE("a shared file that is edited on top of an attested commit is held",
          "[.integration][gates][admission]") {
  HeldChange held;
  const std::string commit = held.change("2");
  const std::string tip = held.world().infrastructure().amend("staging", held.world().shared("9"));
  held.prove(commit, 30);
  const SeenDecision seen = held.staging().until_held(tip, "NotProven");
  CHECK(seen.admitted == held.admitted());
  held.staging().require_drift_reverted("value", "1");
}

TEST_CASE("a unit that the environment before does not have is not proven by its absence",
          "[.integration][gates][admission]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.dev().set_green("Kustomization/other/unit", commit, held.world().now() - minutes(30));
  held.dev().append(commit, held.world().now());
  const SeenDecision seen = held.require_held("UnitAbsentUpstream");
  CHECK(seen.message.find("dev") != std::string::npos);
}

TEST_CASE("clocks may differ by the tolerance and no more", "[.integration][gates][evidence]") {
  HeldChange held;
  const std::string commit = held.change("2");
  held.prove(commit, 0);
  held.require_held("SoakNotReached");
  // Validity ended half a minute ago by our clock: within the tolerance.
  held.world().clock().advance(minutes(45) + seconds(30));
  held.require_admitted();

  held.change("3");
  const std::string tip = held.candidate();
  held.prove(held.world().infrastructure().tip("dev"), 0);
  held.world().clock().advance(minutes(46) + seconds(1));
  held.staging().until_held(tip, "EvidenceStale");
}
