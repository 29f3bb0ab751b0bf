#pragma once

#include <string>

namespace reconcile::engine {

/// Writes a file that only its owner may read (mode 0600), in place of one that is there; it never
/// holds half of the text. Throws Error naming it.
void write_private_file(const std::string& path, const std::string& text);

}  // namespace reconcile::engine
