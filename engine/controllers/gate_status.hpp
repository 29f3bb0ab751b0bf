#pragma once

#include <string>

#include "engine/api/condition.hpp"
#include "engine/controllers/gate_round.hpp"
#include "engine/controllers/status_queue.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine {

/// The kind of policies: gates.reconcile.dev/v1alpha1 Environment, cluster-scoped.
extern const model::Gvk environment_kind;

/// Mirrors what the gate does into the status of the live Environment object, for people. Nothing
/// is ever read from there. Used on the control queue.
class GateStatus {
 public:
  explicit GateStatus(std::string environment) : environment_(std::move(environment)) {}

  /// The merge patch for `outcome`; empty where it was written already.
  std::string patch(const GateOutcome& outcome, model::WallTime now);
  /// The next patch is written whatever was before: the object came anew.
  void forget() { written_.clear(); }
  [[nodiscard]] StatusTarget target() const {
    return {environment_kind, "", environment_, "status"};
  }

 private:
  void set_conditions(const GateOutcome& outcome, model::WallTime now);

  std::string environment_;
  Conditions conditions_;
  std::string written_;
};

}  // namespace reconcile::engine
