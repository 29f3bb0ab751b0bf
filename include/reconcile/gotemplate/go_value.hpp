#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "reconcile/gotemplate/go_type.hpp"

namespace reconcile::gotemplate {

class GoMap;
class GoObject;

/// A Go value as templates see it: 16 bytes, copied freely, valid as long as the Heap of its render
/// (and whatever its string views point into). Maps and objects are references: a copy sees every
/// change. Slices share their elements, which never change once made.
class GoValue {
 public:
  /// No value (GoType::none).
  constexpr GoValue() noexcept : integer_(0) {}

  static GoValue nil() noexcept { return GoValue(GoType::nil); }
  static GoValue boolean(bool value) noexcept { return integer(value ? 1 : 0, GoType::boolean); }
  /// Any signed integer type, duration, month and weekday included.
  static GoValue integer(std::int64_t value, GoType type = GoType::int_) noexcept {
    GoValue made(type);
    made.integer_ = value;
    return made;
  }
  static GoValue unsigned_integer(std::uint64_t value, GoType type = GoType::uint) noexcept {
    return integer(static_cast<std::int64_t>(value), type);
  }
  static GoValue floating(double value, GoType type = GoType::float64) noexcept {
    GoValue made(type);
    made.floating_ = value;
    return made;
  }
  /// A string whose bytes live as long as the render: a literal, or text from Heap::copy.
  static GoValue string(std::string_view text) noexcept { return text_of(text, GoType::string); }
  static GoValue bytes(std::string_view data) noexcept { return text_of(data, GoType::bytes); }
  /// A slice type over elements that live in the heap (Heap::elements); null data is Go's nil
  /// slice.
  static GoValue slice(std::span<const GoValue> items, GoType type = GoType::list) noexcept {
    GoValue made(type);
    made.size_ = static_cast<std::uint32_t>(items.size());
    made.items_ = items.data();
    return made;
  }
  /// A map of the type it was made with.
  static GoValue map(GoMap* map) noexcept;
  /// The same map seen as another map type (Go's conversion between a named and a plain map type).
  static GoValue typed_map(GoMap* map, GoType type) noexcept {
    GoValue made(type);
    made.map_ = map;
    return made;
  }
  /// Go's nil map or nil slice of `type`.
  static GoValue typed_nil(GoType type) noexcept { return GoValue(type); }
  static GoValue object(const GoObject* object) noexcept {
    GoValue made(GoType::object);
    made.object_ = object;
    return made;
  }
  /// `number` must live in the heap.
  static GoValue complex(const std::complex<double>* number) noexcept {
    GoValue made(GoType::complex128);
    made.complex_ = number;
    return made;
  }

  [[nodiscard]] GoType type() const noexcept { return type_; }
  [[nodiscard]] GoKind kind() const noexcept;
  /// As %T prints it; "<nil>" for none and nil.
  [[nodiscard]] std::string_view type_name() const noexcept;
  [[nodiscard]] bool is_none() const noexcept { return type_ == GoType::none; }
  /// nil in an interface, or no value at all: what a Go function sees as `v == nil`.
  [[nodiscard]] bool is_nil() const noexcept { return type_ <= GoType::nil; }
  [[nodiscard]] bool is_string() const noexcept { return type_ == GoType::string; }
  [[nodiscard]] bool is_slice() const noexcept { return is_slice_type(type_); }
  [[nodiscard]] bool is_map() const noexcept { return is_map_type(type_); }
  /// A nil map, nil slice or nil pointer that has a type.
  [[nodiscard]] bool is_typed_nil() const noexcept {
    return (is_slice() || is_map() || type_ == GoType::object) && items_ == nullptr;
  }

  // Reads without checks: the caller knows the type.
  [[nodiscard]] bool as_boolean() const noexcept { return integer_ != 0; }
  [[nodiscard]] std::int64_t as_integer() const noexcept { return integer_; }
  [[nodiscard]] std::uint64_t as_unsigned() const noexcept {
    return static_cast<std::uint64_t>(integer_);
  }
  [[nodiscard]] double as_floating() const noexcept { return floating_; }
  [[nodiscard]] std::complex<double> as_complex() const noexcept { return *complex_; }
  /// Bytes of a string or []uint8.
  [[nodiscard]] std::string_view as_text() const noexcept { return {text_, size_}; }
  /// Elements of every slice type but bytes.
  [[nodiscard]] std::span<const GoValue> as_items() const noexcept { return {items_, size_}; }
  /// Null for a nil map.
  [[nodiscard]] GoMap* as_map() const noexcept { return map_; }
  [[nodiscard]] const GoObject* as_object() const noexcept { return object_; }
  /// Bytes, elements or entries; 0 for everything that has no length.
  [[nodiscard]] std::size_t length() const noexcept;

  /// The same map or slice under another type of its shape (Values as map[string]interface {}).
  [[nodiscard]] GoValue with_type(GoType type) const noexcept {
    GoValue made = *this;
    made.type_ = type;
    return made;
  }

  /// Whether the static type is interface {}: the value was read from a map slot, a list element or
  /// a field of that type. Only the executor looks at this; functions may ignore it.
  [[nodiscard]] bool in_interface() const noexcept { return in_interface_ || type_ == GoType::nil; }
  [[nodiscard]] GoValue with_interface(bool in_interface) const noexcept {
    GoValue made = *this;
    made.in_interface_ = in_interface;
    return made;
  }

 private:
  explicit GoValue(GoType type) noexcept : type_(type), integer_(0) {}
  static GoValue text_of(std::string_view text, GoType type) noexcept {
    GoValue made(type);
    made.size_ = static_cast<std::uint32_t>(text.size());
    made.text_ = text.data() == nullptr ? "" : text.data();
    return made;
  }

  GoType type_ = GoType::none;
  bool in_interface_ = false;
  std::uint32_t size_ = 0;
  union {
    std::int64_t integer_;
    double floating_;
    const char* text_;
    const GoValue* items_;
    GoMap* map_;
    const GoObject* object_;
    const std::complex<double>* complex_;
  };
};
static_assert(sizeof(GoValue) == 16);

}  // namespace reconcile::gotemplate
