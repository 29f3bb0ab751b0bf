// fmt.Sprintf: reading the layout. The rules for missing, extra and reordered arguments are
// go1.26's.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/printer.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::gotemplate {
namespace {

// Widths and precisions beyond this are ignored, as in Go.
constexpr std::int64_t number_max = 1'000'000;

bool too_large(std::int64_t number) {
  return number > number_max || number < -number_max;
}

}  // namespace

struct Printer::LayoutState {
  std::string_view layout;
  std::span<const GoValue> arguments;
  std::size_t at = 0;
  std::size_t argument = 0;
  bool after_index = false;
  bool good_number = true;
  bool reordered = false;

  [[nodiscard]] bool done() const { return at >= layout.size(); }
  [[nodiscard]] bool next_is(char c) const { return at < layout.size() && layout[at] == c; }

  // Reads digits in [from, end); false where there are none or too many.
  static bool number(std::string_view text, std::size_t& from, std::size_t end, int& value) {
    value = 0;
    bool found = false;
    for (; from < end && text[from] >= '0' && text[from] <= '9'; ++from) {
      if (too_large(value)) {
        from = end;
        value = 0;
        return false;
      }
      value = value * 10 + (text[from] - '0');
      found = true;
    }
    return found;
  }

  // The integer operand of a `*`.
  bool star(int& value) {
    value = 0;
    if (argument >= arguments.size()) return false;
    const GoValue& operand = arguments[argument++];
    const bool is_unsigned = is_unsigned_type(operand.type());
    if (!is_signed_type(operand.type()) && !is_unsigned) return false;
    if (too_large(operand.as_integer())) return false;
    value = static_cast<int>(operand.as_integer());
    return true;
  }
};

void Printer::parse_argument_number(LayoutState& state) {
  state.after_index = false;
  if (!state.next_is('[')) return;
  state.reordered = true;
  const std::size_t close = state.layout.find(']', state.at + 1);
  if (close == std::string_view::npos || state.layout.size() - state.at < 3) {
    state.good_number = false;
    state.at += 1;
    return;
  }
  std::size_t from = state.at + 1;
  int number = 0;
  const bool ok = LayoutState::number(state.layout, from, close, number) && from == close;
  state.at = close + 1;
  state.after_index = ok;
  if (ok && number >= 1 && static_cast<std::size_t>(number) <= state.arguments.size()) {
    state.argument = static_cast<std::size_t>(number) - 1;
  } else {
    state.good_number = false;
  }
}

void Printer::parse_flags(LayoutState& state) {
  for (; !state.done(); ++state.at) {
    switch (state.layout[state.at]) {
      case '#':
        flags_.sharp = true;
        break;
      case '0':
        flags_.zero = true;
        break;
      case '+':
        flags_.plus = true;
        break;
      case '-':
        flags_.minus = true;
        break;
      case ' ':
        flags_.space = true;
        break;
      default:
        return;
    }
  }
}

void Printer::parse_width(LayoutState& state) {
  if (state.next_is('*')) {
    ++state.at;
    flags_.width_present = state.star(flags_.width);
    if (!flags_.width_present) out_ += "%!(BADWIDTH)";
    if (flags_.width < 0) {
      flags_.width = -flags_.width;
      flags_.minus = true;
      flags_.zero = false;
    }
    state.after_index = false;
    return;
  }
  flags_.width_present =
      LayoutState::number(state.layout, state.at, state.layout.size(), flags_.width);
  if (state.after_index && flags_.width_present) state.good_number = false;
}

void Printer::parse_precision(LayoutState& state) {
  if (!state.next_is('.') || state.at + 1 >= state.layout.size()) return;
  ++state.at;
  if (state.after_index) state.good_number = false;
  parse_argument_number(state);
  if (state.next_is('*')) {
    ++state.at;
    flags_.precision_present = state.star(flags_.precision);
    if (flags_.precision < 0) {
      flags_.precision = 0;
      flags_.precision_present = false;
    }
    if (!flags_.precision_present) out_ += "%!(BADPREC)";
    state.after_index = false;
    return;
  }
  LayoutState::number(state.layout, state.at, state.layout.size(), flags_.precision);
  flags_.precision_present = true;
}

void Printer::print_verb(LayoutState& state) {
  const Rune rune = decode_rune(state.layout.substr(state.at));
  state.at += rune.bytes;
  const char32_t verb = rune.value;
  if (verb == '%') {
    out_ += '%';
    return;
  }
  if (!state.good_number || state.argument >= state.arguments.size()) {
    out_ += "%!";
    append_rune(out_, verb);
    out_ += state.good_number ? "(MISSING)" : "(BADINDEX)";
    return;
  }
  if (verb == 'v' || verb == 'w') {
    flags_.sharp_v = std::exchange(flags_.sharp, false);
    flags_.plus_v = std::exchange(flags_.plus, false);
  }
  print_argument(state.arguments[state.argument++], verb);
}

void Printer::print_extra(const LayoutState& state) {
  flags_ = {};
  out_ += "%!(EXTRA ";
  bool first = true;
  for (const GoValue& value : state.arguments.subspan(state.argument)) {
    if (!first) out_ += ", ";
    first = false;
    if (value.is_nil()) {
      out_ += "<nil>";
      continue;
    }
    out_.append(value.type_name()).append("=");
    print_argument(value, 'v');
  }
  out_ += ')';
}

void Printer::print_layout(std::string_view layout, std::span<const GoValue> arguments) {
  LayoutState state{layout, arguments};
  while (!state.done()) {
    state.good_number = true;
    const std::size_t percent = std::min(layout.find('%', state.at), layout.size());
    out_ += layout.substr(state.at, percent - state.at);
    state.at = percent + 1;
    if (percent == layout.size()) break;
    flags_ = {};
    parse_flags(state);
    if (parse_simple_verb(state)) continue;
    parse_argument_number(state);
    parse_width(state);
    parse_precision(state);
    if (!state.after_index) parse_argument_number(state);
    if (state.done()) {
      out_ += "%!(NOVERB)";
      break;
    }
    print_verb(state);
  }
  if (!state.reordered && state.argument < arguments.size()) print_extra(state);
}

// A lower-case verb right after the flags takes the next argument, whatever an index before it
// said.
bool Printer::parse_simple_verb(LayoutState& state) {
  if (state.done() || state.argument >= state.arguments.size()) return false;
  const char c = state.layout[state.at];
  if (c < 'a' || c > 'z') return false;
  print_verb(state);
  return true;
}

std::string format(std::string_view layout, std::span<const GoValue> arguments) {
  std::string out;
  Printer(out).print_layout(layout, arguments);
  return out;
}

}  // namespace reconcile::gotemplate
