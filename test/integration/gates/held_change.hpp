#pragma once

#include <string>

#include "engine/gates/admission.hpp"
#include "test/integration/gates/environments.hpp"

namespace reconcile::test {

/// Staging, whose agent runs here, waits for a change of dev, whose agent is only simulated: its
/// evidence is what a test writes.
class HeldChange {
 public:
  /// Makes the branches and starts staging on its own tip, with `root_key` as root key.
  HeldChange();

  Environments& world() noexcept { return world_; }
  Environment& staging() { return world_.staging(); }
  ChainWriter& dev() noexcept { return dev_; }
  /// The chain has a first record: dev green on the first commit since an hour.
  void begin_chain();

  /// Changes what all environments share on dev and rebases staging on it. Answers dev's commit;
  /// staging's is the candidate.
  std::string change(const std::string& settings);
  /// What staging may run, and what ran before `change`.
  [[nodiscard]] const std::string& candidate() const noexcept { return candidate_; }
  [[nodiscard]] const std::string& admitted() const noexcept { return admitted_; }
  /// Dev says that it is healthy on `commit` since `minutes` ago.
  void prove(const std::string& commit, int minutes);
  /// The candidate is held for `reason` while drift goes back to what is admitted.
  SeenDecision require_held(const std::string& reason);
  void require_admitted();

  [[nodiscard]] const model::SigningKey& root_key() const noexcept { return root_key_; }
  /// Pushes a policy reset for staging, signed by `key`.
  void push_reset(const engine::gates::PolicyReset& reset, const model::SigningKey& key);

 private:
  Environments world_;
  ChainWriter dev_;
  model::SigningKey root_key_ = model::SigningKey::generate();
  std::string admitted_;
  std::string candidate_;
  std::string value_ = "1";  ///< of the settings that are admitted
};

}  // namespace reconcile::test
