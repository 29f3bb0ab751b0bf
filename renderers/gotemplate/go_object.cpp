#include "reconcile/gotemplate/go_object.hpp"

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"

namespace reconcile::gotemplate {

const Function* GoObject::method(std::string_view) const {
  return nullptr;
}
bool GoObject::append_text(std::string&) const {
  return false;
}
bool GoObject::append_text_of_pointer(std::string&) const {
  return false;
}
bool GoObject::append_json(std::string&) const {
  return false;
}

bool GoObject::equals(const GoObject& other) const {
  const auto left = values();
  const auto right = other.values();
  if (this == &other) return true;
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!deep_equal(left[i], right[i])) return false;
  }
  return true;
}

const Function* GoStruct::method(std::string_view name) const {
  for (const Function& function : type_->methods) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

}  // namespace reconcile::gotemplate
