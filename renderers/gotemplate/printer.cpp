// Values of every type under a verb: Go's fmt/print.go by behaviour (go1.26).
#include "renderers/gotemplate/printer.hpp"

#include <charconv>
#include <chrono>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/clock.hpp"
#include "renderers/gotemplate/rune.hpp"

namespace reconcile::gotemplate {
namespace {

constexpr int depth_max = 1000;

constexpr std::string_view months[] = {"January",   "February", "March",    "April",
                                       "May",       "June",     "July",     "August",
                                       "September", "October",  "November", "December"};
constexpr std::string_view weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                         "Thursday", "Friday", "Saturday"};

// String() of the named integer types of package time.
std::string time_text(const GoValue& value) {
  const std::int64_t number = value.as_integer();
  if (value.type() == GoType::duration) {
    return model::format_duration(std::chrono::nanoseconds(number));
  }
  if (value.type() == GoType::month) {
    if (number >= 1 && number <= 12) return std::string(months[number - 1]);
    return "%!Month(" + std::to_string(number) + ")";
  }
  if (number >= 0 && number <= 6) return std::string(weekdays[number]);
  return "%!Weekday(" + std::to_string(number) + ")";
}

bool is_text_verb(char32_t verb) {
  return verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
}

}  // namespace

void Printer::bad_verb(const GoValue& value, char32_t verb) {
  erroring_ = true;
  out_ += "%!";
  append_rune(out_, verb);
  out_ += '(';
  if (value.is_nil()) {
    out_ += "<nil>";
  } else {
    out_.append(value.type_name()).append("=");
    print_value(value, 'v', 0);
  }
  out_ += ')';
  erroring_ = false;
}

void Printer::print_argument(const GoValue& value, char32_t verb) {
  if (value.is_nil()) {
    if (verb == 'T' || verb == 'v') return pad("<nil>");
    return bad_verb(value, verb);
  }
  if (verb == 'T') return pad(truncated(value.type_name()));
  if (verb == 'p') return print_address(value, verb);
  print_value(value, verb, 0);
}

void Printer::print_address(const GoValue& value, char32_t verb) {
  if (!value.is_map() && !value.is_slice() && value.kind() != GoKind::pointer) {
    return bad_verb(value, verb);
  }
  // Addresses differ from run to run in Go; a constant keeps ours the same.
  const std::uint64_t address = value.is_typed_nil() ? 0 : 0xC000000000U;
  if (verb != 'v' && verb != 'p') return print_integer(value, address, false, verb);
  if (verb == 'v' && address == 0) return pad("<nil>");
  format_hex64(address, !flags_.sharp);
}

bool Printer::print_by_method(const GoValue& value, char32_t verb) {
  if (erroring_) return false;
  if (verb == 'w') {
    bad_verb(value, verb);
    return true;
  }
  if (flags_.sharp_v || !is_text_verb(verb)) return false;
  if (value.type() >= GoType::duration && value.type() <= GoType::weekday) {
    print_string(value, time_text(value), verb);
    return true;
  }
  if (value.type() != GoType::object || value.as_object() == nullptr) return false;
  std::string text;
  if (!value.as_object()->append_text(text)) return false;
  print_string(value, text, verb);
  return true;
}

void Printer::print_value(const GoValue& value, char32_t verb, int depth) {
  if (depth > depth_max) throw FunctionError("value is nested too deeply to be printed");
  check_size(0);
  const bool named = value.type() == GoType::object ||
                     (value.type() >= GoType::duration && value.type() <= GoType::weekday);
  const bool is_wrap = verb == 'w' && (value.type() != GoType::bytes || depth > 0);
  if ((named || is_wrap) && print_by_method(value, verb)) return;
  if (value.is_nil()) {
    if (flags_.sharp_v) {
      out_ += "interface {}(nil)";
    } else {
      out_ += "<nil>";
    }
  } else if (value.is_map()) {
    print_map(value, verb, depth);
  } else if (value.type() == GoType::bytes) {
    print_bytes(value, verb, depth);
  } else if (value.is_slice()) {
    print_slice(value, verb, depth);
  } else if (value.type() == GoType::object) {
    print_struct(value, verb, depth);
  } else {
    print_basic(value, verb);
  }
}

void Printer::print_basic(const GoValue& value, char32_t verb) {
  const GoType type = value.type();
  if (type == GoType::string) return print_string(value, value.as_text(), verb);
  if (type == GoType::boolean) return print_boolean(value, verb);
  if (is_float_type(type)) return print_float(value, value.as_floating(), verb);
  if (type == GoType::complex128) return print_complex(value, verb);
  print_integer(value, value.as_unsigned(), is_signed_type(type), verb);
}

