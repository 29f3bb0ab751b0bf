#pragma once

#include <string_view>

#include "reconcile/diff/change_set.hpp"
#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::diff {

/// What is known about desired since our last apply, where the last applied object itself is not
/// kept.
enum class DesiredSince : std::uint8_t {
  unknown,  ///< no record: a field that our entry owns is a change, one that it lacks drift or
            ///< conflict
  same,     ///< desired is what was applied last: every difference is drift
  changed,  ///< desired is new
};

/// The three sides. Views must outlive the call.
struct ThreeWayInput {
  /// Prepared as for an apply; absent where the object is to be deleted.
  model::Value desired;
  /// As the server returned it; absent where it does not exist.
  model::Value live;
  /// The object that our last apply returned, with its managedFields; absent where it is not kept.
  model::Value last_applied;
  /// What was desired at our last apply, where that is known in place of `last_applied`: tells
  /// drift from changes in fields that others have written since. Absent: not known.
  model::Value last_desired = {};
  /// The answer of a dry run of `desired`: where present it is what the apply makes of the object,
  /// and nothing is guessed. Absent: desired is compared field by field, defaults as in
  /// normal_form.hpp.
  model::Value dry_run;
  DesiredSince desired_since = DesiredSince::unknown;
  std::string_view manager = field_manager;
};

/// Compares the three sides. The change carries every differing field with its reason and owner;
/// values of Secrets are masked. A field that desired no longer has and that we alone own is listed
/// with `after` absent; one that others co-own is not listed. Throws Error(limit_exceeded) on
/// absurd depth.
ObjectChange three_way(const ThreeWayInput& input);

/// Whether live is certain to be what applying `desired` would give: every leaf of desired is equal
/// in live (or by a normal form that is certain) and owned by our entry, and our entry owns nothing
/// that desired lacks. `schema` is that of a custom kind where it is known (definition_schema) and
/// absent else. False also means "not known".
bool proves_unchanged(model::Value desired, model::Value live,
                      std::string_view manager = field_manager, model::Value schema = {});

/// The structural schema that a CustomResourceDefinition gives one of its versions; absent where it
/// has none.
model::Value definition_schema(model::Value definition, std::string_view version);

/// Whether the server left an empty map or list of `desired` out of `answer`, its answer to an
/// apply of it: where one with content is made empty, the first apply removes it and only the next
/// one sets it again (structured-merge-diff 6.3.3).
bool lacks_empty(model::Value desired, model::Value answer,
                 std::string_view manager = field_manager);

}  // namespace reconcile::diff
