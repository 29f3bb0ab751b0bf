// Scalars of the quick reader. A text that stands in the source as it is read is a view of it.
#include <algorithm>

#include "base/model/byte_search.hpp"
#include "base/model/utf8.hpp"
#include "base/model/yaml_quick_source.hpp"

namespace reconcile::model {
/// The part of a plain scalar on the cursor's line: `end` is behind its last character. False at a
/// tab.
bool YamlQuickSource::plain_line(std::size_t& end, End& how) const {
  how = End::line;
  std::size_t at = find_byte<'\n', '\t', ':', '#'>(text_, cursor_.at);
  for (; at < text_.size(); at = find_byte<'\n', '\t', ':', '#'>(text_, at + 1)) {
    const char c = text_[at];
    if (c == '\t') return false;
    if (c == ':' && is_gap(at + 1)) how = End::colon;
    if (c == '#' && at > cursor_.at && text_[at - 1] == ' ') how = End::comment;
    if (c == '\n' || how != End::line) break;
  }
  while (at > cursor_.at && text_[at - 1] == ' ') --at;
  end = at;
  return true;
}

/// The lines that follow the first one of a plain scalar, which ends at `first_end` (the cursor).
bool YamlQuickSource::plain_rest(int parent_indent, std::size_t first, std::size_t first_end) {
  const std::uint32_t line = cursor_.line;
  bool folded = false;
  while (true) {
    // Where the next line with something on it does not belong to the scalar, the cursor stays
    // behind the scalar.
    YamlCursor ahead = cursor_;
    std::size_t breaks = 0;
    while (ahead.at < text_.size() && (text_[ahead.at] == ' ' || text_[ahead.at] == '\n')) {
      if (text_[ahead.at] == ' ') {
        ahead.at = behind_spaces(ahead.at);
        continue;
      }
      ++breaks;
      ++ahead.at;
      ++ahead.line;
      ahead.begin = ahead.at;
    }
    if (ahead.at >= text_.size() || ahead.column() <= parent_indent || text_[ahead.at] == '#') {
      break;
    }
    if (text_[ahead.at] == '\t') return false;
    const YamlCursor back = cursor_;
    cursor_ = ahead;
    if (at_marker()) {
      cursor_ = back;
      break;
    }
    std::size_t end = 0;
    End how = End::line;
    if (!plain_line(end, how) || how == End::colon) return false;
    if (!folded) value_.assign(text_.substr(first, first_end - first));
    folded = true;
    if (breaks == 1)
      value_ += ' ';
    else
      value_.append(breaks - 1, '\n');
    value_.append(text_.substr(cursor_.at, end - cursor_.at));
    cursor_.at = end;
    if (how == End::comment) break;
  }
  set_scalar(Style::plain,
             folded ? std::string_view(value_) : text_.substr(first, first_end - first), line);
  return true;
}

/// A plain scalar of one line in a flow collection.
bool YamlQuickSource::flow_plain() {
  constexpr std::string_view never_first = "-?:,[]{}#&*!|>'\"%@`";
  const std::size_t first = cursor_.at;
  const bool negative = peek() == '-' && !is_gap(first + 1) &&
                        std::string_view(",[]{}").find(peek(1)) == std::string_view::npos;
  if (!negative && never_first.find(peek()) != std::string_view::npos) return false;
  std::size_t end = first;
  std::size_t at = first;
  for (; at < text_.size(); ++at) {
    const char c = text_[at];
    if (c == ' ') continue;
    if (c == ',' || c == ']' || c == '}' || c == '\n') break;
    if (c == ':' && is_gap(at + 1)) break;
    if (c == ':' || c == '?' || c == '[' || c == '{' || c == '\t' || c == '#') return false;
    end = at + 1;
  }
  const std::uint32_t line = cursor_.line;
  cursor_.at = end;
  // A scalar that goes on in the next line is left alone.
  if (!skip_in_flow()) return false;
  const char next = peek();
  if (next != ',' && next != ']' && next != '}' && next != ':') return false;
  if (next == ':' && cursor_.line != line) return false;
  set_scalar(Style::plain, text_.substr(first, end - first), line);
  return true;
}

bool YamlQuickSource::quoted(bool& one_line) {
  const std::uint32_t line = cursor_.line;
  const bool is_double = peek() == '"';
  ++cursor_.at;
  if (!(is_double ? double_quoted() : single_quoted())) return false;
  one_line = cursor_.line == line;
  event_.line = line;
  return true;
}

/// At a line break inside of quotes: appends the source from `text_end` up to the last blank before
/// it, and what the breaks fold to; leaves the cursor at the first character behind.
bool YamlQuickSource::fold_lines(std::string& out, std::size_t text_end) {
  out.resize(text_end);
  std::size_t breaks = 0;
  while (peek() == ' ' || peek() == '\n') {
    if (peek() == ' ') {
      ++cursor_.at;
      continue;
    }
    ++breaks;
    new_line();
    if (at_marker()) return false;
  }
  if (peek() == '\t' || at_end()) return false;
  if (breaks == 1)
    out += ' ';
  else
    out.append(breaks - 1, '\n');
  return true;
}

bool YamlQuickSource::single_quoted() {
  const std::size_t first = cursor_.at;
  const std::size_t quick = text_.find_first_of("'\n\t", first);
  if (quick == std::string_view::npos || text_[quick] == '\t') return false;
  if (text_[quick] == '\'' && (quick + 1 >= text_.size() || text_[quick + 1] != '\'')) {
    cursor_.at = quick + 1;
    set_scalar(Style::single_quoted, text_.substr(first, quick - first), cursor_.line);
    return true;
  }
  value_.clear();
  std::size_t text_end = 0;  // of `value_` without blanks at the end
  while (!at_end()) {
    const char c = peek();
    if (c == '\t') return false;
    if (c == '\n') {
      if (!fold_lines(value_, text_end)) return false;
      text_end = value_.size();
      continue;
    }
    if (c == '\'') {
      ++cursor_.at;
      if (peek() != '\'') {
        set_scalar(Style::single_quoted, value_, cursor_.line);
        return true;
      }
    }
    value_ += c;
    if (c != ' ') text_end = value_.size();
    ++cursor_.at;
  }
  return false;
}

bool YamlQuickSource::double_quoted() {
  const std::size_t first = cursor_.at;
  const std::size_t quick = text_.find_first_of("\"\\\n\t", first);
  if (quick == std::string_view::npos || text_[quick] == '\t') return false;
  if (text_[quick] == '"') {
    cursor_.at = quick + 1;
    set_scalar(Style::double_quoted, text_.substr(first, quick - first), cursor_.line);
    return true;
  }
  value_.assign(text_.substr(first, quick - first));
  cursor_.at = quick;
  std::size_t text_end = value_.find_last_not_of(' ') + 1;  // npos + 1 is 0
  while (!at_end()) {
    const char c = peek();
    switch (c) {
      case '\t':
        return false;
      case '\n':
        if (!fold_lines(value_, text_end)) return false;
        text_end = value_.size();
        continue;
      case '"':
        ++cursor_.at;
        set_scalar(Style::double_quoted, value_, cursor_.line);
        return true;
      case '\\':
        ++cursor_.at;
        if (!escape(value_)) return false;
        text_end = value_.size();
        continue;
      default:
        value_ += c;
        if (c != ' ') text_end = value_.size();
        ++cursor_.at;
    }
  }
  return false;
}

/// Behind a backslash.
bool YamlQuickSource::escape(std::string& out) {
  constexpr std::string_view letters = "0abtnvfre\"\\ N_LP";
  constexpr char32_t characters[] = {0,    7,   8,    9,   10,   11,   12,     13,
                                     0x1B, '"', '\\', ' ', 0x85, 0xA0, 0x2028, 0x2029};
  const char c = peek();
  if (c == '\n') {
    // The break and the blanks of the next line are dropped.
    new_line();
    while (peek() == ' ') ++cursor_.at;
    return !at_end() && peek() != '\t' && peek() != '\n' && !at_marker();
  }
  ++cursor_.at;
  if (const std::size_t known = letters.find(c); c != '\0' && known != std::string_view::npos) {
    append_rune(characters[known], out);
    return true;
  }
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) return false;
  char32_t code = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char digit = peek();
    const int value = digit >= '0' && digit <= '9'   ? digit - '0'
                      : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                      : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                     : -1;
    if (value < 0 || code > 0x10FFFF) return false;
    code = code * 16 + static_cast<char32_t>(value);
    ++cursor_.at;
  }
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  append_rune(code, out);
  return true;
}

