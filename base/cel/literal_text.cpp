#include "base/cel/literal_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/cel/time_text.hpp"
#include "base/model/utf8.hpp"

namespace reconcile::cel {
namespace {

void append_hex(const char* format, std::uint32_t value, std::string& out) {
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, value);
  out += buffer.data();
}

/// Near to Go's strconv.Quote: characters beyond ASCII are kept.
void append_quoted(std::string_view text, std::string& out) {
  static constexpr std::string_view plain = "\a\b\f\n\r\t\v\\\"";
  static constexpr std::string_view letters = "abfnrtv\\\"";
  out += '"';
  while (!text.empty()) {
    const model::Rune rune = model::decode_rune(text);
    const std::size_t found = rune.size == 1 ? plain.find(text[0]) : std::string_view::npos;
    if (found != std::string_view::npos) {
      out += '\\';
      out += letters[found];
    } else if (rune.invalid() || rune.value < 0x20 || rune.value == 0x7F) {
      append_hex("\\x%02x", static_cast<unsigned char>(text[0]), out);
    } else {
      out += text.substr(0, rune.size);
    }
    text.remove_prefix(rune.size);
  }
  out += '"';
}

void append_double(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "double(\"NaN\")";
  } else if (std::isinf(value)) {
    out += value < 0 ? "double(\"-Infinity\")" : "double(\"Infinity\")";
  } else {
    const std::size_t begin = out.size();
    append_fixed(value, out);
    if (out.find('.', begin) == std::string::npos) out += ".0";
  }
}

void append_map(Heap& heap, const Value& map, std::string& out) {
  std::vector<std::pair<std::string, std::string>> entries(map_size(map));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const MapEntry entry = map_entry(heap, map, i);
    append_literal(heap, entry.key, entries[i].first);
    append_literal(heap, entry.value, entries[i].second);
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  out += '{';
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out += ", ";
    out += entries[i].first + ": " + entries[i].second;
  }
  out += '}';
}

}  // namespace

void append_literal(Heap& heap, const Value& value, std::string& out) {
  heap.charge(1 + value.size / 16);
  switch (value.kind) {
    case ValueKind::null:
      out += "null";
      break;
    case ValueKind::boolean:
      out += value.boolean ? "true" : "false";
      break;
    case ValueKind::integer:
      out += std::to_string(value.integer);
      break;
    case ValueKind::unsigned_integer:
      out += std::to_string(value.unsigned_integer) + 'u';
      break;
    case ValueKind::floating:
      append_double(value.floating, out);
      break;
    case ValueKind::string:
      append_quoted(value.view(), out);
      break;
    case ValueKind::bytes:
      out += "b\"";
      for (const char c : value.view()) append_hex("\\%03o", static_cast<unsigned char>(c), out);
      out += '"';
      break;
    case ValueKind::list:
      out += '[';
      for (std::size_t i = 0; i < list_size(value); ++i) {
        if (i > 0) out += ", ";
        append_literal(heap, list_item(heap, value, i), out);
      }
      out += ']';
      break;
    case ValueKind::map:
      append_map(heap, value, out);
      break;
    case ValueKind::duration:
      out += "duration(\"" + format_duration(value.integer) + "\")";
      break;
    case ValueKind::timestamp: {
      const Instant utc{value.instant->seconds, value.instant->nanoseconds, 0};
      out += "timestamp(\"" + format_instant(utc) + "\")";
      break;
    }
    case ValueKind::optional:
      if (value.inner == nullptr) {
        out += "optional.none()";
        break;
      }
      out += "optional.of(";
      append_literal(heap, *value.inner, out);
      out += ')';
      break;
    case ValueKind::type:
    case ValueKind::error:
      out += value.view();
  }
}

}  // namespace reconcile::cel
