#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/clock.hpp"

namespace reconcile::engine::gates {

/// The first eight digits of a commit.
std::string short_id(std::string_view commit);
/// "45s", "4m", "1h30m", "3d", "2d4h": two units at most, rounded down.
std::string short_duration(std::chrono::nanoseconds duration);
/// "a", "a and b", "a, b and 3 more": at most `shown_max` of `items`.
std::string listed(const std::vector<std::string>& items, std::size_t shown_max = 3);
/// "1 commit", "2 commits".
std::string counted(std::size_t count, std::string_view noun);
/// `text` without control characters, cut to `bytes_max` at a character's border.
std::string shortened(std::string_view text, std::size_t bytes_max);

}  // namespace reconcile::engine::gates
