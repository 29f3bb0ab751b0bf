#include "reconcile/gotemplate/go_value.hpp"

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/heap.hpp"

namespace reconcile::gotemplate {

GoKind GoValue::kind() const noexcept {
  if (type_ == GoType::object) return object_ == nullptr ? GoKind::pointer : object_->kind();
  return type_info(type_).kind;
}

std::string_view GoValue::type_name() const noexcept {
  if (type_ == GoType::object && object_ != nullptr) return object_->type_name();
  return type_info(type_).name;
}

std::size_t GoValue::length() const noexcept {
  if (is_map()) return map_ == nullptr ? 0 : map_->size();
  return is_string() || is_slice() ? size_ : 0;
}

}  // namespace reconcile::gotemplate
