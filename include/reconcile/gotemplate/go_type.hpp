#pragma once

#include <cstdint>
#include <string_view>

namespace reconcile::gotemplate {

/// What Go's reflect.Kind says, as far as templates can meet it.
enum class GoKind : std::uint8_t {
  invalid,
  interface,
  boolean,
  int_,
  int8,
  int16,
  int32,
  int64,
  uint,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  complex128,
  string,
  slice,
  map,
  structure,
  pointer,
  function,
};

/// The dynamic Go type of a value. Everything printed, compared or checked depends on it. Objects
/// (structs, pointers, errors) share one entry and name their type themselves.
enum class GoType : std::uint8_t {
  none,          ///< no value at all: reflect's invalid value
  nil,           ///< nil held in an interface: a null in a map, list or struct field
  boolean,       ///< bool
  int_,          ///< int
  int8,          ///< int8
  int16,         ///< int16
  int32,         ///< int32
  int64,         ///< int64
  uint,          ///< uint
  uint8,         ///< uint8
  uint16,        ///< uint16
  uint32,        ///< uint32
  uint64,        ///< uint64
  float32,       ///< float32
  float64,       ///< float64: every number that comes from YAML or JSON
  complex128,    ///< complex128
  duration,      ///< time.Duration
  month,         ///< time.Month
  weekday,       ///< time.Weekday
  string,        ///< string
  bytes,         ///< []uint8
  list,          ///< []interface {}
  strings,       ///< []string
  ints,          ///< []int
  int64s,        ///< []int64
  floats,        ///< []float64
  lists,         ///< [][]interface {}
  maps,          ///< []map[string]interface {}
  maintainers,   ///< []*chart.Maintainer (Helm 3)
  dependencies,  ///< []*chart.Dependency (Helm 3)
  map,           ///< map[string]interface {}
  string_map,    ///< map[string]string
  values,        ///< common.Values (Helm 4), a named map[string]interface {}
  values_v3,     ///< chartutil.Values (Helm 3)
  files,         ///< engine.files, a named map[string][]uint8
  versions,      ///< common.VersionSet (Helm 4), a named []string
  versions_v3,   ///< chartutil.VersionSet (Helm 3)
  object,        ///< a GoObject: struct, pointer, error
};

/// What is known of a type beforehand.
struct GoTypeInfo {
  std::string_view name;  ///< as %T prints it, e.g. "map[string]interface {}"
  GoKind kind;
  GoType element;  ///< of slices and maps; `none` where it is interface {} or there is none
};

/// Constant data of `type`; for GoType::object name and kind are to be asked of the object.
const GoTypeInfo& type_info(GoType type) noexcept;
/// reflect.Kind's text: "float64", "slice", "struct", "ptr".
std::string_view kind_name(GoKind kind) noexcept;

constexpr bool is_signed_type(GoType type) noexcept {
  return (type >= GoType::int_ && type <= GoType::int64) ||
         (type >= GoType::duration && type <= GoType::weekday);
}
constexpr bool is_unsigned_type(GoType type) noexcept {
  return type >= GoType::uint && type <= GoType::uint64;
}
constexpr bool is_float_type(GoType type) noexcept {
  return type == GoType::float32 || type == GoType::float64;
}
constexpr bool is_slice_type(GoType type) noexcept {
  return (type >= GoType::bytes && type <= GoType::dependencies) || type == GoType::versions ||
         type == GoType::versions_v3;
}
constexpr bool is_map_type(GoType type) noexcept {
  return type >= GoType::map && type <= GoType::files;
}
/// map[string]interface {} and the named types of the same shape, which are assignable to it.
constexpr bool is_any_map_type(GoType type) noexcept {
  return type == GoType::map || type == GoType::values || type == GoType::values_v3;
}

}  // namespace reconcile::gotemplate
