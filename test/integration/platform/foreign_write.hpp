#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::test {

/// One owned field with another value.
struct FieldChange {
  diff::FieldPath path;
  std::string pointer;  ///< of what is written there, in the object it was made from: RFC 6901
  std::string value;    ///< JSON of the other value
  std::string operation = "replace";  ///< of RFC 6902
};

/// Changes of single fields that our Apply entry of `live` owns, those most likely to be accepted
/// first: scalars of the object's own content, whole lists and maps, then the label `label`. Of a
/// definition the description of its first version: other fields are the end of the kind.
std::vector<FieldChange> foreign_changes(model::Value live, const std::string& label);

/// What is at `path`; absent where nothing is.
model::Value value_at(model::Value object, const diff::FieldPath& path);

/// How one foreign write to one owned field of an object ended.
struct RevertedDrift {
  std::string field;                   ///< as people write it; empty where every write was refused
  std::optional<double> milliseconds;  ///< from the answer to the write until the watch shows the
                                       ///< old value; absent where it did not within 20 s
};
/// Writes one field of the object as manager "somebody" and waits until it is put back.
RevertedDrift drift_one_field(const model::Gvk& gvk, const std::string& space,
                              const std::string& name, const std::string& label);

}  // namespace reconcile::test
