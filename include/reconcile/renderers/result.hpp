#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/object.hpp"

namespace reconcile::renderers {

/// What a renderer looked at.
enum class ReadSetKind : std::uint8_t {
  file,       ///< content of a regular file; `blob` is its Git blob id
  directory,  ///< the list of names in a directory; `blob` is the SHA-1 of its names and types
  absent,     ///< nothing was at the path; `blob` is empty. A new file there changes the result
  link,       ///< a directory reached over links; `blob` is the path it resolves to
};

/// One thing the result depends on. Paths are relative to the root of the rendered tree.
struct ReadSetEntry {
  ReadSetKind kind = ReadSetKind::file;
  std::string path;
  std::string blob;
  auto operator<=>(const ReadSetEntry&) const = default;
};

/// Everything in the tree that the result depends on, ordered and without duplicates: if all
/// entries still hold in another tree, rendering there gives the same bytes.
using ReadSet = std::set<ReadSetEntry>;

/// What a renderer answers.
struct RenderResult {
  /// The bytes the real tool prints on standard output.
  std::string text;
  /// The same objects as values, in the order of `text`; they share one arena.
  std::vector<model::Object> objects;
  ReadSet read_set;
  /// Lines the real tool prints on standard error, without newline.
  std::vector<std::string> warnings;
};

}  // namespace reconcile::renderers
