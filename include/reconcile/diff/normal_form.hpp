#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::diff {

/// Whether a desired value at `path` is certain to mean the same as the live one: equal data,
/// quantities of resource fields ("1000m" = 1, but not "1Ki" = 1024: the server keeps the form),
/// null or empty against absent, strings of labels and annotations. Lists and maps are compared
/// deep; a field that only live has counts as equal where it is a default of a built-in kind
/// (`protocol: TCP`). False means "not known".
bool surely_equal(model::Value desired, model::Value live, std::span<const PathStep> path);

/// How the server writes a quantity: it keeps the form it was given, in its shortest spelling.
enum class QuantityFormat : std::uint8_t {
  decimal,   ///< "1500m", "2G"; small binary ones too
  exponent,  ///< "1e3"
  binary,    ///< "1Gi"
};

/// A Kubernetes quantity as a pair (mantissa, power of ten) without trailing zeros and its format:
/// equal ones are written alike by the server. Absent where `text` is no quantity or does not fit.
struct Quantity {
  __extension__ __int128 mantissa = 0;
  int exponent = 0;
  QuantityFormat format = QuantityFormat::decimal;
  bool operator==(const Quantity&) const = default;
};
std::optional<Quantity> parse_quantity(std::string_view text);

}  // namespace reconcile::diff
