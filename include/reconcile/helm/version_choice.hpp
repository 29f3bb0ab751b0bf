#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace reconcile::helm {

/// Which of a chart's versions Helm 4.3.1 takes for `wanted`: the one that is written so, else the
/// highest in that range; the highest release where `wanted` is empty. Absent where none fits or
/// the range is malformed.
std::optional<std::size_t> choose_version(const std::vector<std::string>& versions,
                                          const std::string& wanted);

}  // namespace reconcile::helm
