#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "test/fuzz/random.hpp"

namespace reconcile::fuzz {

/// `text` (UTF-8) as a double-quoted YAML scalar that every reader takes for the same text.
std::string quoted(std::string_view text);

/// A text that a YAML writer has to think about: words with a meaning, indicators, long lines,
/// breaks, blanks at the ends, signs beyond ASCII.
std::string random_text(Random& random);

/// A plain or quoted YAML scalar of any type.
std::string random_scalar(Random& random);

/// What random_tree makes.
struct TreeShape {
  std::span<const std::string_view> keys;  ///< of maps
  std::size_t depth = 3;
  std::size_t width = 4;
  std::size_t null_percent = 10;
  bool odd_texts = false;  ///< random_text and random keys, else simple scalars
};

/// A YAML flow value: maps, lists and scalars.
std::string random_tree(Random& random, const TreeShape& shape);
/// The same, a map at the top.
std::string random_map(Random& random, const TreeShape& shape);

}  // namespace reconcile::fuzz
