// Patterns are read as gobwas/glob's lexer and parser do, oddities included: NUL ends a pattern, a
// brace that is not closed ends with it. Tests: test/renderers/helm/glob_test.cpp.

#include "renderers/helm/glob_pattern.hpp"

#include "renderers/helm/characters.hpp"

namespace reconcile::helm {
namespace {

constexpr int depth_max = 100;
constexpr std::size_t bytes_max = 4096;
/// Parts of one pattern, which costs their third power to compile.
constexpr std::size_t parts_max = 64;
constexpr char32_t end_of_pattern = 0;

class Reader {
 public:
  explicit Reader(std::string_view pattern) : left_(pattern) {}

  /// Answers false where the pattern is malformed.
  bool read(GlobNode& pattern, int depth) {
    if (depth > depth_max) return false;
    const bool in_braces = depth > 0;
    for (char32_t c = peek(); c != end_of_pattern; c = peek()) {
      if (in_braces && (c == ',' || c == '}')) return true;
      if (pattern.children.size() == parts_max) return false;
      if (!read_part(pattern, c, depth)) return false;
    }
    return !is_broken_;
  }

 private:
  using Kind = GlobNode::Kind;

  bool read_part(GlobNode& pattern, char32_t c, int depth) {
    if (c == '[') return read_class(pattern);
    if (c == '{') return read_braces(pattern, depth);
    if (c == '?' || c == '*') {
      advance();
      const bool is_double = c == '*' && peek() == '*';
      if (is_double) advance();
      add(pattern, is_double ? Kind::super : c == '*' ? Kind::any : Kind::single);
      return !is_broken_;
    }
    const std::string text = read_text(depth > 0 ? U"?*[{}," : U"?*[{");
    if (!text.empty()) add(pattern, Kind::text).text = text;
    return !is_broken_;
  }

  static GlobNode& add(GlobNode& pattern, Kind kind) {
    pattern.children.emplace_back().kind = kind;
    return pattern.children.back();
  }

  bool read_braces(GlobNode& pattern, int depth) {
    advance();
    GlobNode braces;
    braces.kind = Kind::any_of;
    for (bool more = true; more;) {
      if (!read(braces.children.emplace_back(), depth + 1)) return false;
      more = peek() == ',';
      if (peek() != end_of_pattern) advance();
    }
    pattern.children.push_back(std::move(braces));
    return true;
  }

  bool read_class(GlobNode& pattern) {
    advance();
    GlobNode part;
    if (peek() == '!') {
      part.is_negated = true;
      advance();
    }
    const char32_t first = peek();
    if (first == end_of_pattern) return false;
    const std::string_view before = left_;
    advance();
    if (peek() == '-') {
      advance();
      const char32_t last = peek();
      if (last == end_of_pattern || last < first) return false;
      advance();
      part.kind = Kind::range;
      part.characters = {first, last};
    } else {
      left_ = before;
      part.kind = Kind::list;
      part.characters = decoded(read_text(U"]"));
      if (part.characters.empty()) return false;
    }
    if (peek() != ']' || is_broken_) return false;
    advance();
    pattern.children.push_back(std::move(part));
    return true;
  }

  /// Up to one of `breakers` that no backslash stands before.
  std::string read_text(std::u32string_view breakers) {
    std::string text;
    bool is_escaped = false;
    for (char32_t c = peek(); c != end_of_pattern; c = peek()) {
      if (!is_escaped && breakers.find(c) != std::u32string_view::npos) break;
      advance();
      const bool is_escape = !is_escaped && c == '\\';
      if (!is_escape) append_character(text, c);
      is_escaped = is_escape;
    }
    return text;
  }

  static std::u32string decoded(std::string_view text) {
    std::u32string characters;
    while (!text.empty()) {
      const Character read = first_character(text);
      characters += read.value;
      text.remove_prefix(read.bytes);
    }
    return characters;
  }

  char32_t peek() {
    if (left_.empty()) return end_of_pattern;
    const Character read = first_character(left_);
    // The lexer takes U+FFFD itself for a byte it cannot read, too.
    is_broken_ = is_broken_ || read.value == Character::replacement;
    return is_broken_ ? end_of_pattern : read.value;
  }
  void advance() { left_.remove_prefix(first_character(left_).bytes); }

  std::string_view left_;
  bool is_broken_ = false;
};

}  // namespace

std::optional<GlobNode> read_glob(std::string_view pattern) {
  GlobNode root;
  if (pattern.size() > bytes_max || !Reader(pattern).read(root, 0)) return std::nullopt;
  return root;
}

}  // namespace reconcile::helm
