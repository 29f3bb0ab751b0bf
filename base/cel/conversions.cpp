// Conversions between types, and values as messages show them, as in cel-go 0.27. Tests:
// test/cel/conversions_test.cpp.
#include <algorithm>
#include <array>
#include <vector>

#include "base/cel/comparison.hpp"
#include "base/cel/functions.hpp"
#include "base/cel/literals.hpp"
#include "base/cel/time_text.hpp"
#include "base/model/utf8.hpp"
#include "reconcile/model/number_format.hpp"

namespace reconcile::cel {
namespace {

constexpr std::string_view duration_name = "google.protobuf.Duration";
constexpr std::string_view timestamp_name = "google.protobuf.Timestamp";

void append_go_text(Heap& heap, const Value& value, std::string& out);

/// Go's `%v` of what encoding/json reads.
void append_raw(Heap& heap, model::Value value, std::string& out) {
  heap.charge(1);
  if (value.is_null()) {
    out += "<nil>";
  } else if (value.is_list()) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ' ';
      append_raw(heap, value.at(i), out);
    }
    out += ']';
  } else if (value.is_map()) {
    std::vector<std::string_view> keys;
    for (std::size_t i = 0; i < value.size(); ++i) keys.push_back(value.key_at(i));
    std::sort(keys.begin(), keys.end());
    out += "map[";
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i > 0) out += ' ';
      out.append(keys[i]).append(":");
      append_raw(heap, value[keys[i]], out);
    }
    out += ']';
  } else {
    append_go_text(heap, heap.from_document(value, DocumentNumbers::integers), out);
  }
}

void append_list(Heap& heap, const Value& list, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < list_size(list); ++i) {
    if (i > 0) out += ", ";
    if (list.list->document.present()) {
      append_raw(heap, list.list->document.at(i), out);
    } else {
      append_go_text(heap, list_item(heap, list, i), out);
    }
  }
  out += ']';
}

void append_map(Heap& heap, const Value& map, std::string& out) {
  out += '{';
  for (std::size_t i = 0; i < map_size(map); ++i) {
    const MapEntry entry = map_entry(heap, map, i);
    if (i > 0) out += ", ";
    append_go_text(heap, entry.key, out);
    out += ": ";
    append_go_text(heap, entry.value, out);
  }
  out += '}';
}

void append_bytes(std::string_view bytes, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out += ' ';
    out += std::to_string(static_cast<unsigned char>(bytes[i]));
  }
  out += ']';
}

void append_instant(const Instant& instant, std::string& out) {
  const std::int64_t local = instant.seconds + instant.offset_seconds;
  std::string text = format_instant({local, instant.nanoseconds, 0});
  text[10] = ' ';
  text.back() = ' ';
  std::string zone = format_instant({0, 0, instant.offset_seconds}).substr(19);
  if (zone == "Z") {
    zone = "+0000 UTC";
  } else {
    zone.erase(3, 1);
    zone += ' ' + zone;
  }
  out += text + zone;
}

void append_go_text(Heap& heap, const Value& value, std::string& out) {
  heap.charge(1 + value.size / 64);
  switch (value.kind) {
    case ValueKind::null:
      out += '0';
      break;
    case ValueKind::boolean:
      out += value.boolean ? "true" : "false";
      break;
    case ValueKind::integer:
      out += std::to_string(value.integer);
      break;
    case ValueKind::unsigned_integer:
      out += std::to_string(value.unsigned_integer);
      break;
    case ValueKind::floating:
      model::append_go_float(value.floating, out);
      break;
    case ValueKind::string:
    case ValueKind::type:
    case ValueKind::error:
      out += value.view();
      break;
    case ValueKind::bytes:
      append_bytes(value.view(), out);
      break;
    case ValueKind::list:
      append_list(heap, value, out);
      break;
    case ValueKind::map:
      append_map(heap, value, out);
      break;
    case ValueKind::duration:
      out += duration_text(value.integer);
      break;
    case ValueKind::timestamp:
      append_instant(*value.instant, out);
      break;
    case ValueKind::optional:
      if (value.inner == nullptr) {
        out += "optional.none()";
        break;
      }
      out += "optional(";
      append_go_text(heap, *value.inner, out);
      out += ')';
  }
}

Value integer_overflow() {
  return make_text(ValueKind::error, "integer overflow");
}
Value unsigned_overflow() {
  return make_text(ValueKind::error, "unsigned integer overflow");
}

}  // namespace

std::string go_text(Heap& heap, const Value& value) {
  std::string text;
  append_go_text(heap, value, text);
  return text;
}

Value conversion_error(Heap& heap, const Value& from, std::string_view to) {
  std::string text = "type conversion error from '";
  text.append(type_name(from)).append("' to '").append(to).append("'");
  return heap.error(text);
}

