#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/field_rules.hpp"
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/appliers/stages.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/packed_object.hpp"

namespace reconcile::appliers {

/// One rendered object as it is sent. Kept as long as its unit wants it, so its content is packed.
struct PreparedObject {
  model::PackedObject object;
  model::Hash128 digest;    ///< of the content; equal digests are not sent again
  std::uint8_t flags = 0;   ///< diff::ManagementFlag bits of desired
  bool has_empty = false;   ///< somewhere below the root is a map or list without entries
  diff::LeftFields left;    ///< fields that are left to others; null where there are none
  std::string empty_lists;  ///< see diff::empty_lists
  /// What its annotations say; null where they say nothing.
  std::shared_ptr<const ObjectPolicy> policy;

  /// What is to be applied to `live`; see diff::leave_fields. `tree` is the content where it is at
  /// hand (ContentTrees); absent: it is unpacked.
  [[nodiscard]] model::Document body_for(model::Value live, const model::Document& tree = {}) const;
};

/// Contents of prepared objects as trees, for as long as they are needed right away.
using ContentTrees = std::unordered_map<model::ObjectId, model::Document>;

/// A problem that does not stop the pass, for the log and the status.
struct Warning {
  model::ObjectId id;
  std::string message;
};

struct PrepareOptions {
  /// Namespace of namespaced objects that name none; Flux uses "default".
  std::string default_namespace = "default";
  /// Key of the digests of Secrets; see diff::FoldOptions.
  std::string secret_key = {};
  StageOptions stages = {};
  /// Whose fields are left to others, each may be null: of all units, and of this one. Besides
  /// them `spec.replicas` of what the render's own autoscalers scale.
  const FieldRules* co_managed = nullptr;
  const FieldRules* ignore = nullptr;
  /// Where the contents rest; null: in memory.
  std::shared_ptr<model::SpillFile> spill = nullptr;
  /// Takes trees of the contents, those of at most 1 MiB of JSON together; null: nobody needs them.
  /// Objects with numbers that are no integers are left out, since JSON may write them otherwise.
  ContentTrees* trees = nullptr;
};

/// What a unit wants, ready to be applied. Computed once a render and kept as long as the render
/// is.
struct PreparedUnit {
  UnitKey unit;
  StageOptions stages;
  std::vector<PreparedObject> objects;  ///< in stage and sort order (stages.hpp)
  std::vector<Warning> warnings;
  model::Hash128 digest;            ///< over all ids and digests, in order
  model::Hash128 inventory_digest;  ///< of `inventory()`

  /// What the unit owns once all its objects are applied.
  [[nodiscard]] Inventory inventory() const;
};

/// Makes rendered objects ready: owner labels set; `stringData` of Secrets moved to `data`; status
/// (but a CRD's) and creationTimestamp dropped; duplicate items of associative lists removed, the
/// last wins, with a warning; namespace defaulted for namespaced kinds and dropped from
/// cluster-scoped ones, as `port`'s discovery says (unknown kinds stay as written); objects with
/// the same id: the last wins with a warning. Ids of the answer are therefore final. A kind whose
/// CRD is among `rendered` takes its scope from there.
PreparedUnit prepare(const UnitKey& unit, std::span<const model::Object> rendered,
                     ClusterPort& port, const PrepareOptions& options = {});

}  // namespace reconcile::appliers
