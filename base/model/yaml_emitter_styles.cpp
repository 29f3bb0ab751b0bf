// The four ways to write a scalar's characters, with folding at the width of the form.
#include <algorithm>
#include <cstring>

#include "base/model/utf8.hpp"
#include "base/model/yaml_escape.hpp"
#include "base/model/yaml_scalar_traits.hpp"
#include "reconcile/model/yaml_emitter.hpp"

namespace reconcile::model {

namespace {

bool is_space_at(std::string_view text, std::size_t i) {
  return i < text.size() && text[i] == ' ';
}

}  // namespace

// Appends one character and counts its column.
std::size_t YamlEmitter::put_character(std::string_view text, std::size_t i) {
  const std::size_t width = width_at(text, i);
  out_.append(text.substr(i, width));
  ++column_;
  return width;
}

// Appends a break as it is, except that "\n" counts as the writer's own break.
std::size_t YamlEmitter::put_text_break(std::string_view text, std::size_t i) {
  const std::size_t width = width_at(text, i);
  out_.append(text.substr(i, width));
  column_ = 0;
  indention_ = true;
  return width;
}

void YamlEmitter::write_plain(std::string_view text, bool breakable, bool wide) {
  if (!whitespace_ && !text.empty()) {
    out_ += ' ';
    ++column_;
  }
  const auto end = static_cast<std::size_t>(column_) + text.size();
  if (!wide && (!breakable || end <= static_cast<std::size_t>(width_))) {
    out_.append(text);
    column_ += static_cast<int>(text.size());
  } else if (!wide) {
    write_folded(text);
  } else {
    bool spaces = false;
    for (std::size_t i = 0; i < text.size();) {
      const bool space = text[i] == ' ';
      if (space && breakable && !spaces && column_ > width_ && !is_space_at(text, i + 1)) {
        write_indent();
        ++i;
      } else {
        i += put_character(text, i);
      }
      spaces = space;
      if (!space) indention_ = false;
    }
  }
  whitespace_ = false;
  indention_ = false;
}

// Plain text of one column for each byte: broken at the first single space beyond the width.
void YamlEmitter::write_folded(std::string_view text) {
  std::size_t from = 0;
  const auto put = [&](std::size_t end) {
    out_.append(text.substr(from, end - from));
    column_ += static_cast<int>(end - from);
    indention_ = indention_ && end == from;
    from = end;
  };
  while (true) {
    const int room = std::max(0, width_ + 1 - column_);
    std::size_t space = text.find(' ', from + static_cast<std::size_t>(room));
    while (space != std::string_view::npos &&
           ((space > 0 && text[space - 1] == ' ') || is_space_at(text, space + 1))) {
      space = text.find(' ', space + 1);
    }
    if (space == std::string_view::npos) break;
    put(space);
    write_indent();
    ++from;
  }
  put(text.size());
}

void YamlEmitter::write_single_quoted(std::string_view text, bool breakable) {
  indicator('\'', true, false, false);
  bool spaces = false;
  bool breaks = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      const bool inside = i > 0 && i < text.size() - 1;
      if (breakable && !spaces && column_ > width_ && inside && !is_space_at(text, i + 1)) {
        write_indent();
        ++i;
      } else {
        i += put_character(text, i);
      }
      spaces = true;
    } else if (is_break_at(text, i)) {
      if (!breaks && text[i] == '\n') put_break();
      i += put_text_break(text, i);
      breaks = true;
    } else {
      if (breaks) write_indent();
      if (text[i] == '\'') {
        out_ += '\'';
        ++column_;
      }
      i += put_character(text, i);
      indention_ = false;
      spaces = false;
      breaks = false;
    }
  }
  indicator('\'', false, false, false);
  whitespace_ = false;
  indention_ = false;
}

void YamlEmitter::write_double_quoted(std::string_view text, bool breakable) {
  indicator('"', true, false, false);
  // go-yaml tests the text's first bytes for a byte order mark at every character.
  const bool marked = text.substr(0, 3) == "\xEF\xBB\xBF";
  bool spaces = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (marked || c == '"' || c == '\\' || !is_printable_at(text, i) || is_break_at(text, i)) {
      const Rune rune = decode_rune(text.substr(i));
      column_ += static_cast<int>(append_yaml_escape(rune.value, out_));
      i += rune.size;
      spaces = false;
    } else if (c == ' ') {
      if (breakable && !spaces && column_ > width_ && i > 0 && i < text.size() - 1) {
        write_indent();
        if (is_space_at(text, i + 1)) {
          out_ += '\\';
          ++column_;
        }
        ++i;
      } else {
        i += put_character(text, i);
      }
      spaces = true;
    } else {
      i += put_character(text, i);
      spaces = false;
    }
  }
  indicator('"', false, false, false);
  whitespace_ = false;
  indention_ = false;
}

void YamlEmitter::write_block_header(std::string_view text) {
  indicator('|', true, false, false);
  if (text[0] == ' ' || is_break_at(text, 0)) indicator('2', false, false, false);
  const auto last_character = [](std::string_view part) {
    std::size_t i = part.size() - 1;
    while (i > 0 && (static_cast<unsigned char>(part[i]) & 0xC0U) == 0x80) --i;
    return i;
  };
  const std::size_t last = last_character(text);
  if (!is_break_at(text, last)) {
    indicator('-', false, false, false);
  } else if (last == 0 || is_break_at(text, last_character(text.substr(0, last)))) {
    indicator('+', false, false, false);
  }
}

void YamlEmitter::write_literal(std::string_view text, bool ascii) {
  write_block_header(text);
  put_break();
  whitespace_ = true;
  if (ascii) {
    write_lines(text);
    return;
  }
  bool breaks = true;
  for (std::size_t i = 0; i < text.size();) {
    if (is_break_at(text, i)) {
      i += put_text_break(text, i);
      breaks = true;
      continue;
    }
    if (breaks) write_indent();
    // The rest of the line in one piece; the column inside a literal is never asked for.
    const std::size_t from = i;
    while (i < text.size() && text[i] != '\n' && !is_break_at(text, i)) ++i;
    out_.append(text.substr(from, i - from));
    column_ += static_cast<int>(i - from);
    indention_ = false;
    breaks = false;
  }
}

// Lines of a literal without other breaks than line feeds.
void YamlEmitter::write_lines(std::string_view text) {
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    if (end > from) {
      write_indent();
      out_.append(text.substr(from, end - from));
      column_ += static_cast<int>(end - from);
      indention_ = false;
    }
    if (end < text.size()) put_break();
    from = end + 1;
  }
}

}  // namespace reconcile::model
