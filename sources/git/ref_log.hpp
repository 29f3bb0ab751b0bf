#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reconcile/sources/ref_store.hpp"
#include "sources/git/object_reader.hpp"

namespace reconcile::sources {

/// The entries from `tip` back along first parents, as RefStore::log says. Throws
/// Error(invalid_input) for a commit that is no entry, Error(limit_exceeded), Error(not_found)
/// where `tip` or a parent is not there; each names the commit.
std::vector<RefEntry> read_log(ObjectReader& reader, const std::string& tip,
                               const std::string& until, std::size_t count_max,
                               const RefStoreLimits& limits);

}  // namespace reconcile::sources
