#include <algorithm>

#include "base/model/commented_writer.hpp"
#include "base/model/utf8.hpp"
#include "base/model/yaml_escape.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

constexpr std::string_view long_prefix = "tag:yaml.org,2002:";

bool is_blank_at(std::string_view text, std::size_t i) {
  return i < text.size() && (text[i] == ' ' || text[i] == '\t');
}

// Plain text that flow collections would read as their own.
bool has_flow_indicators(std::string_view text) {
  return text.empty() || text[0] == '?' || text[0] == ':' ||
         text.find_first_of(",?[]{}:", 1) != std::string_view::npos;
}

// Whether a tag must be written for the value to be read again as it is.
bool needs_tag(const CommentedNode& node) {
  if (node.explicit_tag) return true;
  if (node.tag.empty()) return false;
  if (node.tag == "!!str") return false;
  return plain_tag(node.value) != node.tag;
}

bool needs_quotes(const CommentedNode& node) {
  return !node.explicit_tag && node.tag == "!!str" && plain_tag(node.value) != "!!str";
}

}  // namespace

void CommentedWriter::scalar(const CommentedNode& node, Place place) {
  if (!valid_utf8(node.value)) {
    throw Error(ErrorCode::invalid_input, "yaml: cannot marshal invalid UTF-8 data as " + node.tag);
  }
  const Style style = scalar_style(node, place);
  if (!node.anchor.empty()) {
    indicator("&", true, false, false);
    indicator(node.anchor, false, false, false);
  }
  if (needs_tag(node)) tag(node.tag);
  increase_indent(true, place);
  switch (style) {
    case Style::single_quoted:
      single_quoted(node.value);
      break;
    case Style::double_quoted:
      double_quoted(node.value);
      break;
    case Style::literal:
    case Style::folded:
      block_scalar(node.value, style == Style::folded);
      break;
    default:
      plain(node.value);
  }
  decrease_indent();
}

Style CommentedWriter::scalar_style(const CommentedNode& node, Place place) const {
  const std::string_view text = node.value;
  const ScalarTraits traits = analyze_scalar(text, true);
  const bool is_key = place == Place::simple_key;
  Style style = node.style;
  if (style == Style::any || style == Style::flow) style = Style::plain;
  if (style == Style::plain) {
    if (text.find('\n') != std::string_view::npos) {
      style = Style::literal;
    } else if (needs_quotes(node)) {
      style = Style::double_quoted;
    }
  }
  if (is_key && traits.multiline) style = Style::double_quoted;
  if (style == Style::plain) {
    const bool is_allowed =
        traits.plain_allowed && (flow_level_ == 0 || !has_flow_indicators(text));
    if (!is_allowed || (text.empty() && is_key)) style = Style::single_quoted;
  }
  if (style == Style::single_quoted && !traits.single_quoted_allowed) return Style::double_quoted;
  if (style == Style::literal || style == Style::folded) {
    if (!traits.block_allowed || flow_level_ > 0 || is_key) return Style::double_quoted;
  }
  return style;
}

void CommentedWriter::tag(const std::string& tag) {
  const auto write_content = [&](std::string_view text) {
    constexpr std::string_view kept = ";/?:@&=+$,_.~*'()[]-";
    for (const char c : text) {
      const bool is_word =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (is_word || kept.find(c) != std::string_view::npos) {
        put(c);
        continue;
      }
      constexpr char digits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      put('%');
      put(digits[byte >> 4U]);
      put(digits[byte & 15U]);
    }
    whitespace_ = false;
    indention_ = false;
  };
  const std::string_view text = tag;
  if (text.starts_with("!!") || text.starts_with(long_prefix)) {
    indicator("!!", true, false, false);
    write_content(text.substr(text.starts_with("!!") ? 2 : long_prefix.size()));
  } else if (text.starts_with('!')) {
    indicator("!", true, false, false);
    write_content(text.substr(1));
  } else {
    indicator("!<", true, false, false);
    write_content(text);
    indicator(">", false, false, false);
  }
}

void CommentedWriter::plain(std::string_view text) {
  if (!text.empty() && !whitespace_) put(' ');
  for (std::size_t i = 0; i < text.size();) i += put_character(text, i);
  if (!text.empty()) whitespace_ = false;
  indention_ = false;
}

void CommentedWriter::single_quoted(std::string_view text) {
  indicator("'", true, false, false);
  bool breaks = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      i += put_character(text, i);
    } else if (is_break_at(text, i)) {
      if (!breaks && text[i] == '\n') put_break();
      i += put_text_break(text, i);
      breaks = true;
    } else {
      if (breaks) write_indent();
      if (text[i] == '\'') put('\'');
      i += put_character(text, i);
      indention_ = false;
      breaks = false;
    }
  }
  indicator("'", false, false, false);
  whitespace_ = false;
  indention_ = false;
}

