#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace reconcile::diff {

/// Two values as people see them, printable, at most about `bytes_max` of each: of longer ones the
/// part around the first difference, cut at character boundaries, with the number of bytes.
std::pair<std::string, std::string> shown_values(const std::optional<std::string>& before,
                                                 const std::optional<std::string>& after,
                                                 std::size_t bytes_max);
/// One value, its beginning.
std::string shown_value(const std::string& value, std::size_t bytes_max);

}  // namespace reconcile::diff
