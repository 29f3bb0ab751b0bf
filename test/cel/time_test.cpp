// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"timestamp('2024-02-29T12:34:56.789Z').getFullYear()", "int 2024"},
    {"timestamp('2024-02-29T12:34:56.789Z').getMonth()", "int 1"},
    {"timestamp('2024-02-29T12:34:56.789Z').getDayOfYear()", "int 59"},
    {"timestamp('2024-02-29T12:34:56.789Z').getDayOfMonth()", "int 28"},
    {"timestamp('2024-02-29T12:34:56.789Z').getDate()", "int 29"},
    {"timestamp('2024-02-29T12:34:56.789Z').getDayOfWeek()", "int 4"},
    {"timestamp('2024-02-29T12:34:56.789Z').getHours()", "int 12"},
    {"timestamp('2024-02-29T12:34:56.789Z').getMinutes()", "int 34"},
    {"timestamp('2024-02-29T12:34:56.789Z').getSeconds()", "int 56"},
    {"timestamp('2024-02-29T12:34:56.789Z').getMilliseconds()", "int 789"},
    {"timestamp('2024-07-01T00:30:00Z').getHours('America/New_York')", "int 20"},
    {"timestamp('2024-07-01T00:30:00Z').getDate('America/New_York')", "int 30"},
    {"timestamp('2024-01-01T00:00:00Z').getHours('+05:30')", "int 5"},
    {"timestamp('2024-01-01T00:00:00Z').getMinutes('-02:45')", "int 15"},
    {"timestamp('2024-01-01T00:00:00Z').getHours('09:00')", "int 9"},
    {"timestamp('2024-01-01T00:00:00Z').getHours('Mars/Phobos')",
     "evaluate: unknown time zone Mars/Phobos"},
    {"timestamp('2024-01-01T00:00:00Z').getHours('/UTC')", "evaluate: time: invalid location name"},
    {"timestamp('2024-01-01T00:00:00Z').getHours(r'\\d')", "evaluate: time: invalid location name"},
    {"timestamp('2024-01-01T00:00:00Z').getHours('a..b')", "evaluate: time: invalid location name"},
    {"timestamp('2024-01-01T00:00:00Z').getHours('a:b')",
     "evaluate: strconv.Atoi: parsing \"a\": invalid syntax"},
    {"timestamp('2024-01-01T00:00:00Z').getHours('')", "int 0"},
    {"timestamp('2024-01-01T00:00:00+02:00').getHours()", "int 22"},
    {"duration('1h30m').getHours()", "int 1"},
    {"duration('1h30m').getMinutes()", "int 90"},
    {"duration('1h30m').getSeconds()", "int 5400"},
    {"duration('1.5s').getMilliseconds()", "int 1500"},
    {"duration('1h').getDate()", "evaluate: no such overload: getDate(google.protobuf.Duration)"},
    {"timestamp(0) + duration('1h')",
     "google.protobuf.Timestamp timestamp(\"1970-01-01T01:00:00Z\")"},
    {"duration('1h') + timestamp(0)",
     "google.protobuf.Timestamp timestamp(\"1970-01-01T01:00:00Z\")"},
    {"timestamp(0) - duration('1ns')",
     "google.protobuf.Timestamp timestamp(\"1969-12-31T23:59:59.999999999Z\")"},
    {"timestamp(10) - timestamp(4)", "google.protobuf.Duration duration(\"6s\")"},
    {"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "evaluate: timestamp overflow"},
    {"timestamp('9999-12-31T00:00:00Z') - timestamp('0001-01-01T00:00:00Z')",
     "evaluate: integer overflow"},
    {"duration('1h') - duration('90m')", "google.protobuf.Duration duration(\"-1800s\")"},
    {"-duration('1h')", "google.protobuf.Duration duration(\"-3600s\")"},
    {"timestamp(0) < timestamp(1)", "bool true"},
    {"duration('60s') == duration('1m')", "bool true"},
    {"timestamp('2024-01-01T00:00:00+01:00') == timestamp('2023-12-31T23:00:00Z')", "bool true"},
    {"timestamp(0).getHours(1)",
     "evaluate: no such overload: getHours(google.protobuf.Timestamp, int)"},
};

}  // namespace

TEST_CASE("timestamps and durations give what cel-go gives", "[cel][time]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::parsed(row.expression) == row.expected);
  }
}
