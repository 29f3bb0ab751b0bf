#include "base/cel/value.hpp"

namespace reconcile::cel {

std::string_view type_name(const Value& value) noexcept {
  switch (value.kind) {
    case ValueKind::null:
      return "null_type";
    case ValueKind::boolean:
      return "bool";
    case ValueKind::integer:
      return "int";
    case ValueKind::unsigned_integer:
      return "uint";
    case ValueKind::floating:
      return "double";
    case ValueKind::string:
      return "string";
    case ValueKind::bytes:
      return "bytes";
    case ValueKind::list:
      return "list";
    case ValueKind::map:
      return "map";
    case ValueKind::type:
      return "type";
    case ValueKind::timestamp:
      return "google.protobuf.Timestamp";
    case ValueKind::duration:
      return "google.protobuf.Duration";
    case ValueKind::optional:
      return "optional_type";
    case ValueKind::error:
      return "error";
  }
  return "";
}

std::uint32_t traits(ValueKind kind) noexcept {
  switch (kind) {
    case ValueKind::boolean:
      return can_compare | can_negate;
    case ValueKind::integer:
      return can_add | can_compare | can_divide | can_take_modulo | can_multiply | can_negate |
             can_subtract;
    case ValueKind::unsigned_integer:
      return can_add | can_compare | can_divide | can_take_modulo | can_multiply | can_subtract;
    case ValueKind::floating:
      return can_add | can_compare | can_divide | can_multiply | can_negate | can_subtract;
    case ValueKind::string:
      return can_add | can_compare | can_match | can_receive | has_size;
    case ValueKind::bytes:
      return can_add | can_compare | has_size;
    case ValueKind::list:
      return can_add | can_contain | can_index | can_iterate | has_size;
    case ValueKind::map:
      return can_contain | can_index | can_iterate | has_size;
    case ValueKind::timestamp:
      return can_add | can_compare | can_receive | can_subtract;
    case ValueKind::duration:
      return can_add | can_compare | can_negate | can_receive | can_subtract;
    case ValueKind::null:
    case ValueKind::type:
    case ValueKind::optional:
    case ValueKind::error:
      break;
  }
  return no_trait;
}

std::string_view go_type_name(ValueKind kind) noexcept {
  switch (kind) {
    case ValueKind::null:
      return "types.Null";
    case ValueKind::boolean:
      return "types.Bool";
    case ValueKind::integer:
      return "types.Int";
    case ValueKind::unsigned_integer:
      return "types.Uint";
    case ValueKind::floating:
      return "types.Double";
    case ValueKind::string:
      return "types.String";
    case ValueKind::bytes:
      return "types.Bytes";
    case ValueKind::list:
      return "*types.baseList";
    case ValueKind::map:
      return "*types.baseMap";
    case ValueKind::type:
      return "*types.Type";
    case ValueKind::timestamp:
      return "types.Timestamp";
    case ValueKind::duration:
      return "types.Duration";
    case ValueKind::optional:
      return "*types.Optional";
    case ValueKind::error:
      return "*types.Err";
  }
  return "";
}

}  // namespace reconcile::cel
