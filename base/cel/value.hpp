#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "reconcile/model/value.hpp"

namespace reconcile::cel {

enum class ValueKind : std::uint8_t {
  null,
  boolean,
  integer,
  unsigned_integer,
  floating,
  string,
  bytes,
  list,
  map,
  type,
  timestamp,
  duration,
  optional,
  error,
};

/// What a value can do, as cel-go's traits; operators look at their first operand's.
enum Trait : std::uint32_t {
  no_trait = 0,
  can_add = 1U << 0U,
  can_compare = 1U << 1U,
  can_contain = 1U << 2U,
  can_divide = 1U << 3U,
  can_index = 1U << 4U,
  can_iterate = 1U << 5U,
  can_match = 1U << 6U,
  can_take_modulo = 1U << 7U,
  can_multiply = 1U << 8U,
  can_negate = 1U << 9U,
  can_receive = 1U << 10U,
  has_size = 1U << 11U,
  can_subtract = 1U << 12U,
};

struct Value;
struct ListData;
struct MapData;

/// An instant with the offset that it was written with.
struct Instant {
  std::int64_t seconds = 0;  ///< since 1970
  std::int32_t nanoseconds = 0;
  std::int32_t offset_seconds = 0;
};

/// A value of the language: plain data that points into the Heap of its evaluation, into the
/// expression or into a document, all of which outlive it.
struct Value {
  ValueKind kind = ValueKind::null;
  std::uint32_t size = 0;  ///< bytes of a text; of null 1 where it is a document's
  union {
    bool boolean;
    std::int64_t integer = 0;  ///< also the nanoseconds of a duration
    std::uint64_t unsigned_integer;
    double floating;
    const char* text;  ///< string, bytes, the name of a type, the message of an error
    ListData* list;
    const MapData* map;
    const Instant* instant;
    const Value* inner;  ///< of an optional; null for optional.none()
  };

  [[nodiscard]] std::string_view view() const noexcept { return {text, size}; }
  [[nodiscard]] bool is(ValueKind other) const noexcept { return kind == other; }
  [[nodiscard]] bool is_error() const noexcept { return kind == ValueKind::error; }
  [[nodiscard]] bool is_true() const noexcept { return kind == ValueKind::boolean && boolean; }
  [[nodiscard]] bool is_false() const noexcept { return kind == ValueKind::boolean && !boolean; }
};

/// How numbers of a document are read: as Kubernetes' unstructured objects hold them (integers that
/// fit int64 are int, others double), or all as double (Go's encoding/json).
enum class DocumentNumbers : std::uint8_t { integers, doubles };

/// A list: of a document, or of values.
struct ListData {
  const Value* items = nullptr;
  std::size_t count = 0;
  model::Value document;  ///< where present, the list is this one and `items` is null
  DocumentNumbers numbers = DocumentNumbers::integers;
  bool growing = false;  ///< the accumulator of a loop: added to in place
  std::size_t capacity = 0;
};

struct MapEntry {
  Value key;
  Value value;
};

/// A map: of a document, or of entries in the order they were written.
struct MapData {
  const MapEntry* entries = nullptr;
  std::size_t count = 0;
  model::Value document;
  DocumentNumbers numbers = DocumentNumbers::integers;
  const std::uint32_t* table = nullptr;  ///< large maps: entry + 1 by hash of the key, 0 is free
  std::size_t table_mask = 0;
};

inline Value make_boolean(bool value) {
  Value out;
  out.kind = ValueKind::boolean;
  out.boolean = value;
  return out;
}
inline Value make_integer(std::int64_t value) {
  Value out;
  out.kind = ValueKind::integer;
  out.integer = value;
  return out;
}
inline Value make_unsigned(std::uint64_t value) {
  Value out;
  out.kind = ValueKind::unsigned_integer;
  out.unsigned_integer = value;
  return out;
}
inline Value make_floating(double value) {
  Value out;
  out.kind = ValueKind::floating;
  out.floating = value;
  return out;
}
inline Value make_duration(std::int64_t nanoseconds) {
  Value out;
  out.kind = ValueKind::duration;
  out.integer = nanoseconds;
  return out;
}
/// A string, bytes, type or error over `text`, which must outlive it.
inline Value make_text(ValueKind kind, std::string_view text) {
  Value out;
  out.kind = kind;
  out.size = static_cast<std::uint32_t>(text.size());
  out.text = text.data();
  return out;
}

/// The name of a value's type at run time: "int", "google.protobuf.Timestamp", "optional_type".
std::string_view type_name(const Value& value) noexcept;
/// The traits of its type.
std::uint32_t traits(ValueKind kind) noexcept;
/// The name of Go's type behind it ("types.Int"), which some messages of cel-go show.
std::string_view go_type_name(ValueKind kind) noexcept;

}  // namespace reconcile::cel