void CommentedWriter::double_quoted(std::string_view text) {
  indicator("\"", true, false, false);
  // A byte order mark is looked for at the start of the text, at every character.
  const bool is_marked = text.starts_with("\xEF\xBB\xBF");
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (is_marked || c == '"' || c == '\\' || !is_printable_at(text, i) || is_break_at(text, i)) {
      const Rune rune = decode_rune(text.substr(i));
      column_ += static_cast<int>(append_yaml_escape(rune.value, out_));
      i += rune.size;
    } else {
      i += put_character(text, i);
    }
  }
  indicator("\"", false, false, false);
  whitespace_ = false;
  indention_ = false;
}

void CommentedWriter::block_scalar(std::string_view text, bool is_folded) {
  indicator(is_folded ? ">" : "|", true, false, false);
  if (is_break_at(text, 0) || text.starts_with(' ')) indicator("2", false, false, false);
  const auto last_character = [](std::string_view part) {
    std::size_t i = part.size() - 1;
    while (i > 0 && (static_cast<unsigned char>(part[i]) & 0xC0U) == 0x80) --i;
    return i;
  };
  const std::size_t last = last_character(text);
  if (!is_break_at(text, last)) {
    indicator("-", false, false, false);
  } else if (last == 0 || is_break_at(text, last_character(text.substr(0, last)))) {
    indicator("+", false, false, false);
  }
  line_comment(true);
  whitespace_ = true;
  bool breaks = true;
  bool is_indented = true;
  // A folded break is written twice, unless the text starts with breaks and then a blank: go-yaml
  // looks at the start of the text where it means the next line.
  std::size_t first = 0;
  while (is_break_at(text, first)) first += width_at(text, first);
  const bool doubles = is_folded && first < text.size() && !is_blank_at(text, first);
  for (std::size_t i = 0; i < text.size();) {
    if (is_break_at(text, i)) {
      if (doubles && !breaks && !is_indented && text[i] == '\n') put_break();
      i += put_text_break(text, i);
      breaks = true;
    } else {
      if (breaks) {
        write_indent();
        is_indented = is_blank_at(text, i);
      }
      i += put_character(text, i);
      indention_ = false;
      breaks = false;
    }
  }
}

void CommentedWriter::comment(std::string& text) {
  bool breaks = false;
  bool has_sign = false;
  for (std::size_t i = 0; i < text.size();) {
    if (is_break_at(text, i)) {
      i += put_text_break(text, i);
      breaks = true;
      has_sign = false;
      continue;
    }
    if (breaks) write_indent();
    if (!has_sign) {
      if (text[i] != '#') {
        put('#');
        put(' ');
      }
      has_sign = true;
    }
    i += put_character(text, i);
    indention_ = false;
    breaks = false;
  }
  if (!breaks) put_break();
  whitespace_ = true;
  text.clear();
}

void CommentedWriter::head_comment() {
  if (!pending_.tail.empty()) {
    write_indent();
    comment(pending_.tail);
    foot_indent_ = std::max(indent_, 0);
  }
  if (pending_.head.empty()) return;
  write_indent();
  comment(pending_.head);
}

void CommentedWriter::line_comment(bool breaks) {
  if (pending_.line.empty()) {
    if (breaks) put_break();
    return;
  }
  if (!whitespace_) put(' ');
  comment(pending_.line);
}

void CommentedWriter::foot_comment() {
  if (pending_.foot.empty()) return;
  write_indent();
  comment(pending_.foot);
  foot_indent_ = std::max(indent_, 0);
}

void CommentedWriter::put(char c) {
  out_ += c;
  ++column_;
}

void CommentedWriter::put_break() {
  out_ += '\n';
  column_ = 0;
  indention_ = true;
}

std::size_t CommentedWriter::put_character(std::string_view text, std::size_t i) {
  const std::size_t width = width_at(text, i);
  out_.append(text.substr(i, width));
  ++column_;
  return width;
}

std::size_t CommentedWriter::put_text_break(std::string_view text, std::size_t i) {
  const std::size_t width = width_at(text, i);
  out_.append(text.substr(i, width));
  column_ = 0;
  indention_ = true;
  return width;
}

void CommentedWriter::write_indent() {
  const int indent = std::max(indent_, 0);
  if (!indention_ || column_ > indent || (column_ == indent && !whitespace_)) put_break();
  if (foot_indent_ == indent) put_break();
  while (column_ < indent) put(' ');
  whitespace_ = true;
  foot_indent_ = -1;
}

void CommentedWriter::indicator(std::string_view text, bool needs_space, bool is_space,
                                bool is_indent) {
  if (needs_space && !whitespace_) put(' ');
  for (std::size_t i = 0; i < text.size();) i += put_character(text, i);
  whitespace_ = is_space;
  indention_ = indention_ && is_indent;
}

}  // namespace reconcile::model
