#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/api/resource.hpp"
#include "reconcile/appliers/health.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// Another manager that owns fields of ours too.
struct SharedFields {
  diff::FieldOwner owner;
  std::size_t count = 0;
  std::vector<std::string> paths;  ///< the first few
};

/// What an object comes from, who wrote it, and how it is. Texts that are not known are empty.
struct ObjectExplanation {
  model::ObjectId id;
  std::string api_version;
  /// The objects that own it, nearest first, up to the one that carries a unit's labels.
  std::vector<std::string> owners;
  std::string unit;        ///< "Kustomization/flux-system/apps"; empty: no unit's
  std::string ready;       ///< of the unit: "True ReconciliationSucceeded"
  std::string message;     ///< of the unit's Ready condition
  bool suspended = false;  ///< the unit is: nothing but plans is applied
  /// What keeps the unit's objects from being as Git says: "Fighting ConfigMap/shop/a data.v: …".
  std::vector<std::string> unit_notes;
  std::string source;            ///< "GitRepository/flux-system/monorepo"
  std::string path;              ///< of the unit in its source
  std::string file;              ///< that the object was rendered from
  std::string revision;          ///< that the unit was applied from last
  std::string applied_at;        ///< when our apply changed the object last
  std::string applied_revision;  ///< the revision of then, by the unit's history
  /// The object's own pause while it lasts: "until 2026-01-31T08:00:00Z: node drain (jane)".
  std::string paused;
  std::optional<diff::FieldOwner> last_write;  ///< to spec or metadata, by anybody
  std::vector<diff::FieldOwner> writers;       ///< everybody, newest first
  std::vector<SharedFields> shared;
  diff::ObjectChange difference;  ///< from what its unit renders; fields are what is fought over
  appliers::Health health;
  std::string health_since;        ///< when the condition that the health rests on turned so
  std::vector<std::string> notes;  ///< what could not be found out, and why
};

/// Fills in what the live object itself tells: writers, shared fields, health, its pause.
void explain_live(model::Value live, const model::Gvk& gvk, model::WallTime now,
                  ObjectExplanation& explanation);

/// The revision that `status.history` of a Kustomization says was applied at `time`; empty where it
/// does not say.
std::string revision_at(model::Value history, std::string_view time);

std::string to_text(const ObjectExplanation& explanation, bool color);
/// One JSON object, keys in a fixed order, with the final line break.
std::string to_json(const ObjectExplanation& explanation);

}  // namespace reconcile::engine
