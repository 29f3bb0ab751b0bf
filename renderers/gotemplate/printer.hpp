#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_value.hpp"

namespace reconcile::gotemplate {

/// Flags, width and precision of one verb.
struct FormatFlags {
  bool minus = false;
  bool plus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  bool plus_v = false;   ///< %+v: names before struct fields
  bool sharp_v = false;  ///< %#v: Go syntax
  bool width_present = false;
  bool precision_present = false;
  int width = 0;
  int precision = 0;
};

/// Go's package fmt over GoValues, appending to a string. Nesting beyond 1,000 levels (a map inside
/// of itself) throws FunctionError.
class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  /// What a pointer to a struct points to, instead of the pointer.
  void follow_pointer() { follows_pointer_ = true; }

  /// fmt.Sprintf.
  void print_layout(std::string_view layout, std::span<const GoValue> arguments);
  /// One operand under `verb` with the current flags.
  void print_argument(const GoValue& value, char32_t verb);

 private:
  struct LayoutState;

  void parse_flags(LayoutState& state);
  void parse_width(LayoutState& state);
  void parse_precision(LayoutState& state);
  bool parse_simple_verb(LayoutState& state);
  void parse_argument_number(LayoutState& state);
  void print_verb(LayoutState& state);
  void print_extra(const LayoutState& state);

  void print_value(const GoValue& value, char32_t verb, int depth);
  bool print_by_method(const GoValue& value, char32_t verb);
  void print_basic(const GoValue& value, char32_t verb);
  void print_map(const GoValue& value, char32_t verb, int depth);
  void print_slice(const GoValue& value, char32_t verb, int depth);
  void print_struct(const GoValue& value, char32_t verb, int depth);
  void print_bytes(const GoValue& value, char32_t verb, int depth);
  void print_address(const GoValue& value, char32_t verb);
  void bad_verb(const GoValue& value, char32_t verb);

  void print_boolean(const GoValue& value, char32_t verb);
  void print_integer(const GoValue& value, std::uint64_t bits, bool is_signed, char32_t verb);
  void print_float(const GoValue& value, double number, char32_t verb);
  void print_complex(const GoValue& value, char32_t verb);
  void print_string(const GoValue& value, std::string_view text, char32_t verb);

  void format_integer(std::uint64_t bits, unsigned base, bool is_signed, char32_t verb, bool upper);
  void format_unicode(std::uint64_t bits);
  void format_float(double number, char verb, int precision);
  void format_hex_text(std::string_view text, bool upper);
  void format_quoted(std::string_view text);
  void format_hex64(std::uint64_t bits, bool prefix);
  [[nodiscard]] std::string_view truncated(std::string_view text) const;
  void pad(std::string_view text);
  void write_padding(long count);
  void check_size(std::size_t more) const;

  std::string& out_;
  FormatFlags flags_;
  bool erroring_ = false;
  bool follows_pointer_ = false;
};

/// As an action prints its value: pointers are followed, and the String() of the pointer to an
/// addressable value counts.
void append_addressed(std::string& out, const GoValue& value);

}  // namespace reconcile::gotemplate
