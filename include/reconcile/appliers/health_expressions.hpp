#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "reconcile/appliers/health.hpp"
#include "reconcile/cel/expression.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// How the health of some kinds is judged by expressions: Flux's spec.healthCheckExprs. Immutable,
/// safe to share between threads.
class HealthExpressions {
 public:
  /// Reads the list: apiVersion, kind (empty: every kind of the group), current, inProgress,
  /// failed. Absent or empty answers null. Throws Error(invalid_input) with the text of
  /// fluxcd/pkg runtime v0.110 where an expression cannot be read, `current` is missing or a kind
  /// is named twice.
  static std::shared_ptr<const HealthExpressions> read(model::Value list);

  /// Whether they judge `gvk`; its version does not matter.
  [[nodiscard]] bool supports(const model::Gvk& gvk) const;
  /// The health of a live object of a kind that they judge: in progress where
  /// status.observedGeneration is behind, else by the first of inProgress, failed and current that
  /// is true, in progress where none is. Unknown, with what went wrong, where one of them fails.
  [[nodiscard]] Health assess(const model::Gvk& gvk, model::Value live) const;

 private:
  struct Rule {
    std::optional<cel::Expression> in_progress;
    std::optional<cel::Expression> failed;
    std::optional<cel::Expression> current;
  };
  using GroupKind = std::pair<std::string, std::string>;
  [[nodiscard]] const Rule* find(const model::Gvk& gvk) const;

  std::map<GroupKind, Rule> rules_;
};

/// By the expressions where there are some and they judge the kind, else as the function of
/// health.hpp.
Health assess_health(const model::Gvk& gvk, model::Value live,
                     const HealthExpressions* expressions);

}  // namespace reconcile::appliers
