#pragma once

#include <cstddef>

#include "base/cel/heap.hpp"

// What the functions of the environment do. Each takes its arguments, the receiver first, none of
// them an error, and answers a value or an error.
namespace reconcile::cel {

using Arguments = const Value*;
using Implementation = Value (*)(Heap& heap, Arguments arguments);

// Operators.
Value add(Heap& heap, Arguments arguments);
Value subtract(Heap& heap, Arguments arguments);
Value multiply(Heap& heap, Arguments arguments);
Value divide(Heap& heap, Arguments arguments);
Value modulo(Heap& heap, Arguments arguments);
Value negate(Heap& heap, Arguments arguments);
Value logical_not(Heap& heap, Arguments arguments);
Value less(Heap& heap, Arguments arguments);
Value less_equals(Heap& heap, Arguments arguments);
Value greater(Heap& heap, Arguments arguments);
Value greater_equals(Heap& heap, Arguments arguments);
Value in(Heap& heap, Arguments arguments);
Value size(Heap& heap, Arguments arguments);
Value matches(Heap& heap, Arguments arguments);

// Conversions; `identity` where the type is the same.
Value identity(Heap& heap, Arguments arguments);
Value to_type(Heap& heap, Arguments arguments);
Value to_boolean(Heap& heap, Arguments arguments);
Value to_bytes(Heap& heap, Arguments arguments);
Value to_double(Heap& heap, Arguments arguments);
Value to_duration(Heap& heap, Arguments arguments);
Value to_integer_value(Heap& heap, Arguments arguments);
Value to_string(Heap& heap, Arguments arguments);
Value to_timestamp(Heap& heap, Arguments arguments);
Value to_unsigned_value(Heap& heap, Arguments arguments);

// Strings.
Value string_contains(Heap& heap, Arguments arguments);
Value string_ends_with(Heap& heap, Arguments arguments);
Value string_starts_with(Heap& heap, Arguments arguments);
Value char_at(Heap& heap, Arguments arguments);
Value index_of(Heap& heap, Arguments arguments);
Value index_of_from(Heap& heap, Arguments arguments);
Value last_index_of(Heap& heap, Arguments arguments);
Value last_index_of_from(Heap& heap, Arguments arguments);
Value lower_ascii(Heap& heap, Arguments arguments);
Value upper_ascii(Heap& heap, Arguments arguments);
Value replace_all(Heap& heap, Arguments arguments);
Value replace_count(Heap& heap, Arguments arguments);
Value split_all(Heap& heap, Arguments arguments);
Value split_count(Heap& heap, Arguments arguments);
Value substring_from(Heap& heap, Arguments arguments);
Value substring_range(Heap& heap, Arguments arguments);
Value trim(Heap& heap, Arguments arguments);
Value reverse(Heap& heap, Arguments arguments);
Value quote(Heap& heap, Arguments arguments);
Value join(Heap& heap, Arguments arguments);
Value join_with(Heap& heap, Arguments arguments);
Value format(Heap& heap, Arguments arguments);
Value base64_decode(Heap& heap, Arguments arguments);
Value base64_encode(Heap& heap, Arguments arguments);

// Lists and optionals.
Value sets_contains(Heap& heap, Arguments arguments);
Value sets_equivalent(Heap& heap, Arguments arguments);
Value sets_intersects(Heap& heap, Arguments arguments);
Value list_first(Heap& heap, Arguments arguments);
Value list_last(Heap& heap, Arguments arguments);
Value optional_of(Heap& heap, Arguments arguments);
Value optional_of_non_zero(Heap& heap, Arguments arguments);
Value optional_none(Heap& heap, Arguments arguments);
Value optional_value(Heap& heap, Arguments arguments);
Value optional_has_value(Heap& heap, Arguments arguments);
Value optional_unwrap(Heap& heap, Arguments arguments);

// Accessors of timestamps (in UTC, or with the zone as second argument) and of durations.
Value get_full_year(Heap& heap, Arguments arguments);
Value get_full_year_in(Heap& heap, Arguments arguments);
Value get_month(Heap& heap, Arguments arguments);
Value get_month_in(Heap& heap, Arguments arguments);
Value get_day_of_year(Heap& heap, Arguments arguments);
Value get_day_of_year_in(Heap& heap, Arguments arguments);
Value get_day_of_month(Heap& heap, Arguments arguments);
Value get_day_of_month_in(Heap& heap, Arguments arguments);
Value get_date(Heap& heap, Arguments arguments);
Value get_date_in(Heap& heap, Arguments arguments);
Value get_day_of_week(Heap& heap, Arguments arguments);
Value get_day_of_week_in(Heap& heap, Arguments arguments);
Value get_hours(Heap& heap, Arguments arguments);
Value get_hours_in(Heap& heap, Arguments arguments);
Value get_minutes(Heap& heap, Arguments arguments);
Value get_minutes_in(Heap& heap, Arguments arguments);
Value get_seconds(Heap& heap, Arguments arguments);
Value get_seconds_in(Heap& heap, Arguments arguments);
Value get_milliseconds(Heap& heap, Arguments arguments);
Value get_milliseconds_in(Heap& heap, Arguments arguments);
Value duration_hours(Heap& heap, Arguments arguments);
Value duration_minutes(Heap& heap, Arguments arguments);
Value duration_seconds(Heap& heap, Arguments arguments);
Value duration_milliseconds(Heap& heap, Arguments arguments);

// Used by several of them.
/// Go's `%v` of a value, as messages show it.
std::string go_text(Heap& heap, const Value& value);
/// "type conversion error from 'FROM' to 'TO'".
Value conversion_error(Heap& heap, const Value& from, std::string_view to);
/// Instants that a timestamp can hold: years 1 to 9999.
inline constexpr std::int64_t instant_seconds_min = -62135596800;
inline constexpr std::int64_t instant_seconds_max = 253402300799;
Value timestamp_overflow();

}  // namespace reconcile::cel
