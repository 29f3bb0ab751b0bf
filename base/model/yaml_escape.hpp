#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace reconcile::model {

/// Appends a character as double-quoted scalars of YAML write it, by letter where there is one
/// ("\n"), else in hexadecimal; answers the columns taken.
std::size_t append_yaml_escape(std::uint32_t rune, std::string& out);

}  // namespace reconcile::model
