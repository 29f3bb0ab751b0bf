// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"1 +", "syntax error"},
    {"", "syntax error"},
    {"(1", "syntax error"},
    {"[1, 2", "syntax error"},
    {"{1: }", "syntax error"},
    {"'a", "syntax error"},
    {"1 ++ 2", "syntax error"},
    {"a.true", "syntax error"},
    {"a b", "syntax error"},
    {"1 ? 2 : 3 ? 4 : 5", "evaluate: no such overload"},
    {"1 ? 2 ? 3 : 4 : 5", "syntax error"},
    {"[1,]", "list [1]"},
    {"[1, ,]", "syntax error"},
    {"{1: 2, ,}", "syntax error"},
    {"[,]", "list []"},
    {"{,}", "map {}"},
    {"f(1,)", "syntax error"},
    {"1.", "syntax error"},
    {"1.e3", "evaluate: no such key: e3"},
    {".5", "double 0.5"},
    {"1e3", "double 1000.0"},
    {"0x1g", "syntax error"},
    {"0xFF", "int 255"},
    {"-0x10", "int -16"},
    {"9223372036854775808",
     "compile: ERROR: <input>:1:1: invalid int literal\n | 9223372036854775808\n | ^"},
    {"-9223372036854775808", "int -9223372036854775808"},
    {"18446744073709551616u",
     "compile: ERROR: <input>:1:1: invalid uint literal\n | 18446744073709551616u\n | ^"},
    {"1e400", "compile: ERROR: <input>:1:1: invalid double literal\n | 1e400\n | ^"},
    {"'\\q'", "syntax error"},
    {"'\\400'", "syntax error"},
    {"// comment", "syntax error"},
    {"1 // comment\n+ 1", "int 2"},
    {"a.`b`", "compile: ERROR: <input>:1:3: unsupported syntax: '`'\n | a.`b`\n | ..^"},
    {"`a`", "syntax error"},
    {"!-1", "evaluate: no such overload"},
    {"-!true", "syntax error"},
    {"1 < 2 == true", "bool true"},
    {"1 in [1] == true", "bool true"},
    {"1 - -1", "int 2"},
    {"2 * 3 + 4 * 5", "int 26"},
    {"2 + 3 * 4 % 5", "int 4"},
    {"#", "syntax error"},
    {"1 & 2", "syntax error"},
    {"1 = 2", "syntax error"},
    {"let", "compile: ERROR: <input>:1:1: reserved identifier: let\n | let\n | ^"},
    {"package.a", "compile: ERROR: <input>:1:1: reserved identifier: package\n | package.a\n | ^"},
    {"has(a)", "compile: ERROR: <input>:1:5: invalid argument to has() macro\n | has(a)\n | ....^"},
    {"has(a.b.c)", "evaluate: no such attribute(s): a.b.c"},
    {"has()", "program: no such overload: has()"},
    {"all(x, 1)", "evaluate: no such attribute(s): x"},
    {"[1].exists(x)", "evaluate: no such attribute(s): x"},
    {"\t1\n +\n 2 +", "syntax error"},
    {"'é' + #", "syntax error"},
    {"x.optMap(1, 2)",
     "compile: ERROR: <input>:1:10: optMap() variable name must be a simple identifier\n | "
     "x.optMap(1, 2)\n | .........^"},
    {"x.optFlatMap(y.z, 2)",
     "compile: ERROR: <input>:1:15: optFlatMap() variable name must be a simple "
     "identifier\n | x.optFlatMap(y.z, 2)\n | ..............^"},
    {"1;2", "syntax error"},
    {"a?.b", "syntax error"},
    {"a.?b.c", "evaluate: no such attribute(s): a.b.c"},
    {"a[?0]", "evaluate: no such attribute(s): a"},
    {"a{", "syntax error"},
    {"a.b{c: 1}", "program: unknown type: a.b"},
    {".a.b", "evaluate: no such attribute(s): a.b"},
    {"('a' 'b')", "syntax error"},
    {"'''a\nb'''", "string \"a\\nb\""},
    {"\"a\nb\"", "syntax error"},
    {"b'\\x80' + b'é'", "bytes b\"\\200\\303\\251\""},
};

}  // namespace

TEST_CASE("reads the grammar as cel-go does", "[cel][parser]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::parsed(row.expression) == row.expected);
  }
}
