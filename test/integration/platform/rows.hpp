#pragma once

#include <map>
#include <string>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::test {

/// One row of fixtures/platform/rows.yaml.
struct PlatformRow {
  std::string name;     ///< of the release
  std::string chart;    ///< a folder below the corpus' charts; empty for a row of our own manifests
  std::string folder;   ///< a folder of fixtures/platform; empty for a chart
  std::string space;    ///< the namespace's exact name; empty for one of its own
  std::string needs;    ///< the row that is applied before; empty for none
  std::string values;   ///< JSON; "{}" where the chart's own are enough
  std::string because;  ///< why there are values
  /// Kinds whose objects stay in progress, with the reason.
  std::map<std::string, std::string> waiting;
};

/// The rows that $RECONCILE_PLATFORM_ROWS names ("all", or names with commas between), those marked
/// `quick` where it is not set, and what they need, in the order of the file. Throws
/// std::runtime_error for a name that is no row.
std::vector<PlatformRow> chosen_rows();

}  // namespace reconcile::test
