#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/cel/expression.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine {

extern const model::Gvk receiver_kind;  ///< notification.toolkit.fluxcd.io/v1

/// What a webhook triggers: one object, or those of a kind that carry labels.
struct ReceiverResource {
  model::Gvk gvk;
  std::string namespace_name;
  std::string name;            ///< "*" for all that `label_selector` selects
  std::string label_selector;  ///< "a=b,c=d", keys in order; empty where `name` is not "*"
  /// Why it cannot be triggered, as notification-controller 1.9.3 finds out at a delivery; empty
  /// where it can.
  std::string problem;
  /// "GitRepository/flux-system/monorepo".
  [[nodiscard]] std::string display() const { return gvk.kind + "/" + namespace_name + "/" + name; }
  bool operator==(const ReceiverResource&) const = default;
};

/// spec of a Receiver.
struct ReceiverSpec {
  std::string type;
  std::string secret_name;  ///< secretRef.name; empty where absent
  std::vector<std::string> events;
  std::vector<ReceiverResource> resources;
  std::chrono::nanoseconds interval{std::chrono::minutes(10)};
  bool suspend = false;
  /// resourceFilter, and the filter of each of `resources`: all must be true for an object that is
  /// to be triggered. Their variables are `res` (its metadata) and `req` (the delivery's body).
  std::optional<cel::Expression> filter;
  std::vector<std::optional<cel::Expression>> resource_filters;
  bool has_filters = false;
  /// Why one of them cannot be compiled; empty where all can.
  std::string invalid_expression;
  /// The first field or type that is not built; empty where there is none.
  std::string unsupported;

  /// Throws Error(invalid_input) naming the field.
  static ReceiverSpec read(model::Value spec, const std::string& own_namespace);
};

}  // namespace reconcile::engine
