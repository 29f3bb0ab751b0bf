// Functions of lists and optional values, and base64, as in cel-go 0.27 (ext/sets.go,
// ext/encoders.go, cel/library.go). Tests: test/cel/collections_test.cpp.
#include <algorithm>
#include <string>

#include "base/cel/comparison.hpp"
#include "base/cel/functions.hpp"

namespace reconcile::cel {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool contains_all(Heap& heap, const Value& list, const Value& items) {
  for (std::size_t i = 0; i < list_size(items); ++i) {
    if (!contains(heap, list, list_item(heap, items, i)).is_true()) return false;
  }
  return true;
}

bool is_zero(const Value& value) {
  switch (value.kind) {
    case ValueKind::null:
      return true;
    case ValueKind::boolean:
      return !value.boolean;
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
    case ValueKind::duration:
      return value.integer == 0;
    case ValueKind::floating:
      return value.floating == 0;
    case ValueKind::string:
    case ValueKind::bytes:
      return value.size == 0;
    case ValueKind::list:
      return list_size(value) == 0;
    case ValueKind::map:
      return map_size(value) == 0;
    case ValueKind::timestamp:
      return value.instant->seconds == instant_seconds_min && value.instant->nanoseconds == 0;
    default:
      return false;
  }
}

/// What Go's base64 with or without padding reads; `error_at` is the byte that it stumbles over,
/// npos where there is none.
std::string decode(std::string_view text, bool padded, std::size_t& error_at) {
  std::string out;
  std::string group;
  error_at = std::string_view::npos;
  const auto flush = [&] {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t digit = i < group.size() ? alphabet.find(group[i]) : 0;
      bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    }
    for (std::size_t i = 0; i + 1 < group.size(); ++i) {
      out += static_cast<char>((bits >> (16U - 8U * i)) & 0xFFU);
    }
    group.clear();
  };
  const auto is_newline = [](char c) { return c == '\n' || c == '\r'; };
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (is_newline(c)) continue;
    if (alphabet.find(c) == std::string_view::npos) break;
    group += c;
    if (group.size() == 4) flush();
  }
  if (i == text.size()) {
    if (group.size() == 1 || (padded && !group.empty())) {
      error_at = text.size() - group.size();
      return "";
    }
    flush();
    return out;
  }
  if (!padded || text[i] != '=' || group.size() < 2) {
    error_at = i;
    return "";
  }
  if (group.size() == 2) {
    do ++i;
    while (i < text.size() && is_newline(text[i]));
    if (i == text.size()) {
      error_at = text.size();
      return "";
    }
    if (text[i] != '=') {
      error_at = i - 1;
      return "";
    }
  }
  do ++i;
  while (i < text.size() && is_newline(text[i]));
  if (i < text.size()) {
    error_at = i;
    return "";
  }
  flush();
  return out;
}

}  // namespace

Value base64_decode(Heap& heap, Arguments arguments) {
  heap.charge(1 + arguments[0].size / 16);
  std::size_t error_at = 0;
  std::string out = decode(arguments[0].view(), true, error_at);
  if (error_at == std::string_view::npos) return heap.bytes(out);
  out = decode(arguments[0].view(), false, error_at);
  if (error_at == std::string_view::npos) return heap.bytes(out);
  return heap.error("illegal base64 data at input byte " + std::to_string(error_at));
}

Value base64_encode(Heap& heap, Arguments arguments) {
  const std::string_view data = arguments[0].view();
  heap.charge(1 + data.size() / 16);
  std::string out;
  for (std::size_t i = 0; i < data.size(); i += 3) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(3, data.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      bits = (bits << 8U) | (k < count ? static_cast<unsigned char>(data[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= count ? alphabet[(bits >> (18U - 6U * k)) & 63U] : '=';
    }
  }
  return heap.string(out);
}

Value sets_contains(Heap& heap, Arguments arguments) {
  return make_boolean(contains_all(heap, arguments[0], arguments[1]));
}

Value sets_equivalent(Heap& heap, Arguments arguments) {
  return make_boolean(contains_all(heap, arguments[0], arguments[1]) &&
                      contains_all(heap, arguments[1], arguments[0]));
}

Value sets_intersects(Heap& heap, Arguments arguments) {
  for (std::size_t i = 0; i < list_size(arguments[0]); ++i) {
    const Value item = list_item(heap, arguments[0], i);
    if (contains(heap, arguments[1], item).is_true()) return make_boolean(true);
  }
  return make_boolean(false);
}

Value list_first(Heap& heap, Arguments arguments) {
  if (list_size(arguments[0]) == 0) return Heap::none();
  return heap.optional(list_item(heap, arguments[0], 0));
}

Value list_last(Heap& heap, Arguments arguments) {
  const std::size_t count = list_size(arguments[0]);
  if (count == 0) return Heap::none();
  return heap.optional(list_item(heap, arguments[0], count - 1));
}

Value optional_of(Heap& heap, Arguments arguments) {
  return heap.optional(arguments[0]);
}

Value optional_of_non_zero(Heap& heap, Arguments arguments) {
  return is_zero(arguments[0]) ? Heap::none() : heap.optional(arguments[0]);
}

Value optional_none(Heap& /*heap*/, Arguments /*arguments*/) {
  return Heap::none();
}

Value optional_value(Heap& /*heap*/, Arguments arguments) {
  if (arguments[0].inner != nullptr) return *arguments[0].inner;
  return make_text(ValueKind::error, "optional.none() dereference");
}

Value optional_has_value(Heap& /*heap*/, Arguments arguments) {
  return make_boolean(arguments[0].inner != nullptr);
}

Value optional_unwrap(Heap& heap, Arguments arguments) {
  const Value out = heap.growing_list();
  out.list->growing = false;
  for (std::size_t i = 0; i < list_size(arguments[0]); ++i) {
    const Value item = list_item(heap, arguments[0], i);
    if (!item.is(ValueKind::optional)) {
      return heap.error("value " + go_text(heap, item) + " is not optional");
    }
    if (item.inner != nullptr) heap.append(*out.list, *item.inner);
  }
  return out;
}

}  // namespace reconcile::cel
