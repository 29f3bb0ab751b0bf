// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"int('12')", "int 12"},
    {"int('x')", "program: type conversion error from 'string' to 'int'"},
    {"int(1.9)", "int 1"},
    {"int(-1.9)", "int -1"},
    {"int(1e19)", "program: integer overflow"},
    {"int(5u)", "int 5"},
    {"int(18446744073709551615u)", "program: integer overflow"},
    {"int(timestamp('2024-01-01T00:00:00Z'))", "int 1704067200"},
    {"int(duration('1s'))", "int 1000000000"},
    {"int(true)", "program: no such overload: int(bool)"},
    {"uint('7')", "uint 7u"},
    {"uint(-1)", "program: unsigned integer overflow"},
    {"uint(1.5)", "uint 1u"},
    {"uint(2e19)", "program: unsigned integer overflow"},
    {"double('1.5')", "double 1.5"},
    {"double('1e400')", "program: type conversion error from 'string' to 'double'"},
    {"double('inf')", "double double(\"Infinity\")"},
    {"double(3)", "double 3.0"},
    {"double('x')", "program: type conversion error from 'string' to 'double'"},
    {"string(1.0)", "string \"1\""},
    {"string(1e6)", "string \"1e+06\""},
    {"string(1e21)", "string \"1e+21\""},
    {"string(0.1)", "string \"0.1\""},
    {"string(1u)", "string \"1\""},
    {"string(true)", "string \"true\""},
    {"string(b'a')", "string \"a\""},
    {"string(b'\\xff')", "program: invalid UTF-8 in bytes, cannot convert to string"},
    {"string(null)", "program: no such overload: string(null_type)"},
    {"string(duration('90m'))", "string \"5400s\""},
    {"string(timestamp('2024-01-01T01:00:00+01:00'))", "string \"2024-01-01T01:00:00+01:00\""},
    {"bool('true')", "bool true"},
    {"bool('T')", "bool true"},
    {"bool('yes')", "program: type conversion error from 'string' to 'bool'"},
    {"bytes('é')", "bytes b\"\\303\\251\""},
    {"duration('1h30m5.5s')", "google.protobuf.Duration duration(\"5405.5s\")"},
    {"duration('1d')",
     "program: type conversion error from 'string' to 'google.protobuf.Duration'"},
    {"duration('-2562047h47m16.854775808s')",
     "google.protobuf.Duration duration(\"-9223372036.854776s\")"},
    {"duration('2562048h')",
     "program: type conversion error from 'string' to 'google.protobuf.Duration'"},
    {"duration(5)", "program: type conversion error from 'int' to 'google.protobuf.Duration'"},
    {"timestamp(0)", "google.protobuf.Timestamp timestamp(\"1970-01-01T00:00:00Z\")"},
    {"timestamp(253402300800)", "program: timestamp overflow"},
    {"timestamp('2024-02-30T00:00:00Z')",
     "program: type conversion error from 'string' to 'google.protobuf.Timestamp'"},
    {"timestamp('2024-02-29T1:00:00Z')",
     "google.protobuf.Timestamp timestamp(\"2024-02-29T01:00:00Z\")"},
    {"timestamp('2024-02-29T01:00:00.1234567891Z')",
     "google.protobuf.Timestamp timestamp(\"2024-02-29T01:00:00.123456789Z\")"},
    {"timestamp('2024-02-29 01:00:00Z')",
     "program: type conversion error from 'string' to 'google.protobuf.Timestamp'"},
    {"timestamp('0000-01-01T00:00:00Z')", "program: timestamp overflow"},
    {"dyn(1)", "int 1"},
    {"type(dyn(1))", "type int"},
    {"1.int()", "int 1"},
    {"[1].string()", "program: no such overload: string(list)"},
};

}  // namespace

TEST_CASE("conversions give what cel-go gives", "[cel][conversions]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::parsed(row.expression) == row.expected);
  }
}
