#pragma once

#include <memory>
#include <string>

#include "reconcile/model/spill_file.hpp"

namespace reconcile::engine {

/// Where the contents of what units want rest, and what a list told of units that have not rendered
/// yet. Null where `data_dir` takes no file, which the log tells: they stay in memory then. The log
/// also tells when the disk takes no more.
std::shared_ptr<model::SpillFile> open_spill(const std::string& data_dir);

}  // namespace reconcile::engine
