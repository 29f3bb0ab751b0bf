#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::diff {

/// What happens to an object; the words of fluxcd/pkg ssa.
enum class Action : std::uint8_t { created, configured, unchanged, deleted, skipped };
std::string_view to_string(Action action);

/// Why it happens, for an object and for one field of it.
enum class Reason : std::uint8_t {
  none,          ///< nothing differs
  change,        ///< desired differs from what was last applied
  drift,         ///< live differs from what was last applied, in a field that we own or owned
  conflict,      ///< another manager owns a field that desired sets, and we never did
  disowned,      ///< values are equal, but a path left our entry or the UID changed
  handed_over,   ///< another controller owns the field by design; left out of the apply
  admission,     ///< nobody but the server's admission (webhooks, policies, defaults) sets it so:
                 ///< what it makes of an unchanged desired object differs, now or since our apply
  gone,          ///< the object was deleted by somebody else
  obsolete,      ///< no longer rendered by the unit
  disabled,      ///< an annotation forbids the write
  refused,       ///< another unit owns the object
  failed,        ///< the server or a check refused; `message` says what
  stage_failed,  ///< an earlier stage failed, nothing was sent
  held,          ///< waits for an approval or for other units
};
std::string_view to_string(Reason reason);

/// One difference. Values are canonical JSON on one line; absent means that the field is not there.
struct FieldChange {
  FieldPath path;
  std::optional<std::string> before;  ///< live
  std::optional<std::string> after;   ///< what the apply makes of it
  Reason reason = Reason::change;
  /// Who owns the field in the live object, ours left out where others are; absent where nobody
  /// does.
  std::optional<FieldOwner> owner;
  bool masked = false;  ///< a Secret's value: the three values are marks, never content
  /// What our last apply made of it; absent where it left the field out. Only where `last_known`.
  std::optional<std::string> last_applied = {};
  bool last_known = false;
  bool operator==(const FieldChange&) const = default;
};

struct ObjectChange {
  model::ObjectId id;
  Action action = Action::unchanged;
  Reason reason = Reason::none;
  std::string message;              ///< for people; empty where action and reason say it all
  std::vector<FieldChange> fields;  ///< in path order; of created and deleted ones see tell_content
  bool operator==(const ObjectChange&) const = default;
};

/// What one pass does or did, in the order of work.
struct ChangeSet {
  std::vector<ObjectChange> objects;

  [[nodiscard]] std::size_t count(Action action) const noexcept;
  /// Whether anything but unchanged and skipped is in it.
  [[nodiscard]] bool changes_anything() const noexcept;
  bool operator==(const ChangeSet&) const = default;
};

struct ChangeSetFormat {
  bool unchanged = false;  ///< also list objects that stay as they are
  bool color = false;      ///< with the terminal's colours: live red, desired green
};

/// The stable text form, one line an object and one an indented line a field (texts: their lines):
///   configured Deployment/apps/podinfo (drift)
///     spec.replicas: 5 -> 2 (drift, kubectl-edit Update at 2026-01-31T08:00:00Z)
/// Of created objects "+ data.k: 1", of deleted ones the number of fields. "last applied X" stands
/// there where X is known and neither of the two. Empty where nothing is listed. All is printable.
std::string to_text(const ChangeSet& changes, const ChangeSetFormat& format = {});
/// "2 created, 1 configured, 1 deleted, 1 failed; 14 unchanged", for people.
std::string summary_text(const ChangeSet& changes);
/// As JSON, keys in a fixed order, with the final line break.
std::string to_json(const ChangeSet& changes);
/// The JSON of one object, one line, to stand in another document.
std::string to_json(const ObjectChange& change);

/// What a Secret holds: `data` decoded (as written where it is no base64), `stringData` over it.
std::map<std::string, std::string> secret_data(model::Value secret);

/// Masks values under `data` and `stringData` of a Secret in place: "***", or "*** (before)",
/// "*** (after)" and "*** (last applied)" where they differ; and what `forms` of it hold, wherever
/// it stands once more. Other kinds are left as they are.
void mask_secrets(ObjectChange& change, std::span<const model::Value> forms);
/// Masks, in every kind, values and messages that contain one of `secrets`, plain, as JSON or in
/// base64. Shorter than four bytes, and "true", "false" and "null", are none.
void mask_values(ObjectChange& change, std::span<const std::string> secrets);
/// `text` with "***" for what mask_values takes for one of `secrets`.
std::string mask_text(std::string text, std::span<const std::string> secrets);

}  // namespace reconcile::diff
