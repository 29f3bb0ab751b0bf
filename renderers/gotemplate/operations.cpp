#include <cmath>
#include <string>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"

namespace reconcile::gotemplate {
namespace {

constexpr int equal_depth_max = 1000;
// Pairs compared at most: values that share parts can be larger than memory.
constexpr std::uint64_t equal_pairs_max = 20'000'000;

struct Comparison {
  int depth = 0;
  std::uint64_t pairs = 0;
};

bool equal_at(const GoValue& left, const GoValue& right, Comparison& state);

bool maps_equal(const GoMap& left, const GoMap& right, Comparison& state) {
  if (&left == &right) return true;
  if (left.size() != right.size()) return false;
  const auto a = left.entries();
  const auto b = right.entries();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name() != b[i].name() || !equal_at(a[i].value, b[i].value, state)) return false;
  }
  return true;
}

bool slices_equal(const GoValue& left, const GoValue& right, Comparison& state) {
  const auto a = left.as_items();
  const auto b = right.as_items();
  if (a.size() != b.size()) return false;
  if (a.data() == b.data()) return true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!equal_at(a[i], b[i], state)) return false;
  }
  return true;
}

bool equal_at(const GoValue& left, const GoValue& right, Comparison& state) {
  if (left.is_nil() || right.is_nil()) return left.is_nil() && right.is_nil();
  if (left.type() != right.type() || state.depth > equal_depth_max) return false;
  if (++state.pairs > equal_pairs_max) {
    throw FunctionError("values have more than the limit of " + std::to_string(equal_pairs_max) +
                        " pairs to be compared");
  }
  if (left.is_typed_nil() || right.is_typed_nil()) {
    return left.is_typed_nil() && right.is_typed_nil();
  }
  switch (left.type()) {
    case GoType::string:
    case GoType::bytes:
      return left.as_text() == right.as_text();
    case GoType::float32:
    case GoType::float64:
      return left.as_floating() == right.as_floating();
    case GoType::complex128:
      return left.as_complex() == right.as_complex();
    case GoType::object:
      return left.type_name() == right.type_name() && left.as_object()->equals(*right.as_object());
    default:
      break;
  }
  if (!left.is_map() && !left.is_slice()) return left.as_integer() == right.as_integer();
  ++state.depth;
  const bool equal = left.is_map() ? maps_equal(*left.as_map(), *right.as_map(), state)
                                   : slices_equal(left, right, state);
  --state.depth;
  return equal;
}

}  // namespace

bool is_true(const GoValue& value) noexcept {
  switch (value.type()) {
    case GoType::none:
    case GoType::nil:
      return false;
    case GoType::float32:
    case GoType::float64:
      return value.as_floating() != 0;
    case GoType::complex128:
      return value.as_complex() != std::complex<double>();
    case GoType::object:
      return value.as_object() != nullptr;
    default:
      break;
  }
  if (value.is_string() || value.is_slice() || value.is_map()) return value.length() > 0;
  return value.as_integer() != 0;
}

bool deep_equal(const GoValue& left, const GoValue& right) {
  Comparison state;
  return equal_at(left, right, state);
}

bool deep_equal(const GoValue& left, const GoValue& right, std::uint64_t& pairs) {
  Comparison state;
  state.pairs = pairs;
  const bool equal = equal_at(left, right, state);
  pairs = state.pairs;
  return equal;
}

GoValue to_go_value(Heap& heap, model::Value value) {
  switch (value.kind()) {
    case model::Kind::null:
      return GoValue::nil();
    case model::Kind::boolean:
      return GoValue::boolean(value.boolean().value_or(false));
    case model::Kind::integer:
    case model::Kind::floating:
      return GoValue::floating(value.number().value_or(0));
    case model::Kind::string:
      return GoValue::string(value.text());
    case model::Kind::list: {
      const std::span<GoValue> items = heap.elements(value.size());
      for (std::size_t i = 0; i < items.size(); ++i) items[i] = to_go_value(heap, value.at(i));
      return GoValue::slice(items);
    }
    case model::Kind::map:
      break;
  }
  GoMap* map = heap.map(GoType::map, value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string_view key = value.key_at(i);
    map->entries_[i] = {key.data() == nullptr ? "" : key.data(),
                        static_cast<std::uint32_t>(key.size()),
                        to_go_value(heap, value.value_at(i))};
    map->size_ = static_cast<std::uint32_t>(i + 1);
  }
  map->sort();
  return GoValue::map(map);
}

}  // namespace reconcile::gotemplate
