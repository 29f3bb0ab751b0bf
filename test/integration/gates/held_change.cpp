#include "test/integration/gates/held_change.hpp"

#include <catch2/catch.hpp>

#include "engine/gates/envelope.hpp"

namespace reconcile::test {

HeldChange::HeldChange() : dev_(world_.simulate("dev")) {
  world_.make_branches();
  admitted_ = world_.infrastructure().tip("staging");
  staging().options().gate->root_keys = {root_key_.public_key()};
  world_.start(staging());
  staging().until_admitted(admitted_);
  staging().until("settings applied", [&] { return staging().live("value") == value_; });
}

void HeldChange::begin_chain() {
  prove(world_.infrastructure().tip("dev"), 60);
}

std::string HeldChange::change(const std::string& settings) {
  std::string commit = world_.infrastructure().commit("dev", world_.shared(settings));
  candidate_ = world_.infrastructure().rebase("staging", "dev");
  return commit;
}

void HeldChange::prove(const std::string& commit, int minutes) {
  dev_.set_green(world_.root_unit(), commit, world_.now() - std::chrono::minutes(minutes));
  dev_.append(commit, world_.now());
}

SeenDecision HeldChange::require_held(const std::string& reason) {
  SeenDecision seen = staging().until_held(candidate_, reason);
  CHECK(seen.admitted == admitted_);
  CHECK(staging().live("value") == value_);
  staging().require_drift_reverted("value", value_);
  return seen;
}

void HeldChange::push_reset(const engine::gates::PolicyReset& reset, const model::SigningKey& key) {
  const std::string text = engine::gates::sign(reset.statement(), key).text();
  world_.evidence().append("refs/gitops/resets/staging", text, "reset.json");
}

void HeldChange::require_admitted() {
  staging().until_admitted(candidate_);
}

}  // namespace reconcile::test
