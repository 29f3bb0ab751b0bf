// After gobwas/glob 0.2.3, match/*.go: a matcher matches a whole text, or finds the first place in
// it where it can start and all lengths it can have there. Lengths are bytes, but the library
// counts characters for bytes in places, which shows beyond ASCII; so does this.

#include <algorithm>
#include <functional>

#include "reconcile/gotemplate/function.hpp"
#include "renderers/helm/characters.hpp"
#include "renderers/helm/glob_matcher.hpp"

namespace reconcile::helm {
namespace {

using Kind = GlobMatcher::Kind;
using Lengths = std::vector<std::size_t>;

constexpr std::uint64_t work_max = 2'000'000;

/// Thrown where a pattern takes too long.
struct GivenUp {};

struct Found {
  std::size_t place;
  Lengths lengths;
};

std::size_t next_size(std::string_view text) {
  return first_character(text).bytes;
}

/// What Go's utf8.RuneLen says of the first character: three bytes for one that is broken.
std::size_t told_size(std::string_view text) {
  const Character read = first_character(text);
  return read.is_broken() ? 3 : read.bytes;
}

std::size_t find_separator(std::string_view text, const std::u32string& separators) {
  return separators.empty() ? std::string_view::npos : text.find(static_cast<char>(separators[0]));
}

/// Where characters start, counted from `offset`, and the end.
Lengths starts_of(std::string_view text, std::size_t offset) {
  Lengths starts;
  for (std::size_t i = 0; i < text.size(); i += next_size(text.substr(i))) {
    starts.push_back(offset + i);
  }
  starts.push_back(offset + text.size());
  return starts;
}

/// `offset` and where characters end behind it.
Lengths ends_of(std::string_view text, std::size_t offset) {
  Lengths ends{offset};
  for (std::size_t i = 0; i < text.size(); i += next_size(text.substr(i))) {
    ends.push_back(offset + i + told_size(text.substr(i)));
  }
  return ends;
}

bool takes(const GlobMatcher& matcher, char32_t c) {
  const std::u32string& set = matcher.separators;
  if (matcher.kind == Kind::range) return (set[0] <= c && c <= set[1]) != matcher.is_negated;
  const bool is_in = set.find(c) != std::u32string::npos;
  return matcher.kind == Kind::single ? !is_in : is_in != matcher.is_negated;
}

class Match {
 public:
  bool whole(const GlobMatcher& matcher, std::string_view text) {
    count(text);
    switch (matcher.kind) {
      case Kind::nothing:
        return text.empty();
      case Kind::text:
        return text == matcher.text;
      case Kind::any:
        return find_separator(text, matcher.separators) == std::string_view::npos;
      case Kind::super:
        return true;
      case Kind::single:
      case Kind::list:
      case Kind::range: {
        const Character read = first_character(text);
        return text.size() <= read.bytes && takes(matcher, read.value);
      }
      case Kind::any_of:
        return std::any_of(matcher.parts.begin(), matcher.parts.end(),
                           [&](const GlobMatcher& part) { return whole(part, text); });
      case Kind::every_of:
        return std::all_of(matcher.parts.begin(), matcher.parts.end(),
                           [&](const GlobMatcher& part) { return whole(part, text); });
      case Kind::row:
        return static_cast<int>(character_count(text)) == matcher.length &&
               starts_with_row(matcher, text);
      case Kind::tree:
        return whole_tree(matcher, text);
      default:
        return whole_text(matcher, text);
    }
  }

 private:
  void count(std::string_view text) {
    work_ += 1 + text.size() / 16;
    if (work_ > work_max) throw GivenUp{};
  }

  static bool whole_text(const GlobMatcher& matcher, std::string_view text) {
    switch (matcher.kind) {
      case Kind::contains:
        return (text.find(matcher.text) != std::string_view::npos) != matcher.is_negated;
      case Kind::min:
        return !text.empty() && character_count(text) >= static_cast<std::size_t>(matcher.count);
      case Kind::max:
        return character_count(text) <= static_cast<std::size_t>(matcher.count);
      case Kind::prefix:
        return text.starts_with(matcher.text);
      case Kind::suffix:
        return text.ends_with(matcher.text);
      case Kind::prefix_any:
        return text.starts_with(matcher.text) &&
               find_separator(text.substr(matcher.text.size()), matcher.separators) ==
                   std::string_view::npos;
      case Kind::suffix_any:
        return text.ends_with(matcher.text) &&
               find_separator(text.substr(0, text.size() - matcher.text.size()),
                              matcher.separators) == std::string_view::npos;
      default:
        return text.starts_with(matcher.text) && text.ends_with(matcher.tail);
    }
  }

