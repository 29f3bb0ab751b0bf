// The grammar is fluxcd/pkg/envsubst 1.7.0's, with its limits: an argument is one text or one
// expression (a default may be several), `${x-y}` is an error, `${x,^}` is an operation of no
// effect.

#include <utility>

#include "reconcile/model/error.hpp"
#include "renderers/gotemplate/rune.hpp"
#include "renderers/substitute/expression.hpp"
#include "renderers/substitute/scanner.hpp"

namespace reconcile::substitute {
namespace {

using model::Error;
using model::ErrorCode;

constexpr const char* bad_substitution = "bad substitution";

constexpr ScanMode only_text{true, false, false, false};
constexpr ScanMode only_closing{false, false, true, false};
constexpr ScanMode text_or_closing{true, false, true, false};
constexpr ScanMode argument_text{true, true, false, false};
constexpr ScanMode escaped_text{true, true, false, true};

bool any_rune(std::uint32_t /*rune*/, std::size_t /*bytes*/) {
  return true;
}
bool name_rune(std::uint32_t rune, std::size_t /*bytes*/) {
  return rune == '_' || gotemplate::is_letter(rune) || gotemplate::is_digit(rune);
}
bool one_hash(std::uint32_t rune, std::size_t bytes) {
  return rune == '#' && bytes == 1;
}
bool one_equal(std::uint32_t rune, std::size_t bytes) {
  return rune == '=' && bytes == 1;
}
bool one_colon(std::uint32_t rune, std::size_t bytes) {
  return rune == ':' && bytes == 1;
}
bool colons(std::uint32_t rune, std::size_t /*bytes*/) {
  return rune == ':';
}
bool slashes(std::uint32_t rune, std::size_t /*bytes*/) {
  return rune == '/';
}
bool two_hashes(std::uint32_t rune, std::size_t bytes) {
  return rune == '#' && bytes < 3;
}
bool two_percents(std::uint32_t rune, std::size_t bytes) {
  return rune == '%' && bytes < 3;
}
bool two_case_marks(std::uint32_t rune, std::size_t bytes) {
  return (rune == ',' || rune == '^') && bytes < 3;
}
bool not_closing(std::uint32_t rune, std::size_t /*bytes*/) {
  return rune != '}';
}
bool not_slash(std::uint32_t rune, std::size_t /*bytes*/) {
  return rune != '/';
}
bool not_colon_or_closing(std::uint32_t rune, std::size_t /*bytes*/) {
  return rune != ':' && rune != '}';
}
bool is_default_mark(std::uint32_t rune) {
  return rune == '=' || rune == '-' || rune == '?' || rune == '+';
}
bool default_operation(std::uint32_t rune, std::size_t bytes) {
  return (bytes == 1 && rune == ':') || (bytes == 2 && is_default_mark(rune));
}
bool replace_operation(std::uint32_t rune, std::size_t bytes) {
  return (bytes == 1 && rune == '/') || (bytes == 2 && (rune == '/' || rune == '#' || rune == '%'));
}

class Parser {
 public:
  Parser(std::string_view text, std::size_t depth_max) : scanner_(text), depth_left_(depth_max) {}

  std::vector<Part> parts() {
    std::vector<Part> parts;
    for (;;) {
      scanner_.set_escapes(Escapes::dollar);
      switch (scanner_.scan(escaped_text, any_rune)) {
        case Token::text:
          parts.push_back({scanner_.text(), nullptr});
          break;
        case Token::opening:
          parts.push_back({"", expression()});
          break;
        case Token::end:
          return parts;
        default:
          fail(bad_substitution);
      }
    }
  }

 private:
  [[noreturn]] static void fail(const char* message) {
    throw Error(ErrorCode::invalid_input, message);
  }