void Printer::print_map(const GoValue& value, char32_t verb, int depth) {
  if (flags_.sharp_v) {
    out_ += value.type_name();
    if (value.as_map() == nullptr) {
      out_ += "(nil)";
      return;
    }
  }
  out_ += flags_.sharp_v ? "{" : "map[";
  bool first = true;
  if (value.as_map() != nullptr) {
    for (const GoEntry& entry : value.as_map()->entries()) {
      if (!first) out_ += flags_.sharp_v ? ", " : " ";
      first = false;
      print_string(GoValue::string(entry.name()), entry.name(), verb);
      out_ += ':';
      print_value(entry.value, verb, depth + 1);
    }
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void Printer::print_slice(const GoValue& value, char32_t verb, int depth) {
  if (flags_.sharp_v) {
    out_ += value.type_name();
    if (value.is_typed_nil()) {
      out_ += "(nil)";
      return;
    }
  }
  out_ += flags_.sharp_v ? '{' : '[';
  bool first = true;
  for (const GoValue& item : value.as_items()) {
    if (!first) out_ += flags_.sharp_v ? ", " : " ";
    first = false;
    print_value(item, verb, depth + 1);
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void Printer::print_bytes(const GoValue& value, char32_t verb, int depth) {
  const std::string_view data = value.as_text();
  if (verb == 's') return pad(truncated(data));
  if (verb == 'x' || verb == 'X') return format_hex_text(data, verb == 'X');
  if (verb == 'q') return format_quoted(data);
  if (flags_.sharp_v) out_ += depth == 0 && verb != 'w' ? "[]byte" : "[]uint8";
  out_ += flags_.sharp_v ? '{' : '[';
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (i > 0) out_ += flags_.sharp_v ? ", " : " ";
    const auto byte = static_cast<unsigned char>(data[i]);
    print_integer(GoValue::unsigned_integer(byte, GoType::uint8), byte, false, verb);
  }
  out_ += flags_.sharp_v ? '}' : ']';
}

void Printer::print_struct(const GoValue& value, char32_t verb, int depth) {
  const GoObject* object = value.as_object();
  if (object == nullptr || (object->kind() == GoKind::pointer && depth > 0)) {
    return print_address(value, verb);
  }
  std::string_view name = object->type_name();
  if (object->kind() == GoKind::pointer) {
    if (!follows_pointer_) out_ += '&';
    if (name.starts_with('*')) name.remove_prefix(1);
  }
  if (flags_.sharp_v) out_ += name;
  out_ += '{';
  const auto fields = object->fields();
  const auto values = object->values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out_ += flags_.sharp_v ? ", " : " ";
    if (flags_.plus_v || flags_.sharp_v) out_.append(fields[i].name).append(":");
    print_value(values[i], verb, depth + 1);
  }
  out_ += '}';
}

void Printer::print_boolean(const GoValue& value, char32_t verb) {
  if (verb != 't' && verb != 'v') return bad_verb(value, verb);
  pad(value.as_boolean() ? "true" : "false");
}

void Printer::print_integer(const GoValue& value, std::uint64_t bits, bool is_signed,
                            char32_t verb) {
  std::string text;
  const std::uint32_t rune = bits > rune_max ? rune_error : static_cast<std::uint32_t>(bits);
  switch (verb) {
    case 'v':
      if (flags_.sharp_v && !is_signed) return format_hex64(bits, true);
      return format_integer(bits, 10, is_signed, verb, false);
    case 'd':
      return format_integer(bits, 10, is_signed, verb, false);
    case 'b':
      return format_integer(bits, 2, is_signed, verb, false);
    case 'o':
    case 'O':
      return format_integer(bits, 8, is_signed, verb, false);
    case 'x':
      return format_integer(bits, 16, is_signed, verb, false);
    case 'X':
      return format_integer(bits, 16, is_signed, verb, true);
    case 'c':
      append_rune(text, rune);
      return pad(text);
    case 'q':
      append_quoted_rune(text, rune, flags_.plus ? QuoteStyle::ascii : QuoteStyle::unicode);
      return pad(text);
    case 'U':
      return format_unicode(bits);
    default:
      return bad_verb(value, verb);
  }
}

void Printer::print_float(const GoValue& value, double number, char32_t verb) {
  switch (verb) {
    case 'v':
      return format_float(number, 'g', -1);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return format_float(number, static_cast<char>(verb), -1);
    case 'f':
    case 'e':
    case 'E':
      return format_float(number, static_cast<char>(verb), 6);
    case 'F':
      return format_float(number, 'f', 6);
    default:
      return bad_verb(value, verb);
  }
}

void Printer::print_complex(const GoValue& value, char32_t verb) {
  if (verb > 0x7F ||
      std::string_view("vbgGxXfFeE").find(static_cast<char>(verb)) == std::string_view::npos) {
    return bad_verb(value, verb);
  }
  const bool plus = flags_.plus;
  out_ += '(';
  print_float(value, value.as_complex().real(), verb);
  flags_.plus = true;
  print_float(value, value.as_complex().imag(), verb);
  out_ += "i)";
  flags_.plus = plus;
}

void Printer::print_string(const GoValue& value, std::string_view text, char32_t verb) {
  switch (verb) {
    case 'v':
      if (flags_.sharp_v) return format_quoted(text);
      return pad(truncated(text));
    case 's':
      return pad(truncated(text));
    case 'x':
      return format_hex_text(text, false);
    case 'X':
      return format_hex_text(text, true);
    case 'q':
      return format_quoted(text);
    default:
      return bad_verb(value, verb);
  }
}

void append_printed(std::string& out, const GoValue& value) {
  if (value.type() == GoType::string) {
    out += value.as_text();
  } else if (value.type() == GoType::float64) {
    append_float(out, value.as_floating());
  } else if (is_signed_type(value.type()) && value.type() < GoType::duration) {
    char text[24];
    const auto done = std::to_chars(text, text + sizeof text, value.as_integer());
    out.append(text, static_cast<std::size_t>(done.ptr - text));
  } else {
    Printer(out).print_argument(value, 'v');
  }
}

void append_addressed(std::string& out, const GoValue& value) {
  if (value.type() != GoType::object || value.as_object() == nullptr) {
    return append_printed(out, value);
  }
  if (value.as_object()->append_text_of_pointer(out)) return;
  Printer printer(out);
  printer.follow_pointer();
  printer.print_argument(value, 'v');
}

std::string print(std::span<const GoValue> arguments) {
  std::string out;
  bool previous_string = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool is_string = arguments[i].is_string();
    if (i > 0 && !is_string && !previous_string) out += ' ';
    append_printed(out, arguments[i]);
    previous_string = is_string;
  }
  return out;
}

}  // namespace reconcile::gotemplate
