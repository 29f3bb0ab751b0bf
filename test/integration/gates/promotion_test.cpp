// Dev, staging and production with an agent each: what they hand on is what their clusters show.

#include <catch2/catch.hpp>

#include "test/integration/gates/environments.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile::test;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

/// All three agents run and are green on the first commit of their branches.
void begin(Environments& world) {
  world.make_branches();
  world.start_all();
  for (Environment* environment : world.all()) {
    environment->until_green(world.infrastructure().tip(environment->name()));
  }
}

/// Lets the soak pass while the agents' heartbeats go on.
void pass_soak(Environments& world) {
  for (int i = 0; i < 3; ++i) {
    world.clock().advance(minutes(4));
    for (Environment* environment : world.all()) environment->poke();
  }
}

}  // namespace

TEST_CASE("a change goes from dev to production as each environment proves it",
          "[.integration][gates][promotion]") {
  Environments world;
  begin(world);
  Infrastructure& repository = world.infrastructure();

  const std::string change = repository.commit("dev", world.shared("2"));
  const std::string staged = repository.rebase("staging", "dev");
  const std::string released = repository.rebase("production", "staging");
  world.dev().until_green(change);
  CHECK(world.dev().live("value") == "2");
  world.staging().until_held(staged, "SoakNotReached");
  world.production().until_held(released, "NotProven");
  CHECK(world.staging().live("value") == "1");

  pass_soak(world);
  world.staging().until_green(staged);
  world.production().until_held(released, "SoakNotReached");
  CHECK(world.production().live("value") == "1");
  world.production().require_drift_reverted("value", "1");

  pass_soak(world);
  world.production().until_green(released);
  CHECK(world.production().live("value") == "2");
  CHECK(world.evidence().newest(world.production().evidence_ref()).commit == released);
}

TEST_CASE("a broken image never leaves dev, and its revert is admitted at once",
          "[.integration][gates][promotion]") {
  Environments world;
  begin(world);
  Infrastructure& repository = world.infrastructure();

  const std::string broken = repository.commit("dev", world.shared("2", "broken"));
  const std::string staged = repository.rebase("staging", "dev");
  world.dev().until("the image is missing", [&] {
    world.clock().advance(seconds(1));
    const std::string ref = world.dev().evidence_ref();
    return world.evidence().newest(ref).commit == broken &&
           world.evidence().units(ref).at(world.root_unit()).state !=
               reconcile::engine::gates::UnitState::green;
  });
  pass_soak(world);
  pass_soak(world);
  const SeenDecision seen = world.staging().decision();
  INFO(seen.text);
  CHECK(seen.tip == staged);
  CHECK(seen.outcome == "hold");
  CHECK(world.staging().live("value") == "1");
  CHECK(world.production().live("value") == "1");

  const std::string reverted = repository.revert("dev", broken);
  repository.rebase("staging", "dev");
  world.dev().until_green(reverted);
  // What staging ran an hour ago needs no proof by dev.
  world.staging().until_admitted(repository.tip("staging"));
}

TEST_CASE("a revert to what ran here is admitted while dev proves nothing",
          "[.integration][gates][own]") {
  Environments world;
  begin(world);
  Infrastructure& repository = world.infrastructure();
  const std::string first = world.staging().decision().admitted;
  repository.commit("dev", world.shared("2"));
  const std::string staged = repository.rebase("staging", "dev");
  world.dev().until_green(repository.tip("dev"));
  pass_soak(world);
  world.staging().until_green(staged);

  world.dev().stop();
  world.clock().advance(std::chrono::hours(2));
  const std::string reverted = repository.commit("staging", world.shared("1"), "Take it back");
  world.staging().until_admitted(reverted);
  world.staging().until("the old value is back",
                        [&] { return world.staging().live("value") == "1"; });
  // What never ran here is still held.
  const std::string other = repository.commit("staging", world.shared("9"), "Something new");
  world.staging().until_held(other, "EvidenceStale");
}

TEST_CASE("what only an overlay changes follows the overlay rule",
          "[.integration][gates][overlay]") {
  Environments world;
  begin(world);
  Infrastructure& repository = world.infrastructure();
  const auto local = [&](const std::string& value) {
    return Files{
        {"environments/staging/local.yaml", config_map_yaml("local", value, world.space())}};
  };
  const std::string harmless = repository.commit("staging", local("other"));
  world.staging().until_admitted(harmless);

  const std::string patch =
      "resources: [../../shared, environment.yaml, local.yaml]\n"
      "images: [{name: registry.example.com/web, newTag: \"2.0\"}]\n";
  const std::string image =
      repository.commit("staging", {{"environments/staging/kustomization.yaml", patch}});
  const SeenDecision seen = world.staging().until_held(image, "OverlayNeedsApproval");
  CHECK(seen.text.find("web") != std::string::npos);
  CHECK(world.staging().live("value") == "1");
}

TEST_CASE("an overlay alone is held where the policy wants approvals for it",
          "[.integration][gates][overlay]") {
  Environments world;
  world.make_branches();
  PolicyText policy = world.usual_policy("staging");
  policy.overlay_only = "approve";
  world.infrastructure().commit("staging", world.overlay("staging", policy));
  world.start(world.staging());
  world.staging().until_admitted(world.infrastructure().tip("staging"));
  const std::string tip = world.infrastructure().commit(
      "staging",
      {{"environments/staging/local.yaml", config_map_yaml("local", "other", world.space())}});
  world.staging().until_held(tip, "OverlayNeedsApproval");
}