bool YamlQuickSource::block_header(bool& literal, int& chomping, int& increment) {
  literal = peek() == '|';
  ++cursor_.at;
  for (int i = 0; i < 2; ++i) {
    const char c = peek();
    if ((c == '+' || c == '-') && chomping == 0) {
      chomping = c == '+' ? 1 : -1;
      ++cursor_.at;
    } else if (c >= '1' && c <= '9' && increment == 0) {
      increment = c - '0';
      ++cursor_.at;
    }
  }
  if (!rest_is_blank()) return false;
  cursor_.at = std::min(text_.find('\n', cursor_.at), text_.size());
  if (!at_end()) new_line();
  return true;
}

/// Goes over empty lines and the indentation of the next one; answers the number of line breaks.
/// `indent` 0: the first line with something on it decides.
std::size_t YamlQuickSource::block_breaks(int& indent, int parent_indent, bool& fine) {
  std::size_t breaks = 0;
  int widest = 0;
  while (true) {
    if (peek() == ' ' && (indent == 0 || cursor_.column() < indent)) {
      const std::size_t end = behind_spaces(cursor_.at);
      const std::size_t text = cursor_.begin + static_cast<std::size_t>(indent);
      cursor_.at = indent == 0 ? end : std::min(end, text);
    }
    widest = std::max(widest, cursor_.column());
    if ((indent == 0 || cursor_.column() < indent) && peek() == '\t') fine = false;
    if (peek() != '\n') break;
    ++breaks;
    new_line();
  }
  if (indent == 0) indent = std::max({widest, parent_indent + 1, 1});
  return breaks;
}

