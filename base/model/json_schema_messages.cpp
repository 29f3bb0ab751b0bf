#include <cctype>

#include "base/model/json_schema_compiled.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::model {

namespace {

constexpr std::string_view superscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

// "1234567" as "1,234,567".
std::string grouped(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

// Go's %q without the quotes around it and with the quotes inside turned over.
void append_quoted_rune(const Rune& rune, std::string_view bytes, std::string& out) {
  static constexpr char hex[] = "0123456789abcdef";
  static constexpr std::string_view controls = "\a\b\f\n\r\t\v";
  static constexpr std::string_view letters = "abfnrtv";
  if (rune.invalid() || rune.value < 0x20 || rune.value == 0x7F) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    const std::size_t control = controls.find(bytes[0]);
    if (control != std::string_view::npos) {
      out += '\\';
      out += letters[control];
      return;
    }
    out += "\\x";
    out += hex[byte >> 4U];
    out += hex[byte & 15U];
    return;
  }
  if (rune.value == '\\') out += '\\';
  if (rune.value == '\'') out += '\\';
  out.append(bytes);
}

void append_lines(const SchemaFailure& failure, std::size_t level, std::string& out) {
  std::size_t inner = level;
  const bool skipped = failure.kind == SchemaFailure::Kind::reference && failure.causes.size() == 1;
  if (!skipped) {
    out += '\n';
    out.append(level * 2, ' ');
    out += "- at " + schema_quote(failure.pointer) + ": " + failure.message;
    ++inner;
  }
  for (const SchemaFailure& cause : failure.causes) append_lines(cause, inner, out);
}

void append_violations(const SchemaFailure& failure, std::vector<SchemaViolation>& out) {
  if (failure.kind == SchemaFailure::Kind::reference && failure.causes.size() == 1) {
    append_violations(failure.causes[0], out);
    return;
  }
  SchemaViolation violation{failure.pointer, failure.message};
  for (const SchemaFailure& cause : failure.causes) append_lines(cause, 1, violation.message);
  out.push_back(std::move(violation));
}

}  // namespace

std::string schema_quote(std::string_view text) {
  std::string out = "'";
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = decode_rune(text.substr(i));
    append_quoted_rune(rune, text.substr(i, rune.size), out);
    i += rune.size;
  }
  return out + "'";
}

std::string schema_display(Value scalar) {
  if (scalar.is_string()) return schema_quote(scalar.text());
  if (scalar.is_list() || scalar.is_map()) return "value";
  if (scalar.is_null()) return "<nil>";
  if (scalar.is_number() && !scalar.source().empty()) return std::string(scalar.source());
  return write_json(scalar);
}

std::string schema_count(std::size_t count) {
  return grouped(std::to_string(count));
}

std::string schema_float(double number) {
  std::string text;
  append_go_float(number, text);
  std::string out;
  if (text[0] == '-') {
    out = "-";
    text.erase(0, 1);
  }
  const std::size_t exponent = text.find('e');
  if (exponent == std::string::npos) {
    const std::size_t point = text.find('.');
    out += grouped(std::string_view(text).substr(0, point));
    return point == std::string::npos ? out : out + text.substr(point);
  }
  out += text.substr(0, exponent) + "\u202F×\u202F10";
  for (const char c : text.substr(exponent + 1)) {
    if (c == '-') out += "⁻";
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) out += superscripts[c - '0'];
  }
  return out;
}

std::vector<SchemaViolation> to_violations(const std::vector<SchemaFailure>& failures) {
  std::vector<SchemaViolation> out;
  for (const SchemaFailure& failure : failures) append_violations(failure, out);
  return out;
}

std::string schema_error_text(const std::vector<SchemaViolation>& violations) {
  std::string out;
  for (const SchemaViolation& violation : violations) {
    if (!out.empty()) out += '\n';
    out += "- at " + schema_quote(violation.instance_pointer) + ": " + violation.message;
  }
  return out;
}

}  // namespace reconcile::model
