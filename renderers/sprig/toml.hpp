#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"

// BurntSushi/toml 1.6.0 as Helm's toToml and fromToml use it.
namespace reconcile::sprig {

/// An error of the library, with its text.
struct TomlError {
  std::string text;
};

/// The TOML text of `value`. Throws TomlError where the library answers an error, FunctionError
/// where it panics or a limit is exceeded.
std::string write_toml(const gotemplate::GoValue& value);

/// The document as map[string]interface {}. `local_offset` is the offset of the process's zone in
/// seconds, which local times get. Throws TomlError "toml: line 1: …".
gotemplate::GoMap* read_toml(gotemplate::Heap& heap, std::string_view text,
                             std::int32_t local_offset);

/// Appends `key` as the library writes it in a path: quoted where it is no bare key.
void append_toml_key(std::string& out, std::string_view key);

/// The names of the zones that mark TOML's local dates and times.
inline constexpr std::string_view local_datetime_zone = "datetime-local";
inline constexpr std::string_view local_date_zone = "date-local";
inline constexpr std::string_view local_time_zone = "time-local";

}  // namespace reconcile::sprig
