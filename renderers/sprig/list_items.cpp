#include "renderers/sprig/list_items.hpp"

#include "reconcile/gotemplate/go_object.hpp"
#include "renderers/sprig/conversion.hpp"

namespace reconcile::sprig {

using gotemplate::GoType;
using gotemplate::GoValue;

std::span<const GoValue> items_of(gotemplate::Heap& heap, const GoValue& slice) {
  if (slice.type() != GoType::bytes) return slice.as_items();
  const std::string_view bytes = slice.as_text();
  const std::span<GoValue> items = heap.elements(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    items[i] = GoValue::unsigned_integer(static_cast<unsigned char>(bytes[i]), GoType::uint8);
  }
  return items;
}

std::vector<std::string> text_items(const GoValue& value) {
  std::vector<std::string> texts;
  if (value.is_nil()) return texts;
  if (value.type() == GoType::bytes) {
    for (const char c : value.as_text()) {
      texts.push_back(std::to_string(static_cast<unsigned char>(c)));
    }
  } else if (value.is_slice()) {
    texts.reserve(value.length());
    for (const GoValue& item : value.as_items()) {
      if (!item.is_nil()) texts.push_back(to_text(item));
    }
  } else {
    texts.push_back(to_text(value));
  }
  return texts;
}

bool is_empty(const GoValue& value) {
  switch (value.type()) {
    case GoType::none:
    case GoType::nil:
      return true;
    case GoType::boolean:
      return !value.as_boolean();
    case GoType::float32:
    case GoType::float64:
      return value.as_floating() == 0;
    case GoType::complex128:
      return value.as_complex() == std::complex<double>();
    case GoType::string:
      return value.as_text().empty();
    case GoType::object:
      return value.is_typed_nil();
    default:
      break;
  }
  if (value.is_slice() || value.is_map()) return value.length() == 0;
  return value.as_integer() == 0;
}

}  // namespace reconcile::sprig
