#include "base/model/yaml_scalar_traits.hpp"

#include "base/model/byte_search.hpp"

namespace reconcile::model {

namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool is_blank_at(std::string_view text, std::size_t i) {
  return i < text.size() && (text[i] == ' ' || text[i] == '\t');
}

// Characters that may not begin a plain scalar whatever follows them.
bool is_leading_indicator(char c) {
  switch (c) {
    case '#':
    case ',':
    case '[':
    case ']':
    case '{':
    case '}':
    case '&':
    case '*':
    case '!':
    case '|':
    case '>':
    case '\'':
    case '"':
    case '%':
    case '@':
    case '`':
      return true;
    default:
      return false;
  }
}

// True where indicators forbid the plain style in block context.
bool has_indicators(std::string_view text) {
  if (text.substr(0, 3) == "---" || text.substr(0, 3) == "...") return true;
  const char first = text[0];
  const bool alone = text.size() == 1 || is_blank_at(text, 1);
  if (is_leading_indicator(first)) return true;
  if ((first == '?' || first == ':' || first == '-') && alone) return true;
  for (std::size_t i = 1; (i = find_byte<':', '#'>(text, i)) < text.size(); ++i) {
    if (text[i] == ':') {
      if (i + 1 == text.size() || is_blank_at(text, i + 1)) return true;
    } else {
      const char before = text[i - 1];
      const bool after_break = i >= 2 && is_break_at(text, i - 2) && width_at(text, i - 2) == 2;
      const bool after_wide_break =
          i >= 3 && is_break_at(text, i - 3) && width_at(text, i - 3) == 3;
      if (before == ' ' || before == '\t' || before == '\r' || before == '\n' || before == '\0' ||
          after_break || after_wide_break) {
        return true;
      }
    }
  }
  return false;
}

// What the scan over all characters found.
struct Found {
  bool line_breaks = false;
  bool special = false;
  bool tabs = false;
  bool leading = false;
  bool trailing_space = false;
  bool trailing_break = false;
  bool break_space = false;
  bool space_break = false;
  bool ascii = true;
};

Found scan(std::string_view text) {
  Found found;
  bool previous_space = false;
  bool previous_break = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t width = width_at(text, i);
    const bool last = i + width >= text.size();
    const bool is_space = text[i] == ' ';
    const bool is_break = !is_space && is_break_at(text, i);
    found.ascii = found.ascii && width == 1;
    if (text[i] == '\t') {
      found.tabs = true;
    } else if (!is_printable_at(text, i)) {
      found.special = true;
    }
    if (is_space) {
      found.leading |= i == 0;
      found.trailing_space |= last;
      found.break_space |= previous_break;
    } else if (is_break) {
      found.line_breaks = true;
      found.leading |= i == 0;
      found.trailing_break |= last;
      found.space_break |= previous_space;
    }
    previous_space = is_space;
    previous_break = is_break;
    i += width;
  }
  return found;
}

}  // namespace

std::size_t width_at(std::string_view text, std::size_t i) {
  const unsigned char lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  if ((lead & 0xE0U) == 0xC0) return 2;
  if ((lead & 0xF0U) == 0xE0) return 3;
  if ((lead & 0xF8U) == 0xF0) return 4;
  return 1;
}

bool is_break_at(std::string_view text, std::size_t i) {
  const unsigned char first = byte_at(text, i);
  if (first == '\r' || first == '\n') return true;
  if (first == 0xC2) return byte_at(text, i + 1) == 0x85;
  if (first != 0xE2 || byte_at(text, i + 1) != 0x80) return false;
  return byte_at(text, i + 2) == 0xA8 || byte_at(text, i + 2) == 0xA9;
}

bool is_printable_at(std::string_view text, std::size_t i) {
  const unsigned char first = byte_at(text, i);
  const unsigned char second = byte_at(text, i + 1);
  const unsigned char third = byte_at(text, i + 2);
  if (first == 0x0A || (first >= 0x20 && first <= 0x7E)) return true;
  if (first == 0xC2) return second >= 0xA0;
  if ((first > 0xC2 && first < 0xED) || first == 0xEE) return true;
  if (first == 0xED) return second < 0xA0;
  if (first != 0xEF) return false;
  if (second == 0xBB && third == 0xBF) return false;
  return !(second == 0xBF && (third == 0xBE || third == 0xBF));
}

bool is_simple_text(std::string_view text) {
  std::size_t i = 0;
  for (; i + sizeof(ByteVector) <= text.size(); i += sizeof(ByteVector)) {
    const ByteVector bytes = load_bytes(text, i);
    if (first_set((bytes - 0x20 > 0x5E) & (bytes != '\n')) < sizeof bytes) return false;
  }
  for (; i < text.size(); ++i) {
    if ((text[i] < 0x20 || text[i] > 0x7E) && text[i] != '\n') return false;
  }
  return true;
}

ScalarTraits analyze_simple_text(std::string_view text) {
  ScalarTraits traits;
  if (text.empty()) {
    traits.block_allowed = false;
    return traits;
  }
  const bool trailing_space = text.back() == ' ';
  std::size_t line_break = text.find('\n');
  if (line_break != std::string_view::npos) {
    traits.multiline = true;
    traits.plain_allowed = false;
    bool break_space = false;
    bool space_break = false;
    for (; line_break != std::string_view::npos; line_break = text.find('\n', line_break + 1)) {
      space_break |= line_break > 0 && text[line_break - 1] == ' ';
      break_space |= line_break + 1 < text.size() && text[line_break + 1] == ' ';
    }
    traits.single_quoted_allowed = !break_space && !space_break;
    traits.block_allowed = !trailing_space && !space_break;
    return traits;
  }
  traits.plain_allowed = text[0] != ' ' && !trailing_space && !has_indicators(text);
  traits.block_allowed = !trailing_space;
  return traits;
}

ScalarTraits analyze_scalar(std::string_view text, bool tabs_in_blocks) {
  if (is_simple_text(text)) return analyze_simple_text(text);
  ScalarTraits traits;
  const Found found = scan(text);
  const bool special = found.special || (found.tabs && !tabs_in_blocks);
  traits.ascii = found.ascii;
  traits.multiline = found.line_breaks;
  traits.single_quoted_allowed =
      !found.break_space && !found.space_break && !found.special && !found.tabs;
  traits.block_allowed = !found.trailing_space && !found.space_break && !special;
  traits.plain_allowed = traits.single_quoted_allowed && !found.leading && !found.trailing_space &&
                         !found.trailing_break && !found.line_breaks && !has_indicators(text);
  return traits;
}

}  // namespace reconcile::model