  /// Each part gets as many characters as it is long, up to the first byte of the last of them.
  bool starts_with_row(const GlobMatcher& row, std::string_view text) {
    std::size_t place = 0;
    for (const GlobMatcher& part : row.parts) {
      const std::string_view rest = text.substr(place);
      std::size_t last = 0;
      int characters = 0;
      for (std::size_t i = 0; i < rest.size(); i += next_size(rest.substr(i))) {
        last = i;
        if (++characters == part.length) break;
      }
      if (characters < part.length) return false;
      if (last + 1 > rest.size()) {
        throw gotemplate::FunctionError(
            "runtime error: slice bounds out of range [:" + std::to_string(place + last + 1) +
            "] with length " + std::to_string(text.size()));
      }
      if (!whole(part, rest.substr(0, last + 1))) return false;
      place += last + 1;
    }
    return true;
  }

  bool whole_tree(const GlobMatcher& tree, std::string_view text) {
    if (tree.length != GlobMatcher::unknown &&
        static_cast<std::size_t>(tree.length) > text.size()) {
      return false;
    }
    const int left = tree.left ? tree.left->length : 0;
    const int right = tree.right ? tree.right->length : 0;
    std::size_t offset = left > 0 ? static_cast<std::size_t>(left) : 0;
    const std::size_t cut = right > 0 ? static_cast<std::size_t>(right) : 0;
    const std::size_t limit = cut > text.size() ? 0 : text.size() - cut;
    while (offset < limit) {
      const auto found = first(tree.parts[0], text.substr(offset, limit - offset));
      if (!found) return false;
      const std::size_t place = offset + found->place;
      if (side(tree.left.get(), text.substr(0, place))) {
        for (std::size_t i = found->lengths.size(); i > 0; --i) {
          const std::size_t behind = std::min(place + found->lengths[i - 1], text.size());
          if (side(tree.right.get(), text.substr(behind))) return true;
        }
      }
      // Go reads a character of no bytes where the text ends, and would not come further.
      offset = place + std::max<std::size_t>(next_size(text.substr(place)), 1);
    }
    return false;
  }

  bool side(const GlobMatcher* matcher, std::string_view text) {
    return matcher == nullptr ? text.empty() : whole(*matcher, text);
  }

  std::optional<Found> first(const GlobMatcher& matcher, std::string_view text) {
    count(text);
    switch (matcher.kind) {
      case Kind::nothing:
        return Found{0, {0}};
      case Kind::any: {
        const std::size_t found = find_separator(text, matcher.separators);
        return Found{0, starts_of(text.substr(0, found), 0)};
      }
      case Kind::super:
        return Found{0, starts_of(text, 0)};
      case Kind::single:
      case Kind::list:
      case Kind::range:
        for (std::size_t i = 0; i < text.size(); i += next_size(text.substr(i))) {
          const std::string_view rest = text.substr(i);
          if (takes(matcher, first_character(rest).value)) return Found{i, {told_size(rest)}};
        }
        return std::nullopt;
      case Kind::any_of:
        return first_of_any(matcher, text);
      case Kind::every_of:
        return first_of_every(matcher, text);
      case Kind::row:
        for (std::size_t i = 0; i < text.size(); i += next_size(text.substr(i))) {
          const auto length = static_cast<std::size_t>(matcher.length);
          if (text.size() - i < length) break;
          if (starts_with_row(matcher, text.substr(i))) return Found{i, {length}};
        }
        return std::nullopt;
      case Kind::tree:
        return std::nullopt;  // the library cannot look for one
      default:
        return first_text(matcher, text);
    }
  }

