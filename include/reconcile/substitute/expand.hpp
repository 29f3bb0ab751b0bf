#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace reconcile::substitute {

/// Name → value.
using Variables = std::map<std::string, std::string, std::less<>>;

/// Sets a variable as Flux takes it from an object: without the value's line breaks.
void set_variable(Variables& variables, std::string name, std::string value);

/// What an expression without default does where its variable is missing.
enum class Unset {
  refused,  ///< an error: Flux's strict mode, its default since 2.9
  empty,    ///< the empty text
};

/// Bounds of one text; beyond them Error(limit_exceeded).
struct ExpandLimits {
  std::size_t bytes_max = 64U << 20U;   ///< of the result and of all texts made on the way
  std::size_t steps_max = 200'000'000;  ///< comparisons of patterns (`#`, `##`, `%`, `%%`)
  std::size_t depth_max = 100;          ///< expressions inside arguments
};

/// `text` with its expressions `${…}` replaced, as fluxcd/pkg/envsubst 1.7.0 does it (the one of
/// kustomize-controller 1.9.4): `$name` stays, `$${x}` becomes `${x}`. Throws Error(invalid_input)
/// with that package's text; it never repeats a value.
std::string expand(std::string_view text, const Variables& variables, Unset unset = Unset::refused,
                   const ExpandLimits& limits = {});

}  // namespace reconcile::substitute
