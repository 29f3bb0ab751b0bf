#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reconcile::helm {

/// A pattern as gobwas/glob 0.2.3 reads it. Two are equal where they read the same.
struct GlobNode {
  enum class Kind { nothing, pattern, list, range, text, any, super, single, any_of };
  Kind kind = Kind::pattern;
  bool is_negated = false;
  std::string text;  ///< of Kind::text
  /// The characters of a list; both ends of a range.
  std::u32string characters;
  std::vector<GlobNode> children;

  bool operator==(const GlobNode&) const = default;
};

/// Absent where `pattern` is malformed, or longer or deeper than anybody writes one.
std::optional<GlobNode> read_glob(std::string_view pattern);

}  // namespace reconcile::helm
