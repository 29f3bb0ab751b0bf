#pragma once

#include <cstdint>
#include <string_view>

#include "reconcile/model/yaml.hpp"

namespace reconcile::model {

enum class ScalarTag : std::uint8_t {
  string,
  null,
  boolean,
  integer,
  floating,
  timestamp,
  merge,
};

/// What a scalar's text means in one dialect.
struct Resolved {
  ScalarTag tag = ScalarTag::string;
  bool is_unsigned = false;
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer;
    double floating;
  };
};

/// The meaning of an untagged plain scalar, as go-yaml's resolve("", text) of 2.4.4 and 3.0.5.
Resolved resolve_plain(std::string_view text, YamlDialect dialect);

/// As resolve_plain without times: what a tag such as !!int or !!float asks for.
Resolved resolve_tagged(std::string_view text, YamlDialect dialect);

/// True where `text` written plain reads back as a string, also for readers of YAML 1.1.
bool plain_means_string(std::string_view text, YamlDialect dialect);

/// Go's strconv.ParseInt(text, 0, 64) and ParseUint on text without underscores.
bool parse_go_integer(std::string_view text, Resolved& result);

}  // namespace reconcile::model
