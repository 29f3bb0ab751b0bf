#pragma once

#include <chrono>
#include <optional>
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
  /// Whether no revert of `id` is on its way any more: what a unit of before wanted must not come
  /// after what is written or deleted now.
  bool await_reverts(const model::ObjectId& id);
  /// False where a dry run of an atomic unit fails: nothing is to be written then.
  bool rehearse_all();
  void apply_stages();
  void apply_stage(std::size_t begin, std::size_t end, bool blocked);
  void settle_skipped(const Decision& decision);
  void finish();
  /// Those that still have one on its way are failures.
  void await_reverts_of(const std::vector<InventoryEntry>& obsolete);
  [[nodiscard]] PruneRequest prune_request(std::vector<InventoryEntry> obsolete) const;
  void take_prune(const PruneResult& pruned);
  /// What left the inventory is no object of the unit any more: its health does not count.
  void forget_all(const std::vector<InventoryEntry>& entries);

  CountingPort port_;
  const PreparedUnit& unit_;
  InventoryStore& inventory_;
  const PassOptions& options_;
  const UnitNeighbours& neighbours_;
  LiveState& live_;
  WriteContext context_;
  std::optional<std::chrono::steady_clock::time_point> reverts_end_;
  Inventory old_;
  Inventory wanted_;
  std::vector<Decision> decisions_;
  PassResult result_;
};

}  // namespace reconcile::appliers
