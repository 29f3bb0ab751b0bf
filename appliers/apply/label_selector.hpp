#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// A label selector as Kubernetes writes it: "a=b,c!=d,e in (x,y),f notin (z),g,!h".
class LabelSelector {
 public:
  LabelSelector() = default;
  /// Empty text selects everything. Throws Error(invalid_input) naming the text.
  explicit LabelSelector(std::string_view text);

  /// `labels` is the map of labels or annotations; absent counts as empty.
  [[nodiscard]] bool matches(model::Value labels) const;

 private:
  struct Requirement {
    std::string key;
    enum class Operator { in, not_in, exists, absent } op = Operator::exists;
    std::vector<std::string> values;
  };
  static Requirement parse(std::string_view text);

  std::vector<Requirement> requirements_;
};

}  // namespace reconcile::appliers
