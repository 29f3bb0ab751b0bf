#include "base/cel/literals.hpp"

#include <charconv>
#include <cstdlib>
#include <stdexcept>

#include "base/model/utf8.hpp"

namespace reconcile::cel {
namespace {

constexpr const char* cannot_unescape = "unable to unescape string";

std::string with_plain_newlines(std::string_view source) {
  std::string text;
  text.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r') {
      text += source[i];
      continue;
    }
    text += '\n';
    if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
  }
  return text;
}

std::uint32_t digits(std::string_view& rest, std::size_t count, int base) {
  std::uint32_t value = 0;
  if (rest.size() < count) throw std::invalid_argument(cannot_unescape);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + count, value, base);
  if (error != std::errc() || end != rest.data() + count) {
    throw std::invalid_argument(cannot_unescape);
  }
  rest.remove_prefix(count);
  return value;
}

void append_code(std::uint32_t value, bool is_bytes, std::string& out) {
  if (is_bytes) {
    out += static_cast<char>(value);
    return;
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    throw std::invalid_argument("invalid unicode code point");
  }
  model::append_rune(value, out);
}

/// Reads what follows a backslash.
void append_escape(std::string_view& rest, bool is_bytes, std::string& out) {
  static constexpr std::string_view letters = "abfnrtv\\'\"`?";
  static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"`?";
  if (rest.empty()) throw std::invalid_argument(cannot_unescape);
  const char c = rest.front();
  if (const std::size_t i = letters.find(c); i != std::string_view::npos) {
    out += meanings[i];
    rest.remove_prefix(1);
    return;
  }
  if (c >= '0' && c <= '3') {
    append_code(digits(rest, 3, 8), is_bytes, out);
    return;
  }
  rest.remove_prefix(1);
  if (c == 'x' || c == 'X') {
    append_code(digits(rest, 2, 16), is_bytes, out);
  } else if ((c == 'u' || c == 'U') && !is_bytes) {
    append_code(digits(rest, c == 'u' ? 4 : 8, 16), false, out);
  } else {
    throw std::invalid_argument(cannot_unescape);
  }
}

template <class Number>
std::optional<Number> parse_whole(std::string_view text, int base) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string unquote(std::string_view source, bool is_bytes) {
  const std::string text = with_plain_newlines(source);
  std::string_view body = text;
  const bool raw = body.front() == 'r' || body.front() == 'R';
  if (raw) body.remove_prefix(1);
  const std::size_t quotes = body.size() >= 6 && body[1] == body[0] && body[2] == body[0] ? 3 : 1;
  body = body.substr(quotes, body.size() - 2 * quotes);
  if (raw) return std::string(body);
  std::string out;
  out.reserve(body.size());
  while (!body.empty()) {
    const char c = body.front();
    body.remove_prefix(1);
    if (c == '\\') {
      append_escape(body, is_bytes, out);
    } else {
      out += c;
    }
  }
  return out;
}

namespace {

Literal number_of(const Token& token, const std::string& sign) {
  std::string digits = token.text;
  const bool is_hex = digits.starts_with("0x");
  if (is_hex) digits.erase(0, 2);
  const int base = is_hex ? 16 : 10;
  if (token.kind == TokenKind::floating) {
    if (const auto value = parse_double(sign + digits)) return *value;
    throw std::invalid_argument("invalid double literal");
  }
  if (token.kind == TokenKind::integer) {
    if (const auto value = parse_integer(sign + digits, base)) return *value;
    throw std::invalid_argument("invalid int literal");
  }
  digits.pop_back();
  if (const auto value = parse_unsigned(digits, base)) return *value;
  throw std::invalid_argument("invalid uint literal");
}

}  // namespace

Literal literal_of(const Token& token, const std::string& sign) {
  switch (token.kind) {
    case TokenKind::word_true:
      return true;
    case TokenKind::word_false:
      return false;
    case TokenKind::string:
      return unquote(token.text, false);
    case TokenKind::bytes:
      return Bytes{unquote(std::string_view(token.text).substr(1), true)};
    case TokenKind::integer:
    case TokenKind::unsigned_integer:
    case TokenKind::floating:
      return number_of(token, sign);
    default:
      return {};
  }
}

std::optional<std::int64_t> parse_integer(std::string_view text, int base) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  return parse_whole<std::int64_t>(text, base);
}

std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base) {
  return parse_whole<std::uint64_t>(text, base);
}

}  // namespace reconcile::cel
