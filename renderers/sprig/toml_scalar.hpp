#pragma once

#include <cstdint>
#include <string>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"
#include "renderers/sprig/toml_text.hpp"

namespace reconcile::sprig {

/// A string of a key, behind its opening quote. Throws TomlFault, as all of these.
std::string read_toml_string(TomlText& text, char32_t quote);
/// A string of any of TOML's four kinds, behind its first quote.
std::string read_toml_any_string(TomlText& text, char32_t quote);
/// A boolean, number, date or time, at its first character. `local_offset` is the offset of the
/// process's zone in seconds.
gotemplate::GoValue read_toml_scalar(TomlText& text, gotemplate::Heap& heap,
                                     std::int32_t local_offset);

}  // namespace reconcile::sprig
