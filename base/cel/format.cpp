// string.format() as in cel-go 0.27 (ext/formatting_v2.go). Tests: test/cel/strings_test.cpp.
#include "base/cel/format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/cel/functions.hpp"
#include "base/cel/time_text.hpp"

namespace reconcile::cel {
namespace {

constexpr int precision_max = 1'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads the clause behind the `%`; answers what is wrong, or "".
std::string read_clause(std::string_view& rest, FormatClause& clause) {
  static constexpr std::string_view letters = "sdfebxXo";
  if (rest.starts_with('.')) {
    std::size_t end = 1;
    while (end < rest.size() && is_digit(rest[end])) ++end;
    if (end == rest.size()) {
      return "error while parsing precision: could not find end of precision specifier";
    }
    const std::string digits(rest.substr(1, end - 1));
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), clause.precision);
    if (error != std::errc() || clause.precision > precision_max) {
      const bool too_large = !digits.empty();
      return "error while parsing precision: error while converting precision to integer: "
             "strconv.Atoi: parsing \"" +
             digits + "\": " + (too_large ? "value out of range" : "invalid syntax");
    }
    rest.remove_prefix(end);
  }
  clause.letter = rest.front();
  if (letters.find(clause.letter) == std::string_view::npos) {
    return std::string("unrecognized formatting clause \"") + clause.letter + '"';
  }
  rest.remove_prefix(1);
  return "";
}

class Formatter {
 public:
  Formatter(Heap& heap, std::string& out) : heap_(heap), out_(out) {}

  /// Appends `value` by `clause`; answers what is wrong, or "".
  std::string append(const FormatClause& clause, const Value& value) {
    switch (clause.letter) {
      case 's':
        return append_string(value);
      case 'd':
        return append_decimal(clause, value);
      case 'f':
      case 'e':
        return append_floating(clause, value);
      case 'x':
      case 'X':
        return append_hex(clause, value);
      default:
        return append_digits(clause, value, clause.letter == 'b' ? 2 : 8);
    }
  }

  std::string append_string(const Value& value) {
    heap_.charge(1 + value.size / 16);
    switch (value.kind) {
      case ValueKind::null:
        out_ += "null";
        break;
      case ValueKind::floating:
        append_number(value.floating);
        break;
      case ValueKind::duration:
        out_ += format_duration(value.integer);
        break;
      case ValueKind::timestamp:
        out_ += format_instant({value.instant->seconds, value.instant->nanoseconds, 0});
        break;
      case ValueKind::list:
        return append_list(value);
      case ValueKind::map:
        return append_map(value);
      case ValueKind::bytes:
        out_ += value.view();
        break;
      case ValueKind::optional:
      case ValueKind::error:
        return format_type_error({}, type_name(value));
      default:
        out_ += go_text(heap_, value);
    }
    return "";
  }

 private:
  void append_number(double value) {
    if (std::isinf(value)) {
      out_ += value < 0 ? "-Infinity" : "Infinity";
    } else {
      append_fixed(value, out_);
    }
  }

  std::string append_list(const Value& list) {
    out_ += '[';
    for (std::size_t i = 0; i < list_size(list); ++i) {
      if (i > 0) out_ += ", ";
      std::string error = append_string(list_item(heap_, list, i));
      if (!error.empty()) return error;
    }
    out_ += ']';
    return "";
  }