  static std::optional<Found> first_text(const GlobMatcher& matcher, std::string_view text) {
    const std::size_t size = matcher.text.size();
    const std::size_t found = text.find(matcher.text);
    const bool is_found = found != std::string_view::npos;
    switch (matcher.kind) {
      case Kind::contains:
        if (matcher.is_negated) return Found{0, starts_of(text.substr(0, found), 0)};
        if (!is_found) return std::nullopt;
        return Found{0, starts_of(text.substr(found + size), found + size)};
      case Kind::min:
        return first_min(matcher, text);
      case Kind::max: {
        Lengths lengths = ends_of(text, 0);
        lengths.resize(std::min(lengths.size(), static_cast<std::size_t>(matcher.count) + 1));
        return Found{0, lengths};
      }
      default:
        break;
    }
    if (!is_found) return std::nullopt;
    switch (matcher.kind) {
      case Kind::prefix:
        return Found{found, ends_of(text.substr(found + size), size)};
      case Kind::suffix:
        return Found{0, {found + size}};
      case Kind::prefix_any: {
        const std::string_view behind = text.substr(found + size);
        return Found{found,
                     ends_of(behind.substr(0, find_separator(behind, matcher.separators)), size)};
      }
      case Kind::suffix_any: {
        const std::size_t separator = text.substr(0, found).rfind('/');
        const std::size_t start = separator == std::string_view::npos ? 0 : separator + 1;
        return Found{start, {found + size - start}};
      }
      case Kind::prefix_suffix:
        return first_between(matcher, text, found);
      default:
        return Found{found, {size}};
    }
  }

  static std::optional<Found> first_min(const GlobMatcher& matcher, std::string_view text) {
    const auto least = static_cast<std::size_t>(matcher.count);
    if (text.size() < least) return std::nullopt;
    Lengths lengths = ends_of(text, 0);
    if (lengths.size() <= least) return std::nullopt;
    lengths.erase(lengths.begin(),
                  lengths.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(least, 1)));
    return Found{0, lengths};
  }

  static std::optional<Found> first_between(const GlobMatcher& matcher, std::string_view text,
                                            std::size_t found) {
    std::string_view rest = text.substr(found);
    if (rest.empty()) return std::nullopt;
    Lengths lengths;
    for (;;) {
      const std::size_t tail = rest.rfind(matcher.tail);
      if (tail == std::string_view::npos) break;
      lengths.push_back(tail + matcher.tail.size());
      rest = rest.substr(0, tail);
    }
    if (lengths.empty()) return std::nullopt;
    std::reverse(lengths.begin(), lengths.end());
    return Found{found, lengths};
  }

  std::optional<Found> first_of_any(const GlobMatcher& matcher, std::string_view text) {
    std::optional<Found> best;
    for (const GlobMatcher& part : matcher.parts) {
      auto found = first(part, text);
      if (!found || (best && found->place > best->place)) continue;
      if (!best || found->place < best->place) {
        best = std::move(found);
        continue;
      }
      Lengths both;
      std::set_union(best->lengths.begin(), best->lengths.end(), found->lengths.begin(),
                     found->lengths.end(), std::back_inserter(both));
      best->lengths = std::move(both);
    }
    return best;
  }

  std::optional<Found> first_of_every(const GlobMatcher& matcher, std::string_view text) {
    std::size_t place = 0;
    std::size_t offset = 0;
    Lengths current;
    std::string_view rest = text;
    for (std::size_t i = 0; i < matcher.parts.size(); ++i) {
      const auto found = first(matcher.parts[i], rest);
      if (!found) return std::nullopt;
      if (i == 0) {
        current = found->lengths;
      } else {
        // Lengths are told from where a part was found.
        const std::size_t back = found->place + offset - place;
        Lengths next;
        for (const std::size_t length : current) {
          for (const std::size_t own : found->lengths) {
            if (length == own + back) next.push_back(own);
          }
        }
        if (next.empty()) return std::nullopt;
        current = std::move(next);
      }
      place = found->place + offset;
      rest = text.substr(place);
      offset += found->place;
    }
    return Found{place, current};
  }

  std::uint64_t work_ = 0;
};

}  // namespace

bool match_glob(const GlobMatcher& matcher, std::string_view path) {
  try {
    return Match().whole(matcher, path);
  } catch (const GivenUp&) {
    return false;
  }
}

}  // namespace reconcile::helm
