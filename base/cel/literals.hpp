#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/cel/lexer.hpp"
#include "base/cel/syntax.hpp"

namespace reconcile::cel {

/// The text that a string or bytes literal stands for, from its source with quotes and prefix `r`
/// (but without `b`). Throws std::invalid_argument with the message of cel-go 0.27.
std::string unquote(std::string_view source, bool is_bytes);

/// The value of a literal's token; `sign` is "-" or "". Throws std::invalid_argument with the
/// message of cel-go 0.27.
Literal literal_of(const Token& token, const std::string& sign);

/// Go's strconv.ParseInt, ParseUint and ParseFloat with bit size 64 and the given base; absent
/// where Go refuses the text or the number does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text, int base);
std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base);
std::optional<double> parse_double(std::string_view text);

}  // namespace reconcile::cel
