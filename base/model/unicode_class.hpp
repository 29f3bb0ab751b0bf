#pragma once

#include <cstdint>

namespace reconcile::model {

/// Go's unicode.IsLetter and unicode.IsDigit.
bool is_letter(std::uint32_t rune) noexcept;
bool is_digit(std::uint32_t rune) noexcept;

}  // namespace reconcile::model