bool YamlQuickSource::block_scalar(int parent_indent) {
  const std::uint32_t line = cursor_.line;
  bool literal = true;
  int chomping = 0;
  int increment = 0;
  if (!block_header(literal, chomping, increment)) return false;
  int indent = increment == 0 ? 0 : std::max(parent_indent, 0) + increment;
  bool fine = true;
  value_.clear();
  bool line_break = false;  // of the line before
  bool leading_blank = false;
  std::size_t breaks = block_breaks(indent, parent_indent, fine);
  while (fine && cursor_.column() == indent && !at_end()) {
    const bool blank = peek() == ' ' || peek() == '\t';
    const bool folds = !literal && line_break && !leading_blank && !blank;
    if (!folds && line_break) value_ += '\n';
    if (folds && breaks == 0) value_ += ' ';
    value_.append(breaks, '\n');
    leading_blank = blank;
    const std::size_t end = std::min(text_.find('\n', cursor_.at), text_.size());
    value_.append(text_.substr(cursor_.at, end - cursor_.at));
    cursor_.at = end;
    line_break = !at_end();
    if (line_break) new_line();
    breaks = block_breaks(indent, parent_indent, fine);
  }
  if (chomping != -1 && line_break) value_ += '\n';
  if (chomping == 1) value_.append(breaks, '\n');
  set_scalar(literal ? Style::literal : Style::folded, value_, line);
  return fine;
}

}  // namespace reconcile::model
