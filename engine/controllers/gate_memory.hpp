#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "reconcile/model/clock.hpp"

namespace reconcile::engine {

/// How far another environment's chain was seen: it may not go back, also not over a restart.
struct SeenChain {
  std::uint64_t seq = 0;
  std::string commit;  ///< on its ref
  bool forked = false;
  bool operator==(const SeenChain&) const = default;
};

/// What the gate wrote down before it let a commit through. Losing it is safe: then the own chain
/// of evidence says what is admitted.
struct GateMemory {
  std::string admitted;         ///< commit; empty: nothing was admitted yet
  std::string tree;             ///< of `admitted`
  std::string policy_commit;    ///< whose render holds the policy in force
  std::uint64_t chain_seq = 0;  ///< of the own chain when `admitted` was written down
  std::uint64_t reset_seq = 0;  ///< resets up to this one are done with
  model::WallTime admitted_at;
  std::string because;  ///< message of the decision that admitted it; empty where it is not known
  std::map<std::string, SeenChain> upstream;  ///< by environment
  bool operator==(const GateMemory&) const = default;

  /// Reads the file; what is not there, or damaged, is empty.
  static GateMemory load(const std::string& path);
  /// Replaces the file in one step, synced. Throws Error(unavailable).
  void save(const std::string& path) const;
};

}  // namespace reconcile::engine
