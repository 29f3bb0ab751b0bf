#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/sources/source.hpp"
#include "reconcile/sources/tree_listing.hpp"

namespace reconcile::sources {

/// One file of a stored artifact and the object that holds its content (of a link its target).
struct StoredFile {
  ListedFile file;
  std::string object;  ///< hex SHA-256 of the content
};

/// What an artifact is, as it stands in the store.
struct Manifest {
  Revision revision;
  std::string digest;
  std::string url;
  std::vector<StoredFile> files;
};

/// The manifest's bytes: fields ended by NUL, the same for the same artifact.
std::string encode_manifest(const Manifest& manifest);
/// Throws Error(invalid_input) where the bytes are no manifest.
Manifest decode_manifest(std::string_view bytes);

}  // namespace reconcile::sources
