#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/cel/heap.hpp"
#include "base/cel/syntax.hpp"

namespace reconcile::cel {

enum class TypeKind : std::uint8_t {
  dyn,
  error,
  null,
  boolean,
  integer,
  unsigned_integer,
  floating,
  string,
  bytes,
  timestamp,
  duration,
  list,
  map,
  type,
  optional,
  parameter,  ///< stands for any type, the same at each place of one signature
};

/// A type as the checker knows it. Immutable, shared.
struct StaticType {
  TypeKind kind = TypeKind::dyn;
  std::vector<TypePtr> parameters;  ///< of list, map, type and optional
  std::size_t variable = 0;         ///< number of a parameter
};

/// The type of `kind` without parameters; one object for each kind.
const TypePtr& plain_type(TypeKind kind);
TypePtr compound_type(TypeKind kind, std::vector<TypePtr> parameters);
TypePtr parameter_type(std::size_t variable);

/// "map(string, dyn)", "timestamp", "null": as messages of cel-go's checker show types.
std::string describe_type(const StaticType& type);
/// "map(string, dyn)", "google.protobuf.Timestamp", "null_type": the names of the types themselves.
std::string declared_type(const StaticType& type);
/// Its name at run time, without parameters.
std::string_view runtime_name(const StaticType& type);
/// Of the same kind with the same parameters.
bool same_type(const StaticType& a, const StaticType& b);

/// Whether `value` may be passed where `type` is declared. Of a list or map only the first element
/// is looked at, as in cel-go 0.27.
bool accepts(Heap& heap, const StaticType& type, const Value& value);

/// The type that the name stands for ("int", "google.protobuf.Duration"); null for other names.
TypePtr find_type(std::string_view name);

}  // namespace reconcile::cel
