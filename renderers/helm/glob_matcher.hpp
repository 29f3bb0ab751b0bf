#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "renderers/helm/glob_pattern.hpp"

namespace reconcile::helm {

/// What gobwas/glob 0.2.3 compiles a pattern to, separators being '/'. It does not match all that
/// its grammar means (`a***` does not match `a`), so its steps are followed, not the meaning.
struct GlobMatcher {
  enum class Kind {
    nothing,
    text,
    any,            ///< what is not in `separators`
    super,          ///< anything
    single,         ///< one character that is not in `separators`
    list,           ///< one character of (not of) `separators`
    range,          ///< one character from (not from) the first to the last of `separators`
    any_of,         ///< one of `parts`
    every_of,       ///< all of `parts`
    row,            ///< `parts` behind each other, all of known length
    tree,           ///< parts[0] with what `left` and `right` match on both sides
    contains,       ///< `text` stands (or does not stand) in it
    min,            ///< at least `count` characters
    max,            ///< at most `count` characters
    prefix,         ///< `text`, then anything
    suffix,         ///< anything, then `text`
    prefix_any,     ///< `text`, then what is not in `separators`
    suffix_any,     ///< the other way round
    prefix_suffix,  ///< `text`, anything, `tail`
  };
  static constexpr int unknown = -1;

  Kind kind = Kind::nothing;
  bool is_negated = false;
  std::string text;
  std::string tail;
  std::u32string separators;
  int count = 0;
  int length = unknown;  ///< in characters
  std::vector<GlobMatcher> parts;
  std::shared_ptr<const GlobMatcher> left;
  std::shared_ptr<const GlobMatcher> right;
};

GlobMatcher compile_glob(const GlobNode& pattern);

/// Whether `matcher` matches the whole of `path`. Bounded: false where that takes too long. Throws
/// gotemplate::FunctionError where the library reads beyond the path and panics.
bool match_glob(const GlobMatcher& matcher, std::string_view path);

}  // namespace reconcile::helm
