#include <algorithm>
#include <vector>

#include "engine/gates/policy.hpp"

namespace reconcile::engine::gates {
namespace {

constexpr std::size_t glob_bytes_max = 1024;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t at = 0;;) {
    const std::size_t slash = path.find('/', at);
    segments.push_back(path.substr(at, slash == std::string_view::npos ? slash : slash - at));
    if (slash == std::string_view::npos) return segments;
    at = slash + 1;
  }
}

/// The size of the set "[…]" at the start of `glob`; 0 where it does not end. A `]` right after the
/// opening stands for itself.
std::size_t set_size(std::string_view glob) {
  const std::size_t first = glob.size() > 1 && (glob[1] == '!' || glob[1] == '^') ? 2 : 1;
  const std::size_t end = glob.find(']', first + 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

bool in_set(std::string_view set, char c) {
  const bool negated = set[1] == '!' || set[1] == '^';
  const std::string_view items = set.substr(negated ? 2 : 1, set.size() - (negated ? 3 : 2));
  bool found = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i + 2 < items.size() && items[i + 1] == '-') {
      found = found || (items[i] <= c && c <= items[i + 2]);
      i += 2;
    } else {
      found = found || items[i] == c;
    }
  }
  return found != negated;
}

/// The size of the pattern at the start of `glob` that matches `c` alone; 0 where it does not.
std::size_t one_match(std::string_view glob, char c) {
  if (glob.empty()) return 0;
  if (glob[0] == '?') return 1;
  if (glob[0] != '[') return glob[0] == c ? 1 : 0;
  const std::size_t size = set_size(glob);
  if (size == 0) return c == '[' ? 1 : 0;
  return in_set(glob.substr(0, size), c) ? size : 0;
}

/// One segment, without backtracking further than to the last star: linear times linear at worst.
bool segment_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = ++g;
      star_text = t;
      continue;
    }
    const std::size_t size = one_match(glob.substr(std::min(g, glob.size())), text[t]);
    if (size > 0) {
      g += size;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool matches(const std::vector<std::string_view>& globs,
             const std::vector<std::string_view>& segments) {
  // reached[j]: the globs so far match the first j segments.
  std::vector<bool> reached(segments.size() + 1, false);
  reached[0] = true;
  for (const std::string_view glob : globs) {
    std::vector<bool> next(segments.size() + 1, false);
    for (std::size_t j = 0; j <= segments.size(); ++j) {
      if (glob == "**") {
        next[j] = reached[j] || (j > 0 && next[j - 1]);
      } else if (j > 0 && reached[j - 1]) {
        next[j] = segment_matches(glob, segments[j - 1]);
      }
    }
    reached = std::move(next);
  }
  return reached.back();
}

}  // namespace

std::optional<std::string> glob_problem(std::string_view glob) {
  if (glob.empty()) return "it is empty";
  if (glob.size() > glob_bytes_max) return "it is longer than 1024 bytes";
  if (glob.front() == '/') return "paths are relative to the repository: it begins with a slash";
  for (const std::string_view segment : segments_of(glob)) {
    if (segment.empty()) return "a segment is empty";
    if (segment == "." || segment == "..") return "a segment is . or ..";
    if (segment != "**" && segment.find("**") != std::string_view::npos) {
      return "** must be a whole segment";
    }
    for (std::size_t i = 0; i < segment.size(); ++i) {
      if (segment[i] != '[') continue;
      const std::size_t size = set_size(segment.substr(i));
      if (size == 0) return "a set [ is not closed";
      i += size - 1;
    }
  }
  return std::nullopt;
}

bool matches_any(const std::vector<std::string>& globs, std::string_view path) {
  const std::vector<std::string_view> segments = segments_of(path);
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return !glob_problem(glob) && matches(segments_of(glob), segments);
  });
}

}  // namespace reconcile::engine::gates
