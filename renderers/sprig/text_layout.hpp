#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Abbreviation and wrapping of Masterminds/goutils 1.1.1; every width counts bytes.
namespace reconcile::sprig {

/// goutils.AbbreviateFull for a width of at least 4; panics as Go's slicing does become
/// FunctionError. A width under 7 with an offset beyond 4 answers "".
std::string abbreviated(std::string_view text, std::int64_t offset, std::int64_t width_max);

enum class LongWords : std::uint8_t { kept, broken };
/// goutils.WrapCustom: an empty `line_break` is "\n", a width under 1 is 1.
std::string wrapped(std::string_view text, std::int64_t width, std::string_view line_break,
                    LongWords long_words);

}  // namespace reconcile::sprig
