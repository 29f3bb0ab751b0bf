// Attributes: variables with the fields and indices that follow them, as cel-go 0.27 resolves them
// (interpreter/attributes.go). Tests: test/cel/evaluator_test.cpp.
#include "base/cel/attributes.hpp"

#include "base/cel/comparison.hpp"

namespace reconcile::cel {
namespace {

constexpr std::string_view missing_attribute = "no such attribute(s): ";

/// What Go's Optional.Value() holds once it is a value again: nested optionals fall together, the
/// inner one that is none becomes null, and a type becomes its name.
Value unwrapped(const Value& optional) {
  Value value = *optional.inner;
  while (value.is(ValueKind::optional)) {
    if (value.inner == nullptr) return {};
    value = *value.inner;
  }
  if (value.is(ValueKind::type)) value.kind = ValueKind::string;
  return value;
}

/// The Go type of a value that is an index but cannot be one.
std::string index_type(const Value& value) {
  if (value.is(ValueKind::list) && value.list->document.present()) return "[]interface {}";
  if (value.is(ValueKind::map) && value.map->document.present()) return "map[string]interface {}";
  if (value.is(ValueKind::null) && value.size != 0) return "<nil>";
  return std::string(go_type_name(value.kind));
}

}  // namespace

Value Evaluation::resolve(const Attribute& attribute) {
  switch (attribute.kind) {
    case AttributeKind::local:
      return qualify(attribute, locals_[attribute.slot], 0);
    case AttributeKind::global:
      return resolve_global(attribute);
    case AttributeKind::relative:
      return qualify(attribute, run(*attribute.operand), 0);
    case AttributeKind::conditional:
      break;
  }
  const Value condition = run(*attribute.operand);
  if (condition.is_true()) return resolve(*attribute.then);
  if (condition.is_false()) return resolve(*attribute.otherwise);
  return condition.is_error() ? condition : no_such_overload();
}

Value Evaluation::resolve_global(const Attribute& attribute) {
  Value found;
  const auto try_name = [&](std::string_view name, std::size_t used) {
    heap_.charge(1);
    if (find_variable_(heap_, name, found)) {
      found = qualify(attribute, found, used);
      // A name that is missing in an index counts as this one missing.
      return !attribute.may_be_longer || !found.is_error() ||
             !found.view().starts_with(missing_attribute);
    }
    const bool is_type = used == attribute.qualifiers.size() && find_type(name) != nullptr;
    if (is_type) found = make_text(ValueKind::type, name);
    return is_type;
  };
  for (std::size_t used = attribute.longer_names.size(); used > 0; --used) {
    if (try_name(attribute.longer_names[used - 1], used)) return found;
  }
  if (try_name(attribute.name, 0)) return found;
  const std::string& longest =
      attribute.longer_names.empty() ? attribute.name : attribute.longer_names.back();
  return heap_.error(std::string(missing_attribute) + longest);
}

Value Evaluation::qualify(const Attribute& attribute, Value value, std::size_t first) {
  if (value.is_error()) return value;
  bool optional = value.is(ValueKind::optional);
  if (optional) {
    if (value.inner == nullptr) return value;
    value = unwrapped(value);
  }
  for (std::size_t i = first; i < attribute.qualifiers.size(); ++i) {
    const Qualifier& qualifier = attribute.qualifiers[i];
    optional = optional || qualifier.optional;
    bool present = true;
    value = step(qualifier, value, optional || qualifier.presence_only, present);
    if (value.is_error()) return value;
    if (qualifier.presence_only && !optional) {
      value = make_boolean(present);
    } else if (!present) {
      return Heap::none();
    }
  }
  return optional ? heap_.optional(value) : value;
}

Value Evaluation::step(const Qualifier& qualifier, const Value& value, bool may_be_missing,
                       bool& present) {
  heap_.charge(1);
  Value index = qualifier.constant;
  if (qualifier.attribute != nullptr) {
    index = resolve(*qualifier.attribute);
    if (index.is_error()) return index;
    switch (index.kind) {
      case ValueKind::string:
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
      case ValueKind::boolean:
      case ValueKind::floating:
        break;
      default:
        return heap_.error("invalid qualifier type: " + index_type(index));
    }
  }
  if (value.is(ValueKind::list)) return index_list(value, index, may_be_missing, present);
  Value found;
  present = value.is(ValueKind::map) && map_find(heap_, value, index, found);
  if (present || may_be_missing) return found;
  return heap_.error("no such key: " + go_text(heap_, index));
}

Value Evaluation::index_list(const Value& list, const Value& index, bool may_be_missing,
                             bool& present) {
  std::int64_t at = 0;
  if (index.is(ValueKind::string) || index.is(ValueKind::boolean)) {
    return heap_.error("unsupported index type '" + std::string(type_name(index)) + "' in list");
  }
  if (!to_integer_lossless(index, at)) {
    return heap_.error("unsupported index value " + go_text(heap_, index) + " in list");
  }
  present = at >= 0 && static_cast<std::uint64_t>(at) < list_size(list);
  if (present) return list_item(heap_, list, static_cast<std::size_t>(at));
  if (may_be_missing) return {};
  return heap_.error("index out of bounds: " + go_text(heap_, index));
}

}  // namespace reconcile::cel
