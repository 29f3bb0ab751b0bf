#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/condition.hpp"
#include "reconcile/appliers/field_rules.hpp"
#include "reconcile/appliers/health_expressions.hpp"
#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/cel/expression.hpp"
#include "reconcile/kustomize/generate.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine {

/// The kinds of Flux's API that the agent watches.
extern const model::Gvk git_repository_kind;  ///< source.toolkit.fluxcd.io/v1
extern const model::Gvk kustomization_kind;   ///< kustomize.toolkit.fluxcd.io/v1
extern const model::Gvk helm_release_kind;    ///< helm.toolkit.fluxcd.io/v2

inline constexpr std::string_view finalizer = "finalizers.fluxcd.io";
inline constexpr std::string_view requested_at = "reconcile.fluxcd.io/requestedAt";
/// Our own annotation: a plan that people agreed to, see saved_plan.hpp.
inline constexpr std::string_view plan_annotation_name = "reconcile.dev/plan";
/// Our own annotation: approves the prune of the pass that the request starts.
inline constexpr std::string_view allow_prune = "reconcile.dev/allowPrune";
/// Our own annotation of a unit: "true" writes nothing unless dry runs of all writes pass.
inline constexpr std::string_view atomic_annotation = "reconcile.dev/atomic";

/// Names a source object: (kind, namespace, name).
struct SourceKey {
  std::string kind;
  std::string namespace_name;
  std::string name;
  /// "GitRepository/flux-system/monorepo".
  [[nodiscard]] std::string display() const { return kind + "/" + namespace_name + "/" + name; }
  auto operator<=>(const SourceKey&) const = default;
};

/// What every object of the API carries beside its spec.
struct ResourceMeta {
  std::string namespace_name;
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  bool deleting = false;       ///< has a deletionTimestamp
  bool has_finalizer = false;  ///< ours is among the finalizers
  std::vector<std::string> finalizers;
  std::string requested_at;       ///< value of the annotation; empty where absent
  std::string last_handled;       ///< status.lastHandledReconcileAt
  std::string plan;               ///< value of the plan annotation that came with the request
  bool prune_allowed = false;     ///< the allowPrune annotation equals the request's value
  bool atomic = false;            ///< see atomic_annotation
  appliers::ObjectPolicy policy;  ///< of a unit: of all its objects that say nothing themselves
  /// Values of the annotation that requests made here replace, and that reads may still show.
  std::vector<std::string> replaced_requests;

  static ResourceMeta read(model::Value object);

  /// Asks for `request` before the annotation says so; what came with the request before is void.
  void request_here(const std::string& request);
  /// Keeps the request made in `before`, of the same object, where the annotation was read before
  /// that request reached it.
  void keep_request(const ResourceMeta& before);
};

/// spec of a GitRepository v1, as far as it is built.
struct GitRepositorySpec {
  std::string url;
  std::string branch, tag, semver, commit, ref_name;
  std::string secret_name;  ///< secretRef.name; empty where absent
  std::string ignore;
  std::chrono::nanoseconds interval{std::chrono::minutes(5)};
  std::chrono::nanoseconds timeout{std::chrono::seconds(60)};
  bool suspend = false;

  /// Throws Error(invalid_input) naming the field, Error(unsupported) naming a field that is not
  /// built and would change what is fetched or trusted.
  static GitRepositorySpec read(model::Value spec);
};

/// One object of spec.healthChecks.
struct HealthCheck {
  model::Gvk gvk;
  model::ObjectId id;
  bool operator==(const HealthCheck&) const = default;
};

/// What Kustomization and HelmRelease have in common: how a unit is driven.
struct UnitSpec {
  SourceKey source;
  std::string
      source_problem;  ///< why the source cannot be used (kind not built); empty where it can
  /// The first field that would change what is applied, or where, and is not built yet: nothing is
  /// applied rather than something else. Empty where there is none.
  std::string unsupported_field;
  std::string path;  ///< directory of the kustomization or chart, "" is the root
  std::chrono::nanoseconds interval{std::chrono::minutes(5)};
  /// Of a pass that failed: exactly this where the spec names it, else growing up to it.
  std::chrono::nanoseconds retry_interval{std::chrono::minutes(5)};
  bool retries_exactly = false;
  std::chrono::nanoseconds timeout{std::chrono::minutes(5)};
  bool prune = true;
  bool suspend = false;
  bool force = false;
  bool wait = false;  ///< Ready follows the health of all of the unit's objects
  /// Ready follows the health of these instead; empty where `wait` is set.
  std::vector<HealthCheck> health_checks;
  std::string deletion_policy;  ///< Flux's words; empty = MirrorPrune
  /// spec.ignore, of a HelmRelease spec.driftDetection.ignore; null where there is none.
  std::shared_ptr<const appliers::FieldRules> ignore;
  /// Of a HelmRelease spec.driftDetection.mode, else and where it names none: revert.
  appliers::DriftMode drift_mode = appliers::DriftMode::revert;
  std::vector<appliers::UnitKey> depends_on;
  /// dependsOn[].readyExpr, in the order of `depends_on`: what stands for being Ready.
  std::vector<std::optional<cel::Expression>> ready_expressions;
  /// healthCheckExprs; null where there are none.
  std::shared_ptr<const appliers::HealthExpressions> health_expressions;
  /// Why one of the expressions cannot be used, in Flux's words; empty where all can.
  std::string invalid_expression;
  /// The object without status and managed fields: overrides and values are read from it.
  model::Document object;
};

/// Reads `object` (a Kustomization v1). Throws Error(invalid_input) naming the field.
UnitSpec read_kustomization(const model::Document& object);

/// Reads `object` (a HelmRelease v2). Throws Error(invalid_input) naming the field.
UnitSpec read_helm_release(const model::Document& object);

/// Whether the objects of a unit go with it when it is deleted.
bool removes_objects(const UnitSpec& spec);

}  // namespace reconcile::engine
