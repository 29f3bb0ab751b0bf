#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::diff {

/// A field of one object that is left to others: what they make of it is neither a difference nor
/// undone by the next apply.
struct LeftField {
  std::vector<std::string> steps;  ///< from the root; "*" is every item of a list, every field
  /// Who may have the field; empty: anybody. As long as none of them owns it, it is ours.
  std::vector<std::string> managers;
  bool operator==(const LeftField&) const = default;
};

/// The fields of one object; null where there are none. Shared between threads.
using LeftFields = std::shared_ptr<const std::vector<LeftField>>;

/// Reads a JSON pointer (RFC 6901), "*" as above: "/spec/template/spec/containers/0/image". Throws
/// Error(invalid_input) naming it where it does not begin with '/' or has more than 64 steps.
LeftField parse_left_field(std::string_view pointer, std::vector<std::string> managers = {});

/// What is to be applied in the place of `desired`, so that the fields that are others' in `live`
/// stay as they are there: left out where somebody else owns them, live's value where we alone do,
/// or where they are part of a list or map that the server keeps as a whole. `desired` itself where
/// `live` is absent.
model::Document leave_fields(const model::Document& desired, model::Value live,
                             std::span<const LeftField> fields,
                             std::string_view manager = field_manager);

/// Whether `object` (metadata is enough) may have one of the fields in other hands: whether it has
/// to be read before desired is applied to it.
bool may_be_left(model::Value object, std::span<const LeftField> fields);

}  // namespace reconcile::diff
