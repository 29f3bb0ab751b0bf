#pragma once

#include <ostream>
#include <span>
#include <string_view>

namespace reconcile::engine {

/// Writes `pieces` one behind the other. Where `out` is std::cout they go out in as few system
/// calls as the kernel takes: a file that is written in large steps costs half. A failure is told
/// as by other writes, by the state of `out`.
void write_pieces(std::ostream& out, std::span<const std::string_view> pieces);

}  // namespace reconcile::engine
