#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/model/object.hpp"

namespace reconcile::appliers {

/// The stages of fluxcd/pkg ssa ApplyAllStaged, in order.
enum class Stage : std::uint8_t {
  definitions,  ///< CustomResourceDefinition, Namespace, ClusterRole: applied, then awaited
  classes,      ///< kinds whose name ends in "Class": applied before the rest
  custom,       ///< the kinds of `StageOptions::custom_kinds`: applied
  rest,         ///< everything else
};
std::string_view to_string(Stage stage);

struct StageOptions {
  /// Group and kind, as --custom-apply-stage-kinds has them.
  std::vector<std::pair<std::string, std::string>> custom_kinds;
};

Stage stage_of(const model::ObjectId& id, const StageOptions& options = {});
/// Rank of a kind inside a stage as fluxcd/pkg ssa sort.go orders them; others share one rank.
int sort_rank(std::string_view group, std::string_view kind) noexcept;
/// The order of applies: stage, rank, then for other kinds group and kind, then namespace, name.
bool applies_before(const model::ObjectId& left, const model::ObjectId& right,
                    const StageOptions& options = {});

}  // namespace reconcile::appliers
