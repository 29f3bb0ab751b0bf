#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::substitute {

/// What is left of the bounds while one text is expanded.
struct Budget {
  std::size_t bytes_left;
  std::size_t steps_left;

  /// Throws Error(limit_exceeded) where fewer are left.
  void take_bytes(std::size_t bytes);
};

/// Whether the operation gives a default, so that a missing variable is none in strict mode.
bool gives_default(std::string_view operation) noexcept;

/// The result of an operation on a value, as fluxcd/pkg/envsubst 1.7.0 computes it; operations that
/// it does not know give the value, or the arguments where it is empty. Throws
/// Error(invalid_input) where that package panics (a part that ends before it begins),
/// Error(limit_exceeded) beyond the budget.
std::string apply_operation(std::string_view operation, std::string value,
                            const std::vector<std::string>& arguments, Budget& budget);

}  // namespace reconcile::substitute
