// Branches that somebody moved back, emptied or deleted.

#include <catch2/catch.hpp>

#include "test/integration/gates/held_change.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile::test;

TEST_CASE("a branch that is forced back to an older commit is held",
          "[.integration][gates][history]") {
  HeldChange held;
  Infrastructure& repository = held.world().infrastructure();
  const std::string commit = held.change("2");
  held.prove(commit, 30);
  held.require_admitted();
  held.staging().until("applied", [&] { return held.staging().live("value") == "2"; });
  repository.reset("staging", commit + "~1");
  const SeenDecision seen = held.staging().until_held(repository.tip("staging"), "Rewind");
  CHECK(seen.admitted == held.candidate());
  held.staging().require_drift_reverted("value", "2");
}

TEST_CASE("a branch that is deleted is held and nothing is pruned",
          "[.integration][gates][history]") {
  HeldChange held;
  held.staging().until_green(held.admitted());
  held.world().infrastructure().remove("staging");
  for (int i = 0; i < 3; ++i) held.staging().poke();
  held.staging().require_drift_reverted("value", "1");
  const SeenDecision seen = held.staging().decision();
  INFO(seen.text);
  CHECK(seen.admitted == held.admitted());
  CHECK(held.staging().cluster().exists(deployment_kind, held.world().space(), "web"));
}

TEST_CASE("a rebase that drops an admitted change of the environment is held",
          "[.integration][gates][history]") {
  HeldChange held;
  Infrastructure& repository = held.world().infrastructure();
  const std::string own = repository.commit(
      "staging",
      {{"environments/staging/local.yaml", config_map_yaml("local", "own", held.world().space())}});
  held.staging().until_admitted(own);
  // The overlay's own commit is lost: the branch is rebuilt without it.
  repository.reset("staging", held.admitted());
  const std::string commit = held.change("2");
  held.prove(commit, 30);
  const SeenDecision seen = held.staging().until_held(held.candidate(), "HistoryDropped");
  CHECK(seen.admitted == own);
}

TEST_CASE("a proven commit below the environment's own ones is not run without them",
          "[.integration][gates][history]") {
  HeldChange held;
  const std::string first = held.change("2");
  held.change("3");
  held.prove(first, 30);
  held.staging().until("judged", [&] { return held.staging().decision().tip == held.candidate(); });
  const SeenDecision seen = held.staging().decision();
  INFO(seen.text);
  CHECK(seen.outcome == "hold");
  CHECK(seen.admitted == held.admitted());
  CHECK(held.staging().live("value") == "1");
  CHECK(held.staging()
            .cluster()
            .get(config_map_kind, held.world().space(), "local")["data"]["value"]
            .text() == "staging");
}
