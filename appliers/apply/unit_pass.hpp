#pragma once

#include <vector>

#include "appliers/apply/counting_port.hpp"
#include "appliers/apply/stage_run.hpp"
#include "reconcile/appliers/unit_pass.hpp"

namespace reconcile::appliers {

/// One pass, made for one call of `run`.
class UnitPass {
 public:
  UnitPass(ClusterPort& port, LiveState& live, const model::Clock& clock, const PreparedUnit& unit,
           InventoryStore& inventory, const PassOptions& options, const UnitNeighbours& neighbours);
  PassResult run();

 private:
  void decide_all();
  /// False where a dry run of an atomic unit fails: nothing is to be written then.
  bool rehearse_all();
  void apply_stages();
  void apply_stage(std::size_t begin, std::size_t end, bool blocked);
  void settle_skipped(const Decision& decision);
  void finish();
  [[nodiscard]] PruneRequest prune_request(std::vector<InventoryEntry> obsolete) const;
  void take_prune(const PruneResult& pruned);

  CountingPort port_;
  const PreparedUnit& unit_;
  InventoryStore& inventory_;
  const PassOptions& options_;
  const UnitNeighbours& neighbours_;
  LiveState& live_;
  WriteContext context_;
  Inventory old_;
  Inventory wanted_;
  std::vector<Decision> decisions_;
  PassResult result_;
};

}  // namespace reconcile::appliers
