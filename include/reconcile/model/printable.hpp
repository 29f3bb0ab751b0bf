#pragma once

#include <string>
#include <string_view>

namespace reconcile::model {

/// A stranger's text as it may stand in one line of a terminal or a comment. What would steer the
/// terminal, turn the direction of writing or not show at all becomes an escape as JSON has it
/// (`\n`, `\u001b`, `\u202e`), a byte that is no UTF-8 `\ufffd`. Tabs stay.
std::string printable(std::string_view text);

}  // namespace reconcile::model
