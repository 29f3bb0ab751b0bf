// Patterns are read as gobwas/glob's lexer and parser do, oddities included, and matched by
// backtracking. Tests: test/renderers/helm/glob_test.cpp.

#include "renderers/helm/glob.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace reconcile::helm {

/// One step of a pattern, or (`options`) a pattern of several steps each.
struct GlobPart {
  enum class Kind { character, any, any_path, single, list, range, alternatives };
  Kind kind = Kind::alternatives;
  bool negated = false;
  std::u32string characters;  ///< the character; those of a list; both ends of a range
  std::vector<std::vector<GlobPart>> options;
};

namespace {

constexpr int steps_max = 200'000;
constexpr int depth_max = 100;

/// The characters of UTF-8 text; a byte that is none stands for itself beyond all of them.
std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t value = size == 1 ? lead : lead & (0x7FU >> size);
    std::size_t used = 1;
    while (used < size && i + used < text.size() &&
           (static_cast<unsigned char>(text[i + used]) & 0xC0U) == 0x80U) {
      value = value << 6U | (static_cast<unsigned char>(text[i + used]) & 0x3FU);
      ++used;
    }
    const bool broken = used != size || (size == 2 && lead < 0xC2);
    characters += broken ? 0x110000U + lead : value;
    i += broken ? 1 : used;
  }
  return characters;
}

class Reader {
 public:
  explicit Reader(std::string_view pattern) : left_(characters_of(pattern)) {}

  /// Answers false where the pattern is malformed.
  bool read(std::vector<GlobPart>& parts, int depth) {
    if (depth > depth_max) return false;
    while (at_ < left_.size()) {
      const char32_t c = left_[at_];
      if (depth > 0 && (c == ',' || c == '}')) return true;
      ++at_;
      if (c == '[') {
        if (!read_class(parts)) return false;
      } else if (c == '{') {
        if (!read_alternatives(parts, depth)) return false;
      } else {
        read_simple(parts, c);
      }
    }
    return true;
  }

 private:
  using Kind = GlobPart::Kind;

  void read_simple(std::vector<GlobPart>& parts, char32_t c) {
    if (c == '*') {
      const bool doubled = at_ < left_.size() && left_[at_] == '*';
      if (doubled) ++at_;
      parts.push_back({doubled ? Kind::any_path : Kind::any, false, {}, {}});
    } else if (c == '?') {
      parts.push_back({Kind::single, false, {}, {}});
    } else if (c != '\\') {
      parts.push_back({Kind::character, false, std::u32string(1, c), {}});
    } else if (at_ < left_.size()) {
      parts.push_back({Kind::character, false, std::u32string(1, left_[at_++]), {}});
    }
  }

  bool read_class(std::vector<GlobPart>& parts) {
    GlobPart part;
    if (at_ < left_.size() && left_[at_] == '!') {
      part.negated = true;
      ++at_;
    }
    if (at_ + 1 < left_.size() && left_[at_ + 1] == '-') {
      if (at_ + 3 >= left_.size() || left_[at_ + 3] != ']') return false;
      part.kind = Kind::range;
      part.characters = {left_[at_], left_[at_ + 2]};
      at_ += 4;
      parts.push_back(part);
      return part.characters[0] <= part.characters[1];
    }
    part.kind = Kind::list;
    for (; at_ < left_.size() && left_[at_] != ']'; ++at_) {
      if (left_[at_] == '\\' && ++at_ == left_.size()) return false;
      part.characters += left_[at_];
    }
    if (at_ == left_.size() || part.characters.empty()) return false;
    ++at_;
    parts.push_back(part);
    return true;
  }

  bool read_alternatives(std::vector<GlobPart>& parts, int depth) {
    GlobPart part;
    do {
      part.options.emplace_back();
      if (!read(part.options.back(), depth + 1)) return false;
    } while (at_ < left_.size() && left_[at_++] == ',');
    parts.push_back(std::move(part));
    return true;
  }

  std::u32string left_;
  std::size_t at_ = 0;
};

/// What follows one pattern: the rest of the patterns around it, innermost first.
struct Tail {
  const std::vector<GlobPart>& parts;
  std::size_t at;
  const Tail* next;
};

/// Backtracks over pattern and path; bounded, so that no pattern of a chart takes for ever.
class Matcher {
 public:
  explicit Matcher(std::u32string path) : path_(std::move(path)) {}

  bool match(const std::vector<GlobPart>& parts, std::size_t at, std::size_t place,
             const Tail* tail) {
    if (++steps_ > steps_max) return false;
    if (at == parts.size()) {
      return tail == nullptr ? place == path_.size()
                             : match(tail->parts, tail->at, place, tail->next);
    }
    const GlobPart& part = parts[at];
    switch (part.kind) {
      case Kind::alternatives: {
        const Tail behind{parts, at + 1, tail};
        for (const auto& option : part.options) {
          if (match(option, 0, place, &behind)) return true;
        }
        return false;
      }
      case Kind::any:
      case Kind::any_path:
        for (;; ++place) {
          if (match(parts, at + 1, place, tail)) return true;
          if (place == path_.size()) return false;
          if (part.kind == Kind::any && path_[place] == '/') return false;
        }
      default:
        return place < path_.size() && takes(part, path_[place]) &&
               match(parts, at + 1, place + 1, tail);
    }
  }

 private:
  using Kind = GlobPart::Kind;

  static bool takes(const GlobPart& part, char32_t c) {
    switch (part.kind) {
      case Kind::single:
        return c != '/';
      case Kind::range:
        return (part.characters[0] <= c && c <= part.characters[1]) != part.negated;
      default:
        return (part.characters.find(c) != std::u32string::npos) != part.negated;
    }
  }

  std::u32string path_;
  int steps_ = 0;
};

}  // namespace

std::optional<Glob> Glob::parse(std::string_view pattern) {
  auto root = std::make_shared<GlobPart>();
  root->options.emplace_back();
  if (!Reader(pattern).read(root->options[0], 0)) return std::nullopt;
  return Glob(root);
}

bool Glob::matches(std::string_view path) const {
  return Matcher(characters_of(path)).match(root_->options[0], 0, 0, nullptr);
}

}  // namespace reconcile::helm
