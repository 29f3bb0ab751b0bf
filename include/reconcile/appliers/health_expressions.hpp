#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/appliers/health.hpp"
#include "reconcile/cel/expression.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// How the health of some kinds is judged: Flux's spec.healthCheckExprs, or rules of a file.
/// Immutable, safe to share between threads.
class HealthExpressions {
 public:
  /// Reads the list: apiVersion, kind (empty: every kind of the group), current, inProgress,
  /// failed. Absent or empty answers null. Throws Error(invalid_input) with the text of
  /// fluxcd/pkg runtime v0.110 where an expression cannot be read, `current` is missing or a kind
  /// is named twice.
  static std::shared_ptr<const HealthExpressions> read(model::Value list);

  /// Reads a file of rules in the form of appliers/health/health_rules.yaml. Throws
  /// Error(invalid_input) naming `file` and the rule.
  static std::shared_ptr<const HealthExpressions> read_rules(std::string_view yaml,
                                                             const std::string& file);
  /// What ships with the program: appliers/health/health_rules.yaml.
  static const HealthExpressions& built_in();
  /// `first`, and where it does not judge a kind `second`; each may be null.
  static std::shared_ptr<const HealthExpressions> over(
      std::shared_ptr<const HealthExpressions> first,
      std::shared_ptr<const HealthExpressions> second);

  /// Whether they judge `gvk`; its version does not matter.
  [[nodiscard]] bool supports(const model::Gvk& gvk) const;
  /// The health of a live object of a kind that they judge: in progress where
  /// status.observedGeneration is behind, else by the first of inProgress, failed and current that
  /// is true, in progress where none is. Unknown, with what went wrong, where one of them fails.
  [[nodiscard]] Health assess(const model::Gvk& gvk, model::Value live) const;

 private:
  /// As ConditionRule, with its own texts.
  struct Conditions {
    std::string ready;
    std::string also;
    std::string failed;
    std::string failed_reasons;
    bool needs_status = true;
  };
  struct Rule {
    std::optional<Conditions> conditions;  ///< in the place of expressions
    std::optional<cel::Expression> in_progress;
    std::optional<cel::Expression> failed;
    std::optional<cel::Expression> current;
    bool needs_status = false;  ///< an expression that fails without one: in progress
  };
  using GroupKind = std::pair<std::string, std::string>;
  [[nodiscard]] const Rule* find(const model::Gvk& gvk) const;
  static Rule read_rule(model::Value item);

  std::map<GroupKind, Rule> rules_;
  std::vector<std::pair<GroupKind, Rule>> patterns_;  ///< groups that begin with '*'
  std::shared_ptr<const HealthExpressions> next_;     ///< asked where nothing here judges a kind
};

/// By the rules where there are some and they judge the kind, else as the function of health.hpp.
Health assess_health(const model::Gvk& gvk, model::Value live,
                     const HealthExpressions* expressions);

}  // namespace reconcile::appliers