Value timestamp_overflow() {
  return make_text(ValueKind::error, "timestamp overflow");
}

Value identity(Heap& /*heap*/, Arguments arguments) {
  return arguments[0];
}

Value to_type(Heap& /*heap*/, Arguments arguments) {
  return make_text(ValueKind::type, type_name(arguments[0]));
}

Value to_boolean(Heap& heap, Arguments arguments) {
  static constexpr std::array<std::string_view, 6> yes = {"1", "t", "T", "true", "TRUE", "True"};
  static constexpr std::array<std::string_view, 6> no = {"0", "f", "F", "false", "FALSE", "False"};
  for (const std::string_view word : yes) {
    if (arguments[0].view() == word) return make_boolean(true);
  }
  for (const std::string_view word : no) {
    if (arguments[0].view() == word) return make_boolean(false);
  }
  return conversion_error(heap, arguments[0], "bool");
}

Value to_bytes(Heap& /*heap*/, Arguments arguments) {
  return make_text(ValueKind::bytes, arguments[0].view());
}

Value to_double(Heap& heap, Arguments arguments) {
  const Value& value = arguments[0];
  if (value.is(ValueKind::integer)) return make_floating(static_cast<double>(value.integer));
  if (value.is(ValueKind::unsigned_integer)) {
    return make_floating(static_cast<double>(value.unsigned_integer));
  }
  const std::optional<double> number = parse_double(value.view());
  return number ? make_floating(*number) : conversion_error(heap, value, "double");
}

Value to_duration(Heap& heap, Arguments arguments) {
  const Value& value = arguments[0];
  // cel-go 0.27 declares duration(int) but cannot do it.
  if (!value.is(ValueKind::string)) return conversion_error(heap, value, duration_name);
  const std::optional<std::int64_t> nanoseconds = parse_duration(value.view());
  return nanoseconds ? make_duration(*nanoseconds) : conversion_error(heap, value, duration_name);
}

Value to_integer_value(Heap& heap, Arguments arguments) {
  const Value& value = arguments[0];
  switch (value.kind) {
    case ValueKind::duration:
      return make_integer(value.integer);
    case ValueKind::timestamp:
      return make_integer(value.instant->seconds);
    case ValueKind::unsigned_integer:
      if (value.unsigned_integer > INT64_MAX) return integer_overflow();
      return make_integer(value.integer);
    case ValueKind::floating: {
      const std::optional<std::int64_t> whole = to_integer(value.floating);
      return whole ? make_integer(*whole) : integer_overflow();
    }
    default:
      break;
  }
  const std::optional<std::int64_t> number = parse_integer(value.view(), 10);
  return number ? make_integer(*number) : conversion_error(heap, value, "int");
}

Value to_string(Heap& heap, Arguments arguments) {
  const Value& value = arguments[0];
  std::string text;
  switch (value.kind) {
    case ValueKind::bytes:
      heap.charge(value.size / 64);
      if (!model::valid_utf8(value.view())) {
        return heap.error("invalid UTF-8 in bytes, cannot convert to string");
      }
      return make_text(ValueKind::string, value.view());
    case ValueKind::floating:
      model::append_go_float(value.floating, text);
      break;
    case ValueKind::duration:
      text = format_duration(value.integer);
      break;
    case ValueKind::timestamp:
      text = format_instant(*value.instant);
      break;
    default:
      append_go_text(heap, value, text);
  }
  return heap.string(text);
}

Value to_timestamp(Heap& heap, Arguments arguments) {
  const Value& value = arguments[0];
  Instant instant;
  if (value.is(ValueKind::integer)) {
    instant.seconds = value.integer;
  } else {
    const std::optional<Instant> parsed = parse_instant(value.view());
    if (!parsed) return conversion_error(heap, value, timestamp_name);
    instant = *parsed;
  }
  if (instant.seconds < instant_seconds_min || instant.seconds > instant_seconds_max) {
    return timestamp_overflow();
  }
  return heap.timestamp(instant);
}

Value to_unsigned_value(Heap& heap, Arguments arguments) {
  const Value& value = arguments[0];
  if (value.is(ValueKind::integer)) {
    return value.integer < 0 ? unsigned_overflow() : make_unsigned(value.unsigned_integer);
  }
  if (value.is(ValueKind::floating)) {
    const std::optional<std::uint64_t> whole = to_unsigned(value.floating);
    return whole ? make_unsigned(*whole) : unsigned_overflow();
  }
  const std::optional<std::uint64_t> number = parse_unsigned(value.view(), 10);
  return number ? make_unsigned(*number) : conversion_error(heap, value, "uint");
}

}  // namespace reconcile::cel
