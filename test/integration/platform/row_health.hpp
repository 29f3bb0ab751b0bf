#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "reconcile/appliers/inventory.hpp"
#include "test/integration/platform/rows.hpp"

namespace reconcile::test {

/// The health of a row's objects, judged from what the server has.
struct RowHealth {
  std::size_t current = 0;
  std::map<std::string, std::size_t> waiting;  ///< objects in progress, by kind
  /// Objects that are not as the row expects: current, or in progress where their kind waits.
  std::vector<std::string> wrong;
};

RowHealth judge_row(const PlatformRow& row, const appliers::Inventory& inventory);

}  // namespace reconcile::test
