#include "base/cel/static_type.hpp"

#include <array>
#include <utility>

namespace reconcile::cel {
namespace {

constexpr std::size_t kinds = static_cast<std::size_t>(TypeKind::parameter) + 1;

std::string with_parameters(std::string name, const StaticType& type,
                            std::string (*describe)(const StaticType&)) {
  if (type.parameters.empty()) return name;
  name += '(';
  for (std::size_t i = 0; i < type.parameters.size(); ++i) {
    if (i > 0) name += ", ";
    name += describe(*type.parameters[i]);
  }
  return name + ')';
}

}  // namespace

const TypePtr& plain_type(TypeKind kind) {
  static const std::array<TypePtr, kinds> types = [] {
    std::array<TypePtr, kinds> made;
    for (std::size_t i = 0; i < kinds; ++i) {
      auto type = std::make_shared<StaticType>();
      type->kind = static_cast<TypeKind>(i);
      made[i] = std::move(type);
    }
    return made;
  }();
  return types[static_cast<std::size_t>(kind)];
}

TypePtr compound_type(TypeKind kind, std::vector<TypePtr> parameters) {
  auto type = std::make_shared<StaticType>();
  type->kind = kind;
  type->parameters = std::move(parameters);
  return type;
}

TypePtr parameter_type(std::size_t variable) {
  auto type = std::make_shared<StaticType>();
  type->kind = TypeKind::parameter;
  type->variable = variable;
  return type;
}

std::string_view runtime_name(const StaticType& type) {
  switch (type.kind) {
    case TypeKind::dyn:
      return "dyn";
    case TypeKind::error:
      return "error";
    case TypeKind::null:
      return "null_type";
    case TypeKind::boolean:
      return "bool";
    case TypeKind::integer:
      return "int";
    case TypeKind::unsigned_integer:
      return "uint";
    case TypeKind::floating:
      return "double";
    case TypeKind::string:
      return "string";
    case TypeKind::bytes:
      return "bytes";
    case TypeKind::timestamp:
      return "google.protobuf.Timestamp";
    case TypeKind::duration:
      return "google.protobuf.Duration";
    case TypeKind::list:
      return "list";
    case TypeKind::map:
      return "map";
    case TypeKind::type:
      return "type";
    case TypeKind::optional:
      return "optional_type";
    case TypeKind::parameter:
      break;
  }
  return "";
}

std::string describe_type(const StaticType& type) {
  switch (type.kind) {
    case TypeKind::error:
      return "!error!";
    case TypeKind::null:
      return "null";
    case TypeKind::timestamp:
      return "timestamp";
    case TypeKind::duration:
      return "duration";
    case TypeKind::parameter:
      return "_var" + std::to_string(type.variable);
    default:
      return with_parameters(std::string(runtime_name(type)), type, describe_type);
  }
}

std::string declared_type(const StaticType& type) {
  if (type.kind == TypeKind::parameter) return "<_var" + std::to_string(type.variable) + ">";
  return with_parameters(std::string(runtime_name(type)), type, declared_type);
}

bool same_type(const StaticType& a, const StaticType& b) {
  if (&a == &b) return true;
  if (a.kind != b.kind || a.variable != b.variable || a.parameters.size() != b.parameters.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.parameters.size(); ++i) {
    if (!same_type(*a.parameters[i], *b.parameters[i])) return false;
  }
  return true;
}

bool accepts(Heap& heap, const StaticType& type, const Value& value) {
  if (type.kind == TypeKind::dyn || type.kind == TypeKind::parameter) return true;
  if (runtime_name(type) != type_name(value)) return false;
  if (type.kind == TypeKind::list) {
    return list_size(value) == 0 || accepts(heap, *type.parameters[0], list_item(heap, value, 0));
  }
  if (type.kind == TypeKind::map && map_size(value) > 0) {
    const MapEntry entry = map_entry(heap, value, 0);
    return accepts(heap, *type.parameters[0], entry.key) &&
           accepts(heap, *type.parameters[1], entry.value);
  }
  return true;
}

TypePtr find_type(std::string_view name) {
  static constexpr std::array<TypeKind, 10> plain = {
      TypeKind::boolean,         TypeKind::bytes,     TypeKind::floating,
      TypeKind::duration,        TypeKind::integer,   TypeKind::null,
      TypeKind::string,          TypeKind::timestamp, TypeKind::type,
      TypeKind::unsigned_integer};
  for (const TypeKind kind : plain) {
    if (runtime_name(*plain_type(kind)) == name) return plain_type(kind);
  }
  const TypePtr& dyn = plain_type(TypeKind::dyn);
  if (name == "list") return compound_type(TypeKind::list, {dyn});
  if (name == "map") return compound_type(TypeKind::map, {dyn, dyn});
  if (name == "optional_type") return plain_type(TypeKind::optional);
  return nullptr;
}

}  // namespace reconcile::cel