  std::string append_map(const Value& map) {
    std::vector<std::pair<std::string, std::string>> entries(map_size(map));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const MapEntry entry = map_entry(heap_, map, i);
      std::string error = Formatter(heap_, entries[i].first).append_string(entry.key);
      if (error.empty()) error = Formatter(heap_, entries[i].second).append_string(entry.value);
      if (!error.empty()) return error;
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    out_ += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out_ += ", ";
      out_ += entries[i].first + ": " + entries[i].second;
    }
    out_ += '}';
    return "";
  }

  std::string append_decimal(const FormatClause& clause, const Value& value) {
    if (value.is(ValueKind::floating)) {
      append_number(value.floating);
      return "";
    }
    return append_digits(clause, value, 10);
  }

  std::string append_floating(const FormatClause& clause, const Value& value) {
    double number = value.floating;
    if (value.is(ValueKind::integer)) number = static_cast<double>(value.integer);
    if (value.is(ValueKind::unsigned_integer)) {
      number = static_cast<double>(value.unsigned_integer);
    } else if (!value.is(ValueKind::floating) && !value.is(ValueKind::integer)) {
      return format_type_error(clause, type_name(value));
    }
    if (!std::isfinite(number)) {
      append_number(number);
      return "";
    }
    heap_.charge(static_cast<std::uint64_t>(clause.precision) / 8);
    const char* pattern = clause.letter == 'f' ? "%.*f" : "%1.*e";
    const int size = std::snprintf(nullptr, 0, pattern, clause.precision, number);
    std::vector<char> buffer(static_cast<std::size_t>(size) + 1);
    std::snprintf(buffer.data(), buffer.size(), pattern, clause.precision, number);
    out_.append(buffer.data(), static_cast<std::size_t>(size));
    return "";
  }

  std::string append_hex(const FormatClause& clause, const Value& value) {
    const std::size_t begin = out_.size();
    if (value.is(ValueKind::string) || value.is(ValueKind::bytes)) {
      static constexpr std::string_view digits = "0123456789abcdef";
      heap_.charge(1 + value.size / 16);
      for (const char c : value.view()) {
        const auto byte = static_cast<unsigned char>(c);
        out_ += digits[byte >> 4U];
        out_ += digits[byte & 15U];
      }
    } else if (value.is(ValueKind::boolean)) {
      return format_type_error(clause, type_name(value));
    } else if (std::string error = append_digits(clause, value, 16); !error.empty()) {
      return error;
    }
    if (clause.letter == 'X') {
      for (std::size_t i = begin; i < out_.size(); ++i) {
        if (out_[i] >= 'a' && out_[i] <= 'f') out_[i] = static_cast<char>(out_[i] - 'a' + 'A');
      }
    }
    return "";
  }

  std::string append_digits(const FormatClause& clause, const Value& value, int base) {
    std::array<char, 72> buffer{};
    char* const end = buffer.data() + buffer.size();
    if (value.is(ValueKind::boolean) && base == 2) {
      out_ += value.boolean ? '1' : '0';
    } else if (value.is(ValueKind::integer)) {
      out_.append(buffer.data(), std::to_chars(buffer.data(), end, value.integer, base).ptr);
    } else if (value.is(ValueKind::unsigned_integer)) {
      out_.append(buffer.data(),
                  std::to_chars(buffer.data(), end, value.unsigned_integer, base).ptr);
    } else {
      return format_type_error(clause, type_name(value));
    }
    return "";
  }

  Heap& heap_;
  std::string& out_;
};

}  // namespace

std::string format_type_error(const FormatClause& clause, std::string_view type) {
  std::string text;
  switch (clause.letter) {
    case 's':
      text =
          "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, "
          "types, durations, and timestamps";
      break;
    case 'd':
      text = "decimal clause can only be used on ints, uints, and doubles";
      break;
    case 'f':
      text = "fixed-point clause can only be used on ints, uints, and doubles";
      break;
    case 'e':
      text = "scientific clause can only be used on ints, uints, and doubles";
      break;
    case 'b':
      text = "only ints, uints, and bools can be formatted as binary";
      break;
    case 'o':
      text = "octal clause can only be used on ints and uints";
      break;
    default:
      text = "only ints, uints, bytes, and strings can be formatted as hex";
  }
  return text + ", was given " + std::string(type);
}

std::string walk_format(
    std::string_view format, std::size_t arguments,
    const std::function<void(std::string_view)>& text,
    const std::function<std::string(const FormatClause&, std::size_t)>& clause) {
  std::size_t argument = 0;
  while (!format.empty()) {
    const std::size_t mark = std::min(format.find('%'), format.size());
    if (mark > 0) text(format.substr(0, mark));
    format.remove_prefix(mark);
    if (format.empty()) break;
    if (format.starts_with("%%")) {
      text("%");
      format.remove_prefix(2);
      continue;
    }
    if (argument >= arguments) return "index " + std::to_string(argument) + " out of range";
    if (format.size() == 1) return "unexpected end of string";
    format.remove_prefix(1);
    FormatClause found;
    std::string error = read_clause(format, found);
    if (!error.empty()) return "could not parse formatting clause: " + error;
    error = clause(found, argument++);
    if (!error.empty()) return "error during formatting: " + error;
  }
  return "";
}

Value format(Heap& heap, Arguments arguments) {
  std::string out;
  Formatter formatter(heap, out);
  const Value& list = arguments[1];
  const std::string error = walk_format(
      arguments[0].view(), list_size(list),
      [&](std::string_view text) {
        heap.charge(1 + text.size() / 16);
        out += text;
      },
      [&](const FormatClause& clause, std::size_t index) {
        return formatter.append(clause, list_item(heap, list, index));
      });
  return error.empty() ? heap.string(out) : heap.error(error);
}

}  // namespace reconcile::cel
