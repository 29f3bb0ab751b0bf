#include "renderers/helm/path_match.hpp"

#include <cstddef>
#include <string>

#include "reconcile/model/error.hpp"

namespace reconcile::helm {
namespace {

[[noreturn]] void bad_pattern() {
  throw model::Error(model::ErrorCode::invalid_input, "syntax error in pattern");
}

/// The code point at the front of `text`; its bytes are removed. Broken UTF-8 counts byte by byte.
char32_t take_rune(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  std::size_t size = first < 0x80    ? 1
                     : first >= 0xF0 ? 4
                     : first >= 0xE0 ? 3
                     : first >= 0xC0 ? 2
                                     : 1;
  if (size > text.size()) size = 1;
  char32_t rune = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) {
      text.remove_prefix(1);
      return 0xFFFD;
    }
    rune = rune << 6U | (byte & 0x3FU);
  }
  text.remove_prefix(size);
  return rune;
}

/// One end of a class range.
char32_t take_class_rune(std::string_view& chunk) {
  if (chunk.empty() || chunk[0] == '-' || chunk[0] == ']') bad_pattern();
  if (chunk[0] == '\\') {
    chunk.remove_prefix(1);
    if (chunk.empty()) bad_pattern();
  }
  const char32_t rune = take_rune(chunk);
  if (chunk.empty()) bad_pattern();
  return rune;
}

/// Matches one bracket class at the front of `chunk` (behind its '[') against `rune`.
bool match_class(std::string_view& chunk, char32_t rune) {
  bool negated = false;
  if (!chunk.empty() && chunk[0] == '^') {
    negated = true;
    chunk.remove_prefix(1);
  }
  bool match = false;
  for (int ranges = 0;; ++ranges) {
    if (!chunk.empty() && chunk[0] == ']' && ranges > 0) {
      chunk.remove_prefix(1);
      return match != negated;
    }
    const char32_t low = take_class_rune(chunk);
    char32_t high = low;
    if (chunk[0] == '-') {
      chunk.remove_prefix(1);
      high = take_class_rune(chunk);
    }
    if (low <= rune && rune <= high) match = true;
  }
}

/// Matches a chunk without stars at the front of `name`; on success `name` is what is left.
bool match_chunk(std::string_view chunk, std::string_view& name) {
  bool failed = false;
  while (!chunk.empty()) {
    if (!failed && name.empty()) failed = true;
    switch (chunk[0]) {
      case '[': {
        const char32_t rune = failed ? 0 : take_rune(name);
        chunk.remove_prefix(1);
        if (!match_class(chunk, rune)) failed = true;
        break;
      }
      case '?':
        if (!failed) {
          if (name[0] == '/') failed = true;
          take_rune(name);
        }
        chunk.remove_prefix(1);
        break;
      case '\\':
        chunk.remove_prefix(1);
        if (chunk.empty()) bad_pattern();
        [[fallthrough]];
      default:
        if (!failed) {
          if (chunk[0] != name[0]) failed = true;
          name.remove_prefix(1);
        }
        chunk.remove_prefix(1);
    }
  }
  return !failed;
}

struct Chunk {
  bool star;
  std::string_view text;
};

/// The leading stars of `pattern` and the text up to the next star; both are removed.
Chunk take_chunk(std::string_view& pattern) {
  Chunk chunk{false, {}};
  while (!pattern.empty() && pattern[0] == '*') {
    chunk.star = true;
    pattern.remove_prefix(1);
  }
  bool in_class = false;
  std::size_t at = 0;
  for (; at < pattern.size(); ++at) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      ++at;
    } else if (pattern[at] == '[') {
      in_class = true;
    } else if (pattern[at] == ']') {
      in_class = false;
    } else if (pattern[at] == '*' && !in_class) {
      break;
    }
  }
  chunk.text = pattern.substr(0, at);
  pattern.remove_prefix(at);
  return chunk;
}

/// Tries a chunk behind a star at every place of `name` that the star may skip to.
bool match_behind_star(const Chunk& chunk, std::string_view pattern, std::string_view& name) {
  for (std::size_t i = 0; i < name.size() && name[i] != '/'; ++i) {
    std::string_view rest = name.substr(i + 1);
    if (!match_chunk(chunk.text, rest)) continue;
    if (pattern.empty() && !rest.empty()) continue;
    name = rest;
    return true;
  }
  return false;
}

}  // namespace

bool path_match(std::string_view pattern, std::string_view name) {
  while (!pattern.empty()) {
    const Chunk chunk = take_chunk(pattern);
    if (chunk.star && chunk.text.empty()) return name.find('/') == std::string_view::npos;
    std::string_view rest = name;
    if (match_chunk(chunk.text, rest) && (rest.empty() || !pattern.empty())) {
      name = rest;
      continue;
    }
    if (chunk.star && match_behind_star(chunk, pattern, name)) continue;
    // The rest of a malformed pattern is still an error.
    while (!pattern.empty()) {
      std::string_view nothing;
      match_chunk(take_chunk(pattern).text, nothing);
    }
    return false;
  }
  return name.empty();
}

}  // namespace reconcile::helm
