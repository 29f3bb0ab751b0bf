// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"1 + 2", "int 3"},
    {"9223372036854775807 + 1", "evaluate: integer overflow"},
    {"-9223372036854775808 - 1", "evaluate: integer overflow"},
    {"9223372036854775807 * 2", "evaluate: integer overflow"},
    {"-9223372036854775808 / -1", "evaluate: integer overflow"},
    {"-9223372036854775808 % -1", "evaluate: integer overflow"},
    {"7 / 0", "evaluate: division by zero"},
    {"7 % 0", "evaluate: modulus by zero"},
    {"-7 / 2", "int -3"},
    {"-7 % 3", "int -1"},
    {"1u - 2u", "evaluate: unsigned integer overflow"},
    {"18446744073709551615u + 1u", "evaluate: unsigned integer overflow"},
    {"1.0 / 0.0", "double double(\"Infinity\")"},
    {"0.0 / 0.0 == 0.0 / 0.0", "bool false"},
    {"1 + 1u", "evaluate: no such overload"},
    {"1 + 1.5", "evaluate: no such overload"},
    {"'a' + 'b'", "string \"ab\""},
    {"b'a' + b'b'", "bytes b\"\\141\\142\""},
    {"b'' + b''", "bytes b\"\""},
    {"'' + 'a'", "string \"a\""},
    {"[1] + [2]", "list [1, 2]"},
    {"[1] + 'a'", "evaluate: no such overload"},
    {"1 < 2u", "bool true"},
    {"1 < 1.5", "bool true"},
    {"2u > 1.5", "bool true"},
    {"9007199254740993 == 9007199254740992.0", "bool true"},
    {"1 == 1.0", "bool true"},
    {"1u == 1", "bool true"},
    {"18446744073709551615u > -1", "bool true"},
    {"'a' < 'b'", "bool true"},
    {"b'a' < b'b'", "bool true"},
    {"true > false", "bool true"},
    {"1 < 'a'", "evaluate: no such overload"},
    {"double('NaN') < 1.0", "evaluate: NaN values cannot be ordered"},
    {"null == null", "bool true"},
    {"null == 1", "bool false"},
    {"[1, 2u] == [1.0, 2]", "bool true"},
    {"{'a': 1} == {'a': 1.0}", "bool true"},
    {"{1: 'a'} == {1u: 'a'}", "bool true"},
    {"[1] == 1", "bool false"},
    {"1 in [1u]", "bool true"},
    {"'a' in {'a': 1}", "bool true"},
    {"2.0 in {2: 'x'}", "bool true"},
    {"1 in 1", "evaluate: no such overload"},
    {"!true", "bool false"},
    {"!1", "evaluate: no such overload"},
    {"-(1.5)", "double -1.5"},
    {"-1u", "evaluate: no such overload: -_"},
    {"--1", "int 1"},
    {"- -1", "int 1"},
    {"true && 1", "evaluate: no such overload"},
    {"false && 1", "bool false"},
    {"1 || true", "bool true"},
    {"1/0 == 1 || true", "bool true"},
    {"1/0 == 1 && false", "bool false"},
    {"1/0 == 1 || false", "evaluate: division by zero"},
    {"true ? 1 : 1/0", "int 1"},
    {"1 ? 2 : 3", "evaluate: no such overload"},
    {"type(1) == int", "bool true"},
    {"type(null)", "type null_type"},
    {"type(type(1))", "type type"},
    {"size('héllo')", "int 5"},
    {"size(b'h\\303\\251')", "int 3"},
    {"size([1, 2])", "int 2"},
    {"size({'a': 1})", "int 1"},
    {"size(1)", "evaluate: no such overload: size"},
    {"'abc'.matches('b+')", "bool true"},
    {"'abc'.matches('[')", "program: error parsing regexp: missing closing ]: `[`"},
    {"matches('x', '^x$')", "bool true"},
};

}  // namespace

TEST_CASE("operators give what cel-go gives", "[cel][operators]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::parsed(row.expression) == row.expected);
  }
}
