#include "reconcile/model/value.hpp"

#include <cmath>
#include <utility>

#include "reconcile/model/arena.hpp"

namespace reconcile::model {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::floating:
      return "number";
    case Kind::string:
      return "string";
    case Kind::list:
      return "list";
    case Kind::map:
      return "map";
  }
  return "null";
}

Kind Value::kind() const noexcept {
  return node_ == nullptr ? Kind::null : node_->kind;
}

bool Value::is_number() const noexcept {
  return kind() == Kind::integer || kind() == Kind::floating;
}

std::string_view Value::text() const noexcept {
  if (kind() != Kind::string) return {};
  return {node_->text, node_->size};
}

std::optional<bool> Value::boolean() const noexcept {
  if (kind() != Kind::boolean) return std::nullopt;
  return node_->boolean;
}

std::optional<std::int64_t> Value::integer() const noexcept {
  if (kind() == Kind::integer) {
    if (node_->is_unsigned) return std::nullopt;
    return node_->integer;
  }
  if (kind() != Kind::floating) return std::nullopt;
  const double value = node_->floating;
  // 2^63 is exact as a double; anything below it that is whole fits.
  if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0)) return std::nullopt;
  if (std::trunc(value) != value) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> Value::unsigned_integer() const noexcept {
  if (kind() != Kind::integer) return std::nullopt;
  if (node_->is_unsigned) return node_->unsigned_integer;
  if (node_->integer < 0) return std::nullopt;
  return static_cast<std::uint64_t>(node_->integer);
}

std::optional<double> Value::number() const noexcept {
  if (kind() == Kind::floating) return node_->floating;
  if (kind() != Kind::integer) return std::nullopt;
  if (node_->is_unsigned) return static_cast<double>(node_->unsigned_integer);
  return static_cast<double>(node_->integer);
}

std::string_view Value::source() const noexcept {
  if (node_ == nullptr || is_list() || is_map()) return {};
  if (node_->source != nullptr) return {node_->source, node_->source_size};
  if (is_string()) return text();
  if (kind() == Kind::boolean) return node_->boolean ? "true" : "false";
  if (is_null()) return "null";
  return {};
}

bool Value::is_unsigned() const noexcept {
  return node_ != nullptr && node_->is_unsigned;
}

bool Value::is_timestamp() const noexcept {
  return node_ != nullptr && node_->is_timestamp;
}

std::size_t Value::size() const noexcept {
  return is_list() || is_map() ? node_->size : 0;
}

Value Value::at(std::size_t index) const noexcept {
  if (!is_list() || index >= node_->size) return {};
  return Value(&node_->items[index]);
}

Value Value::operator[](std::string_view key) const noexcept {
  if (node_ == nullptr) return {};
  return Value(find(*node_, key));
}

std::string_view Value::key_at(std::size_t index) const noexcept {
  if (!is_map() || index >= node_->size) return {};
  return node_->entries[index].name();
}

Value Value::value_at(std::size_t index) const noexcept {
  if (!is_map() || index >= node_->size) return {};
  return Value(&node_->entries[index].value);
}

namespace {

bool equal_numbers(Value left, Value right) noexcept {
  if (left.kind() == Kind::integer && right.kind() == Kind::integer) {
    return left.is_unsigned() == right.is_unsigned() &&
           left.node()->unsigned_integer == right.node()->unsigned_integer;
  }
  return *left.number() == *right.number();
}

bool equal_maps(Value left, Value right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    // The same order on both sides is the common case and needs no search.
    const std::string_view key = left.key_at(i);
    const Value other = right.key_at(i) == key ? right.value_at(i) : right[key];
    if (!other.present() || !equal(left.value_at(i), other)) return false;
  }
  return true;
}

}  // namespace

bool equal(Value left, Value right) noexcept {
  if (left.node() == right.node()) return true;
  if (left.is_number() && right.is_number()) return equal_numbers(left, right);
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return left.boolean() == right.boolean();
    case Kind::string:
      return left.text() == right.text();
    case Kind::list:
      if (left.size() != right.size()) return false;
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (!equal(left.at(i), right.at(i))) return false;
      }
      return true;
    case Kind::map:
      return equal_maps(left, right);
    default:
      return false;
  }
}

Document::Document(std::shared_ptr<const Arena> arena, Value root)
    : arena_(std::move(arena)), root_(root) {
}

}  // namespace reconcile::model