  /// After `${`, up to and with its `}`.
  std::unique_ptr<Expression> expression() {
    if (depth_left_ == 0) {
      throw Error(ErrorCode::limit_exceeded, "expected fewer expressions inside each other");
    }
    --depth_left_;
    scanner_.set_escapes(Escapes::dollar_and_backslash);
    auto parsed = std::make_unique<Expression>();
    if (scanner_.peek() == '#')
      read_length(*parsed);
    else
      read_expression(*parsed);
    ++depth_left_;
    return parsed;
  }

  void read_expression(Expression& parsed) {
    if (scanner_.scan(only_text, name_rune) != Token::text) fail("unable to parse variable name");
    parsed.variable = scanner_.text();
    switch (scanner_.peek()) {
      case ':':
        if (is_default_mark(scanner_.peek_second())) return read_default(parsed, default_operation);
        return read_part_of(parsed);
      case '=':
        return read_default(parsed, one_equal);
      case ',':
      case '^':
        read_operation(parsed, two_case_marks, bad_substitution);
        return read_closing();
      case '/':
        return read_replace(parsed);
      case '#':
        return read_removal(parsed, two_hashes);
      case '%':
        return read_removal(parsed, two_percents);
      default:
        if (scanner_.scan(only_closing, name_rune) != Token::closing) fail("missing closing brace");
    }
  }

  void read_operation(Expression& parsed, Accept accept, const char* otherwise) {
    if (scanner_.scan(only_text, accept) != Token::text) fail(otherwise);
    parsed.operation = scanner_.text();
  }

  void read_closing() {
    if (scanner_.scan(only_closing, nullptr) != Token::closing) fail(bad_substitution);
  }

  void read_argument(Expression& parsed, Accept accept, ScanMode mode = argument_text) {
    switch (scanner_.scan(mode, accept)) {
      case Token::opening:
        parsed.arguments.push_back({"", expression()});
        return;
      case Token::text:
        parsed.arguments.push_back({scanner_.text(), nullptr});
        return;
      default:
        fail("unable to parse substitution within function");
    }
  }

  /// `${#name}`
  void read_length(Expression& parsed) {
    read_operation(parsed, one_hash, bad_substitution);
    if (scanner_.scan(only_text, name_rune) != Token::text) fail(bad_substitution);
    parsed.variable = scanner_.text();
    read_closing();
  }

  /// `${name:offset}`, `${name:offset:length}`
  void read_part_of(Expression& parsed) {
    // A rune of several bytes makes the real parser step back too far, which is this error.
    if (scanner_.peek_second() >= 0x80) fail(bad_substitution);
    read_operation(parsed, one_colon, bad_substitution);
    read_argument(parsed, not_colon_or_closing);
    const Token next = scanner_.scan(text_or_closing, colons);
    if (next == Token::closing) return;
    if (next != Token::text) fail(bad_substitution);
    read_argument(parsed, not_closing);
    read_closing();
  }

  /// `${name#pattern}` and its kin
  void read_removal(Expression& parsed, Accept accept) {
    read_operation(parsed, accept, bad_substitution);
    read_argument(parsed, not_closing);
    read_closing();
  }

  /// `${name/old/new}` and its kin
  void read_replace(Expression& parsed) {
    read_operation(parsed, replace_operation, bad_substitution);
    read_argument(parsed, not_slash, escaped_text);
    if (scanner_.scan(only_text, slashes) != Token::text) fail(bad_substitution);
    if (scanner_.peek() != '}') read_argument(parsed, not_closing, escaped_text);
    read_closing();
  }

  /// `${name:-default}` and its kin
  void read_default(Expression& parsed, Accept accept) {
    read_operation(parsed, accept, "unable to parse default function");
    while (scanner_.peek() != '}') read_argument(parsed, not_closing);
    read_closing();
  }

  Scanner scanner_;
  std::size_t depth_left_;
};

}  // namespace

std::vector<Part> parse(std::string_view text, std::size_t depth_max) {
  return Parser(text, depth_max).parts();
}

}  // namespace reconcile::substitute
