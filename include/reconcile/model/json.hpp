#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reconcile/model/value.hpp"

namespace reconcile::model {

struct JsonLimits {
  std::size_t bytes_max = 256U << 20U;
  std::size_t depth_max = 1000;
};

/// Reads one JSON text. Integers keep their source form; duplicate keys: the last wins, as in Go.
/// Throws Error(invalid_input) with the byte offset turned into line and column.
Document parse_json(std::string_view text, const JsonLimits& limits = {});

struct JsonFormat {
  bool sorted_keys = true;      ///< bytewise order, as Go's encoding/json writes maps
  bool escape_html = true;      ///< `<`, `>`, `&` as \u003c, \u003e, \u0026 (Go's default)
  std::size_t indent = 0;       ///< spaces a level; 0 = compact
  bool source_numbers = false;  ///< numbers as in their source, as Go writes json.Number
};

/// Maps with the same entries are the same text: for hashes, for what rests and what is sent.
inline constexpr JsonFormat canonical_json{.escape_html = false};

/// Writes as Go's encoding/json does (floats shortest, `e` form below 1e-6 and from 1e21 on).
std::string write_json(Value value, const JsonFormat& format = {});
void write_json(Value value, std::string& out, const JsonFormat& format = {});

/// Appends `text` as a JSON string with Go's escapes.
void write_json_string(std::string_view text, std::string& out, bool escape_html = true);
/// Appends a float64 as Go's encoding/json does.
void write_json_number(double value, std::string& out);

}  // namespace reconcile::model
