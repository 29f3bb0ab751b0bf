// The emitter's state machine in the order of calls instead of events: which blanks, breaks and
// indentation stand between tokens is decided by the same few flags as in libyaml (whitespace,
// indention, column), so that odd combinations come out alike. Tests:
// test/model/yaml_writer_test.cpp and the writer table.
#include "reconcile/model/yaml_emitter.hpp"

#include <charconv>
#include <limits>

#include "base/model/base64_lines.hpp"
#include "base/model/json_hop.hpp"
#include "base/model/utf8.hpp"
#include "base/model/yaml_resolve.hpp"
#include "base/model/yaml_scalar_traits.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::model {

namespace {

constexpr int best_indent = 2;
constexpr int folding_width = 80;
constexpr std::size_t simple_key_bytes_max = 128;

}  // namespace

YamlEmitter::YamlEmitter(std::string& out, YamlForm form)
    : out_(out),
      form_(form),
      width_(form == YamlForm::v2 ? folding_width : std::numeric_limits<int>::max()) {
}

void YamlEmitter::put_break() {
  out_ += '\n';
  column_ = 0;
  indention_ = true;
}

void YamlEmitter::write_indent() {
  const int indent = indent_ < 0 ? 0 : indent_;
  if (!indention_ || column_ > indent || (column_ == indent && !whitespace_)) put_break();
  if (column_ < indent) {
    out_.append(static_cast<std::size_t>(indent - column_), ' ');
    column_ = indent;
  }
  whitespace_ = true;
  indention_ = true;
}

void YamlEmitter::indicator(char c, bool need_space, bool is_space, bool is_indent) {
  if (need_space && !whitespace_) {
    out_ += ' ';
    ++column_;
  }
  out_ += c;
  ++column_;
  whitespace_ = is_space;
  indention_ = indention_ && is_indent;
}

void YamlEmitter::indent_more(bool indentless) {
  if (indents_.size() >= yaml_write_depth_max) {
    throw Error(ErrorCode::limit_exceeded, "yaml: nesting deeper than " +
                                               std::to_string(yaml_write_depth_max) +
                                               " levels cannot be written");
  }
  indents_.push_back(indent_);
  if (indent_ < 0) {
    indent_ = 0;
  } else if (!indentless) {
    indent_ += best_indent;
  }
}

void YamlEmitter::begin_map() {
  indent_more(false);
}

void YamlEmitter::begin_list() {
  const bool aligned = role_ == Role::value && !indention_;
  indent_more(form_ != YamlForm::v3_wide && aligned);
}

void YamlEmitter::end() {
  indent_ = indents_.back();
  indents_.pop_back();
}

void YamlEmitter::item() {
  write_indent();
  indicator('-', true, false, true);
  role_ = Role::item;
}

void YamlEmitter::key(std::string_view key) {
  role_ = Role::key;
  write_indent();
  ScalarTraits traits;
  if (key.size() <= simple_key_bytes_max && is_simple_text(key)) {
    traits = analyze_simple_text(key);
  } else if (form_ == YamlForm::v2) {
    key = key_after_json_hop(key, scratch_);
    traits = analyze_scalar(key, false);
  } else if (valid_utf8(key)) {
    traits = analyze_scalar(key, true);
  } else {
    tagged_binary(key);
    indicator(':', false, false, false);
    role_ = Role::value;
    return;
  }
  const bool simple = !traits.multiline && key.size() <= simple_key_bytes_max;
  if (simple) {
    scalar(key, traits, true);
    indicator(':', false, false, false);
  } else {
    indicator('?', true, false, true);
    scalar(key, traits, false);
    write_indent();
    indicator(':', true, false, true);
  }
  role_ = Role::value;
}

void YamlEmitter::plain_word(std::string_view word) {
  if (!whitespace_) {
    out_ += ' ';
    ++column_;
  }
  out_.append(word);
  column_ += static_cast<int>(word.size());
  whitespace_ = false;
  indention_ = false;
}

void YamlEmitter::null() {
  plain_word("null");
}

void YamlEmitter::boolean(bool value) {
  plain_word(value ? "true" : "false");
}

void YamlEmitter::integer(std::int64_t value) {
  char buffer[24];
  plain_word({buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr});
}

void YamlEmitter::unsigned_integer(std::uint64_t value) {
  char buffer[24];
  plain_word({buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr});
}

void YamlEmitter::floating(double value) {
  std::string text;
  if (form_ == YamlForm::v2) {
    float_after_json_hop(value, text);
  } else {
    append_go_float(value, text);
    if (text == "+Inf") text = ".inf";
    if (text == "-Inf") text = "-.inf";
    if (text == "NaN") text = ".nan";
  }
  plain_word(text);
}

void YamlEmitter::number_text(std::string_view value) {
  if (form_ != YamlForm::v2) {
    text(value);
    return;
  }
  const Resolved number = resolve_plain(value, YamlDialect::v2);
  if (number.tag == ScalarTag::integer) {
    number.is_unsigned ? unsigned_integer(number.unsigned_integer) : integer(number.integer);
  } else if (number.tag == ScalarTag::floating) {
    std::string printed;
    append_go_float(number.floating, printed);
    plain_word(printed);
  } else {
    text(value);
  }
}

void YamlEmitter::plain_text(std::string_view value) {
  if (form_ == YamlForm::v2) {
    text(value);
    return;
  }
  plain_word(value);
}

void YamlEmitter::empty_map() {
  indicator('{', true, true, false);
  indicator('}', false, false, false);
}

void YamlEmitter::empty_list() {
  indicator('[', true, true, false);
  indicator(']', false, false, false);
}

void YamlEmitter::finish() {
  write_indent();
}

void YamlEmitter::text(std::string_view value) {
  if (is_simple_text(value)) {
    scalar(value, analyze_simple_text(value), false);
    return;
  }
  if (form_ == YamlForm::v2) {
    value = text_after_json_hop(value, scratch_);
  } else if (!valid_utf8(value)) {
    tagged_binary(value);
    return;
  }
  scalar(value, analyze_scalar(value, form_ != YamlForm::v2), false);
}

void YamlEmitter::tagged_binary(std::string_view bytes) {
  const std::string encoded = base64_lines(bytes);
  plain_word("!!binary");
  const int before = indent_;
  indent_ = indent_ < 0 ? best_indent : indent_ + best_indent;
  if (encoded.find('\n') == std::string::npos) {
    write_plain(encoded, false, false);
  } else if (role_ == Role::key) {
    write_double_quoted(encoded, false);
  } else {
    write_literal(encoded, true);
  }
  indent_ = before;
}

void YamlEmitter::scalar(std::string_view text, const ScalarTraits& traits, bool simple_key) {
  const YamlDialect dialect = form_ == YamlForm::v2 ? YamlDialect::v2 : YamlDialect::v3;
  const int before = indent_;
  indent_ = indent_ < 0 ? best_indent : indent_ + best_indent;
  if (traits.multiline && text.find('\n') != std::string_view::npos) {
    if (traits.block_allowed && !simple_key) {
      write_literal(text, traits.ascii);
    } else {
      write_double_quoted(text, !simple_key);
    }
  } else if (!plain_means_string(text, dialect)) {
    write_double_quoted(text, !simple_key);
  } else if (traits.plain_allowed) {
    write_plain(text, !simple_key, !traits.ascii);
  } else if (traits.single_quoted_allowed) {
    write_single_quoted(text, !simple_key);
  } else {
    write_double_quoted(text, !simple_key);
  }
  indent_ = before;
}

}  // namespace reconcile::model
