#include "renderers/substitute/glob.hpp"

#include "reconcile/model/error.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::substitute {
namespace {

using gotemplate::Rune;

void take_step(std::size_t& steps_left) {
  if (steps_left == 0) {
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "a pattern takes too long on the value of its variable");
  }
  --steps_left;
}

/// The piece up to the next `*` outside brackets.
std::string_view chunk_of(std::string_view pattern) {
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    switch (pattern[i]) {
      case '\\':
        if (i + 1 < pattern.size()) ++i;
        break;
      case '[':
        in_class = true;
        break;
      case ']':
        in_class = false;
        break;
      case '*':
        if (!in_class) return pattern.substr(0, i);
        break;
      default:
        break;
    }
  }
  return pattern;
}

/// One bound of a range; false where the pattern is bad.
bool read_bound(std::string_view& chunk, std::uint32_t& bound) {
  if (chunk.empty() || chunk[0] == '-' || chunk[0] == ']') return false;
  if (chunk[0] == '\\') {
    chunk.remove_prefix(1);
    if (chunk.empty()) return false;
  }
  const Rune rune = gotemplate::decode_rune(chunk);
  if (rune.invalid()) return false;
  bound = rune.value;
  chunk.remove_prefix(rune.bytes);
  return !chunk.empty();
}

/// `chunk` begins behind the `[` and ends behind the `]`.
GlobMatch match_class(std::string_view& chunk, std::uint32_t rune) {
  const bool negated = chunk.starts_with('^');
  if (negated) chunk.remove_prefix(1);
  bool found = false;
  for (std::size_t ranges = 0; ranges == 0 || !chunk.starts_with(']'); ++ranges) {
    std::uint32_t first = 0;
    if (!read_bound(chunk, first)) return GlobMatch::bad_pattern;
    std::uint32_t last = first;
    if (chunk[0] == '-') {
      chunk.remove_prefix(1);
      if (!read_bound(chunk, last)) return GlobMatch::bad_pattern;
    }
    found = found || (first <= rune && rune <= last);
  }
  chunk.remove_prefix(1);
  return found != negated ? GlobMatch::yes : GlobMatch::no;
}

/// Matches a chunk at the start of `name`, which is left behind what it took.
GlobMatch match_chunk(std::string_view chunk, std::string_view& name, std::size_t& steps_left) {
  std::string_view rest = name;
  while (!chunk.empty()) {
    take_step(steps_left);
    if (rest.empty()) return GlobMatch::no;
    if (chunk[0] == '[' || chunk[0] == '?') {
      const Rune rune = gotemplate::decode_rune(rest);
      rest.remove_prefix(rune.bytes);
      const bool is_class = chunk[0] == '[';
      chunk.remove_prefix(1);
      if (!is_class) continue;
      const GlobMatch matched = match_class(chunk, rune.value);
      if (matched != GlobMatch::yes) return matched;
      continue;
    }
    if (chunk[0] == '\\') {
      chunk.remove_prefix(1);
      if (chunk.empty()) return GlobMatch::bad_pattern;
    }
    if (chunk[0] != rest[0]) return GlobMatch::no;
    rest.remove_prefix(1);
    chunk.remove_prefix(1);
  }
  name = rest;
  return GlobMatch::yes;
}

/// Looks for the chunk behind a star: after at least one byte of `name`.
GlobMatch match_later(std::string_view chunk, bool is_last, std::string_view& name,
                      std::size_t& steps_left) {
  for (std::size_t skipped = 1; skipped <= name.size(); ++skipped) {
    std::string_view rest = name.substr(skipped);
    const GlobMatch matched = match_chunk(chunk, rest, steps_left);
    if (matched == GlobMatch::bad_pattern) return matched;
    if (matched == GlobMatch::no || (is_last && !rest.empty())) continue;
    name = rest;
    return GlobMatch::yes;
  }
  return GlobMatch::no;
}

}  // namespace

GlobMatch match_glob(std::string_view pattern, std::string_view name, std::size_t& steps_left) {
  while (!pattern.empty()) {
    take_step(steps_left);
    const bool star = pattern[0] == '*';
    while (pattern.starts_with('*')) pattern.remove_prefix(1);
    const std::string_view chunk = chunk_of(pattern);
    pattern.remove_prefix(chunk.size());
    if (star && chunk.empty()) return GlobMatch::yes;
    std::string_view rest = name;
    const GlobMatch here = match_chunk(chunk, rest, steps_left);
    if (here == GlobMatch::yes && (rest.empty() || !pattern.empty())) {
      name = rest;
      continue;
    }
    if (here == GlobMatch::bad_pattern) return here;
    if (!star) return GlobMatch::no;
    const GlobMatch later = match_later(chunk, pattern.empty(), name, steps_left);
    if (later != GlobMatch::yes) return later;
  }
  return name.empty() ? GlobMatch::yes : GlobMatch::no;
}

}  // namespace reconcile::substitute
