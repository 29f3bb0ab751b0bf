#pragma once

#include "reconcile/sources/chart_repository.hpp"

namespace reconcile::sources {

/// As locate_chart, of an oci:// repository.
ChartLocation locate_in_registry(const ChartWish& wish, const WebOptions& options,
                                 const VersionChoice& choose);

/// Of "oci://host/path/name[:tag]", as an index may name an archive.
ChartLocation locate_reference(const std::string& reference, const WebOptions& options);

}  // namespace reconcile::sources
