#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/sprig/toml_scalar.hpp"

namespace reconcile::sprig {
namespace {

bool is_hexadecimal(char32_t c) {
  return (c >= '0' && c <= '9') || ((c | 0x20U) >= 'a' && (c | 0x20U) <= 'f');
}

std::size_t digits_of(char32_t letter) {
  return letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
}

/// Reads over an escape, behind its backslash.
void skip_escape(TomlText& text) {
  const char32_t letter = text.next();
  const std::size_t digits = digits_of(letter);
  if (digits == 0 && std::u32string_view(U"ebtnfr\" \t\\").find(letter) == std::string::npos) {
    std::string shown;
    gotemplate::append_rune(shown, letter);
    const std::string message = "invalid escape in string '\\" + shown + "'";
    if (text.saw_end()) text.fail_before(message);
    text.fail(message);
  }
  for (std::size_t i = 0; i < digits; ++i) {
    if (is_hexadecimal(text.next())) continue;
    const std::string count = digits == 2 ? "two" : digits == 4 ? "four" : "eight";
    text.fail("expected " + count + " hexadecimal digits after '\\" + static_cast<char>(letter) +
              "', but got " + gotemplate::quote(text.token()) + " instead");
  }
}

/// What the escapes of `token` mean. `place` is where the token ends.
std::string unescaped(const TomlText& text, std::string_view token, std::size_t place) {
  constexpr std::string_view letters = "btnfre\"\\";
  constexpr std::string_view meanings = "\b\t\n\f\r\x1b\"\\";
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '\\') {
      out += token[i];
      continue;
    }
    const char letter = token[++i];
    const std::size_t named = letters.find(letter);
    const std::size_t digits = digits_of(static_cast<unsigned char>(letter));
    if (named != std::string_view::npos) {
      out += meanings[named];
    } else if (digits > 0) {
      const std::string shown(token.substr(i + 1, digits));
      const auto rune = static_cast<std::uint32_t>(std::stoul(shown, nullptr, 16));
      if (rune > gotemplate::rune_max || (rune >= 0xD800 && rune <= 0xDFFF)) {
        text.fail_at(place, "Escaped character '\\u" + shown + "' is not valid UTF-8.");
      }
      gotemplate::append_rune(out, rune);
      i += digits;
    } else {
      text.fail_at(place, std::string("invalid escape: '\\") + letter + "'");
    }
  }
  return out;
}

/// Without each backslash that ends a line, the white space behind it included.
std::string joined_lines(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size();) {
    if (token[i] != '\\') {
      out += token[i++];
      continue;
    }
    const std::size_t found = token.find_first_not_of(" \t\r\n", i + 1);
    const std::size_t behind = found == std::string_view::npos ? token.size() : found;
    if (token.substr(i, behind - i).find('\n') != std::string_view::npos) {
      i = behind;
    } else {
      out += token.substr(i, 2);
      i += 2;
    }
  }
  return out;
}

std::string_view without_first_break(std::string_view token) {
  if (token.starts_with('\n')) return token.substr(1);
  return token.starts_with("\r\n") ? token.substr(2) : token;
}

/// At a quote of a text in triple quotes: whether the text ends here. Otherwise the quotes that
/// belong to it are read.
bool at_triple_quote(TomlText& text, char32_t quote) {
  if (!text.accept(quote)) return false;
  if (!text.accept(quote)) {
    text.back();
    return false;
  }
  if (text.peek() == quote) {
    const std::string five(5, static_cast<char>(quote));
    const bool escaped = quote == '"' && text.token().ends_with("\\" + five);
    if (text.token().ends_with(five) && !escaped) {
      const std::string mark = quote == '"' ? "'" : "\"";
      text.fail("unexpected " + mark + five + static_cast<char>(quote) + mark);
    }
    text.back();
    text.back();
    return false;
  }
  text.back();
  text.back();
  text.back();
  return true;
}

/// Behind an opening `"""` or `'''`.
std::string read_lines(TomlText& text, char32_t quote) {
  text.start_token();
  for (;;) {
    const char32_t c = text.next();
    if (c == TomlText::end) {
      text.fail(quote == '"' ? "unexpected EOF; expected '\"\"\"'"
                             : "unexpected EOF; expected \"'''\"");
    }
    if (c == '\\' && quote == '"') {
      if (is_toml_break(text.next())) continue;
      text.back();
      skip_escape(text);
      continue;
    }
    if (c != quote || !at_triple_quote(text, quote)) continue;
    const std::string_view token = without_first_break(text.token());
    const std::size_t place = text.place();
    for (int i = 0; i < 3; ++i) text.next();
    text.start_token();
    return quote == '"' ? unescaped(text, joined_lines(token), place) : std::string(token);
  }
}

}  // namespace

std::string read_toml_string(TomlText& text, char32_t quote) {
  text.start_token();
  bool is_escaped = false;
  for (;;) {
    const char32_t c = text.next();
    if (c == TomlText::end) {
      text.fail(quote == '"' ? "unexpected EOF; expected '\"'" : "unexpected EOF; expected \"'\"");
    }
    if (is_toml_break(c)) text.fail_before("strings cannot contain newlines");
    if (c == '\\' && quote == '"') {
      is_escaped = true;
      skip_escape(text);
    }
    if (c != quote) continue;
    text.back();
    const std::string_view token = text.token();
    const std::size_t place = text.place();
    text.next();
    text.start_token();
    return is_escaped ? unescaped(text, token, place) : std::string(token);
  }
}

std::string read_toml_any_string(TomlText& text, char32_t quote) {
  if (text.accept(quote)) {
    if (text.accept(quote)) return read_lines(text, quote);
    text.back();
  }
  return read_toml_string(text, quote);
}

}  // namespace reconcile::sprig
