#include "reconcile/renderers/read_set.hpp"

#include <algorithm>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::renderers {
namespace {

bool holds(const ReadSetEntry& entry, const model::FileTree& tree) {
  switch (entry.kind) {
    case ReadSetKind::file:
      return tree.blob(entry.path) == entry.blob;
    case ReadSetKind::directory:
      return directory_blob(tree.list(entry.path)) == entry.blob;
    case ReadSetKind::absent:
      return !tree.stat(entry.path).has_value();
    case ReadSetKind::link:
      return tree.resolve(entry.path) == entry.blob;
  }
  return false;
}

}  // namespace

std::string directory_blob(const std::vector<model::DirectoryEntry>& entries) {
  std::string listing;
  for (const model::DirectoryEntry& entry : entries) {
    listing += static_cast<char>('0' + static_cast<int>(entry.type));
    listing += entry.name;
    listing += '\0';
  }
  return model::sha1_hex(listing);
}

bool still_holds(const ReadSet& read_set, const model::FileTree& tree) {
  try {
    return std::all_of(read_set.begin(), read_set.end(),
                       [&tree](const ReadSetEntry& entry) { return holds(entry, tree); });
  } catch (const model::Error&) {
    return false;
  }
}

}  // namespace reconcile::renderers
