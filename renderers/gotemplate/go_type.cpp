#include "reconcile/gotemplate/go_type.hpp"

#include <array>

namespace reconcile::gotemplate {
namespace {

constexpr std::array<GoTypeInfo, static_cast<std::size_t>(GoType::object) + 1> types = {{
    {"<nil>", GoKind::invalid, GoType::none},
    {"<nil>", GoKind::interface, GoType::none},
    {"bool", GoKind::boolean, GoType::none},
    {"int", GoKind::int_, GoType::none},
    {"int8", GoKind::int8, GoType::none},
    {"int16", GoKind::int16, GoType::none},
    {"int32", GoKind::int32, GoType::none},
    {"int64", GoKind::int64, GoType::none},
    {"uint", GoKind::uint, GoType::none},
    {"uint8", GoKind::uint8, GoType::none},
    {"uint16", GoKind::uint16, GoType::none},
    {"uint32", GoKind::uint32, GoType::none},
    {"uint64", GoKind::uint64, GoType::none},
    {"float32", GoKind::float32, GoType::none},
    {"float64", GoKind::float64, GoType::none},
    {"complex128", GoKind::complex128, GoType::none},
    {"time.Duration", GoKind::int64, GoType::none},
    {"time.Month", GoKind::int_, GoType::none},
    {"time.Weekday", GoKind::int_, GoType::none},
    {"string", GoKind::string, GoType::none},
    {"[]uint8", GoKind::slice, GoType::uint8},
    {"[]interface {}", GoKind::slice, GoType::none},
    {"[]string", GoKind::slice, GoType::string},
    {"[]int", GoKind::slice, GoType::int_},
    {"[]int64", GoKind::slice, GoType::int64},
    {"[]float64", GoKind::slice, GoType::float64},
    {"[][]interface {}", GoKind::slice, GoType::list},
    {"[]map[string]interface {}", GoKind::slice, GoType::map},
    {"[]*chart.Maintainer", GoKind::slice, GoType::object},
    {"[]*chart.Dependency", GoKind::slice, GoType::object},
    {"map[string]interface {}", GoKind::map, GoType::none},
    {"map[string]string", GoKind::map, GoType::string},
    {"common.Values", GoKind::map, GoType::none},
    {"chartutil.Values", GoKind::map, GoType::none},
    {"engine.files", GoKind::map, GoType::bytes},
    {"common.VersionSet", GoKind::slice, GoType::string},
    {"chartutil.VersionSet", GoKind::slice, GoType::string},
    {"struct {}", GoKind::structure, GoType::none},
}};

constexpr std::array<std::string_view, static_cast<std::size_t>(GoKind::function) + 1> kinds = {
    "invalid", "interface", "bool",   "int",    "int8",   "int16",   "int32",   "int64",
    "uint",    "uint8",     "uint16", "uint32", "uint64", "float32", "float64", "complex128",
    "string",  "slice",     "map",    "struct", "ptr",    "func",
};

}  // namespace

const GoTypeInfo& type_info(GoType type) noexcept {
  return types[static_cast<std::size_t>(type)];
}

std::string_view kind_name(GoKind kind) noexcept {
  return kinds[static_cast<std::size_t>(kind)];
}

}  // namespace reconcile::gotemplate
