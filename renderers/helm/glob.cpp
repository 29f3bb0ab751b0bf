#include "renderers/helm/glob.hpp"

#include <cstddef>

namespace reconcile::helm {
namespace {

constexpr int steps_max = 200'000;

/// Where the bracket class that starts at `at` ends (behind its ']'); npos where it does not.
std::size_t class_end(std::string_view pattern, std::size_t at) {
  std::size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '!') ++i;
  for (std::size_t first = i; i < pattern.size(); ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (pattern[i] == ']' && i > first)
      return i + 1;
  }
  return std::string_view::npos;
}

/// Where the alternatives that start at `at` end (behind their '}'); npos where they do not.
std::size_t braces_end(std::string_view pattern, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < pattern.size(); ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (pattern[i] == '{')
      ++depth;
    else if (pattern[i] == '}' && --depth == 0)
      return i + 1;
  }
  return std::string_view::npos;
}

bool in_class(std::string_view body, char c) {
  const bool negated = body.starts_with('!');
  if (negated) body.remove_prefix(1);
  bool match = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && i + 1 < body.size()) ++i;
    if (i + 2 < body.size() && body[i + 1] == '-') {
      match = match || (body[i] <= c && c <= body[i + 2]);
      i += 2;
    } else {
      match = match || body[i] == c;
    }
  }
  return match != negated;
}

/// What follows one pattern: the rest of the patterns around it, innermost first.
struct Tail {
  std::string_view pattern;
  const Tail* next;
};

/// Backtracks over pattern and path; bounded, so that no pattern of a chart takes for ever.
class Matcher {
 public:
  bool match(std::string_view pattern, std::string_view path, const Tail* tail) {
    if (++steps_ > steps_max) return false;
    if (pattern.empty()) {
      return tail == nullptr ? path.empty() : match(tail->pattern, path, tail->next);
    }
    switch (pattern[0]) {
      case '*':
        return match_star(pattern, path, tail);
      case '{':
        return match_braces(pattern, path, tail);
      case '?':
        return !path.empty() && path[0] != '/' && match(pattern.substr(1), path.substr(1), tail);
      case '[': {
        const std::size_t end = class_end(pattern, 0);
        return !path.empty() && in_class(pattern.substr(1, end - 2), path[0]) &&
               match(pattern.substr(end), path.substr(1), tail);
      }
      default:
        break;
    }
    if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    return !path.empty() && path[0] == pattern[0] && match(pattern.substr(1), path.substr(1), tail);
  }

 private:
  bool match_star(std::string_view pattern, std::string_view path, const Tail* tail) {
    std::size_t stars = 0;
    while (stars < pattern.size() && pattern[stars] == '*') ++stars;
    const std::string_view rest = pattern.substr(stars);
    for (std::size_t taken = 0;; ++taken) {
      if (match(rest, path.substr(taken), tail)) return true;
      if (taken == path.size() || (stars == 1 && path[taken] == '/')) return false;
    }
  }

  bool match_braces(std::string_view pattern, std::string_view path, const Tail* tail) {
    const std::size_t end = braces_end(pattern, 0);
    const Tail behind{pattern.substr(end), tail};
    int depth = 0;
    std::size_t start = 1;
    for (std::size_t i = 1; i < end; ++i) {
      if (pattern[i] == '\\') {
        ++i;
      } else if (pattern[i] == '{') {
        ++depth;
      } else if ((pattern[i] == ',' && depth == 0) || i + 1 == end) {
        if (match(pattern.substr(start, i - start), path, &behind)) return true;
        start = i + 1;
      } else if (pattern[i] == '}') {
        --depth;
      }
    }
    return false;
  }

  int steps_ = 0;
};

}  // namespace

bool is_glob(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '[') {
      const std::size_t end = class_end(pattern, i);
      if (end == std::string_view::npos) return false;
      i = end - 1;
    } else if (pattern[i] == '{' && braces_end(pattern, i) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool glob_match(std::string_view pattern, std::string_view path) {
  return Matcher().match(pattern, path, nullptr);
}

}  // namespace reconcile::helm
