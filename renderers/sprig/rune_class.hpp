#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::sprig {

/// Go's unicode.IsSpace, IsUpper, IsLower, IsTitle, IsNumber and IsPunct of one code point.
bool is_space(std::uint32_t rune) noexcept;
bool is_upper(std::uint32_t rune) noexcept;
bool is_lower(std::uint32_t rune) noexcept;
bool is_title(std::uint32_t rune) noexcept;
bool is_number(std::uint32_t rune) noexcept;
bool is_punctuation(std::uint32_t rune) noexcept;

/// Go's unicode.ToUpper, ToLower and ToTitle.
std::uint32_t to_upper(std::uint32_t rune) noexcept;
std::uint32_t to_lower(std::uint32_t rune) noexcept;
std::uint32_t to_title(std::uint32_t rune) noexcept;

/// Go's strings.ToUpper and ToLower.
std::string upper_text(std::string_view text);
std::string lower_text(std::string_view text);
/// Go's strings.TrimSpace.
std::string_view trim_space(std::string_view text) noexcept;

}  // namespace reconcile::sprig
