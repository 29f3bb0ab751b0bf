#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/gates/graph_memo.hpp"
#include "engine/gates/policy.hpp"

namespace reconcile::engine::gates {

/// Which paths a candidate brings, seen from what is admitted: the half of E0 that is about files.
struct PathRule {
  const Policy& policy;
  const GraphMemo::Changes& from_admitted;  ///< admitted → candidate
  /// Read by units that ran here just so (E-own), and by no other changed unit.
  std::set<std::string> own;
  /// Read-set paths that differ for units which need a proof.
  std::set<std::string> needing;

  [[nodiscard]] bool is_overlay(const std::string& path) const {
    return matches_any(policy.overlay_paths, path);
  }
  /// Of `from_attested` (attested commit → candidate), the paths that nobody has proven: not an
  /// overlay's, not read by units of E-own alone, and not carrying what is admitted here already.
  /// A path that a unit newly reads counts as not admitted, whatever lay there unread before.
  [[nodiscard]] std::vector<std::string> unproven(const GraphMemo::Changes& from_attested) const;
  /// Overlay paths whose content is new here.
  [[nodiscard]] std::vector<std::string> fresh_overlay() const;
};

}  // namespace reconcile::engine::gates
