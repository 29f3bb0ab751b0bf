// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"self.a == 1", "type bool"},
    {"self.a", "type dyn"},
    {"self.a.b.c > 1", "type bool"},
    {"self['a']", "type dyn"},
    {"self.size()", "type int"},
    {"other",
     "compile: ERROR: <input>:1:1: undeclared reference to 'other' (in container '')\n | "
     "other\n | ^"},
    {"other.a == 1",
     "compile: ERROR: <input>:1:1: undeclared reference to 'other' (in container '')\n | "
     "other.a == 1\n | ^"},
    {"self.a.undeclared()",
     "compile: ERROR: <input>:1:18: undeclared reference to 'undeclared' (in container "
     "'')\n | self.a.undeclared()\n | .................^"},
    {"undeclared(1)",
     "compile: ERROR: <input>:1:11: undeclared reference to 'undeclared' (in container "
     "'')\n | undeclared(1)\n | ..........^"},
    {"1 + 'a'",
     "compile: ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, "
     "string)'\n | 1 + 'a'\n | ..^"},
    {"1 + 1u",
     "compile: ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, "
     "uint)'\n | 1 + 1u\n | ..^"},
    {"[1, 'a']",
     "compile: ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | "
     "....^"},
    {"[1, self.a]",
     "compile: ERROR: <input>:1:9: expected type 'int' but found 'dyn'\n | [1, self.a]\n | "
     "........^"},
    {"{'a': 1, 'b': 'c'}",
     "compile: ERROR: <input>:1:15: expected type 'int' but found 'string'\n | {'a': 1, "
     "'b': 'c'}\n | ..............^"},
    {"{'a': 1, 2: 3}",
     "compile: ERROR: <input>:1:10: expected type 'string' but found 'int'\n | {'a': 1, 2: "
     "3}\n | .........^"},
    {"'%s %s'.format([1, 'a'])", "type string"},
    {"'%d'.format(['x'])",
     "compile: ERROR: <input>:1:14: error during formatting: decimal clause can only be "
     "used on ints, uints, and doubles, was given string\n | '%d'.format(['x'])\n | "
     ".............^"},
    {"'%s'.format([1, 2])",
     "compile: ERROR: <input>:1:12: too many arguments supplied to string.format "
     "(expected 1, got 2)\n | '%s'.format([1, 2])\n | ...........^"},
    {"'%s'.format([optional.of(1)])",
     "compile: ERROR: <input>:1:25: error during formatting: string clause can only be "
     "used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and "
     "timestamps, was given optional_type\n | '%s'.format([optional.of(1)])\n | "
     "........................^"},
    {"1.a",
     "compile: ERROR: <input>:1:2: type 'int' does not support field selection\n | 1.a\n | "
     ".^"},
    {"'a'.b",
     "compile: ERROR: <input>:1:4: type 'string' does not support field selection\n | "
     "'a'.b\n | ...^"},
    {"null.a",
     "compile: ERROR: <input>:1:5: type 'null' does not support field selection\n | "
     "null.a\n | ....^"},
    {"1.map(x, x)",
     "compile: ERROR: <input>:1:1: expression of type 'int' cannot be range of a "
     "comprehension (must be list, map, or dynamic)\n | 1.map(x, x)\n | ^"},
    {"[1].map(x, x.y)",
     "compile: ERROR: <input>:1:13: type 'int' does not support field selection\n | "
     "[1].map(x, x.y)\n | ............^"},
    {"[1].map(x, x + 'a')",
     "compile: ERROR: <input>:1:14: found no matching overload for '_+_' applied to "
     "'(int, string)'\n | [1].map(x, x + 'a')\n | .............^"},
    {"[1].all(x, x)",
     "compile: ERROR: <input>:1:12: expected type 'bool' but found 'int'\n | [1].all(x, "
     "x)\n | ...........^"},
    {"[1].map(1, 2)",
     "compile: ERROR: <input>:1:9: argument is not an identifier\n | [1].map(1, 2)\n | "
     "........^"},
    {"[1].map(x.y, 2)",
     "compile: ERROR: <input>:1:10: argument is not an identifier\n | [1].map(x.y, 2)\n | "
     ".........^"},
    {"has(self)",
     "compile: ERROR: <input>:1:5: invalid argument to has() macro\n | has(self)\n | ....^"},
    {"has(self.a)", "type bool"},
    {"true ? 1 : 'a'",
     "compile: ERROR: <input>:1:6: found no matching overload for '_?_:_' applied to "
     "'(bool, int, string)'\n | true ? 1 : 'a'\n | .....^"},
    {"true ? self.a : 1", "type dyn"},
    {"1 && true",
     "compile: ERROR: <input>:1:1: expected type 'bool' but found 'int'\n | 1 && true\n | ^"},
    {"!1",
     "compile: ERROR: <input>:1:1: found no matching overload for '!_' applied to "
     "'(int)'\n | !1\n | ^"},
    {"self.a && self.b", "type bool"},
    {"size(1)",
     "compile: ERROR: <input>:1:5: found no matching overload for 'size' applied to "
     "'(int)'\n | size(1)\n | ....^"},
    {"size(self)", "type int"},
    {"self.a < 1", "type bool"},
    {"1 < 1.5", "type bool"},
    {"'a' < 1",
     "compile: ERROR: <input>:1:5: found no matching overload for '_<_' applied to "
     "'(string, int)'\n | 'a' < 1\n | ....^"},
    {"1 == 'a'",
     "compile: ERROR: <input>:1:3: found no matching overload for '_==_' applied to "
     "'(int, string)'\n | 1 == 'a'\n | ..^"},
    {"self == 1",
     "compile: ERROR: <input>:1:6: found no matching overload for '_==_' applied to "
     "'(map(string, dyn), int)'\n | self == 1\n | .....^"},
    {"optional.of(1).orValue('a')",
     "compile: ERROR: <input>:1:23: found no matching overload for 'orValue' applied to "
     "'optional_type(int).(string)'\n | optional.of(1).orValue('a')\n | "
     "......................^"},
    {"self.?a.b", "type optional_type(dyn)"},
    {"self.?a.orValue(1)", "type dyn"},
    {"[?1]",
     "compile: ERROR: <input>:1:3: expected type 'optional_type(int)' but found 'int'\n | "
     "[?1]\n | ..^"},
    {"1 in ['a']",
     "compile: ERROR: <input>:1:3: found no matching overload for '@in' applied to '(int, "
     "list(string))'\n | 1 in ['a']\n | ..^"},
    {"1 in 2",
     "compile: ERROR: <input>:1:3: found no matching overload for '@in' applied to '(int, "
     "int)'\n | 1 in 2\n | ..^"},
    {"'a' in self", "type bool"},
    {"int", "type type(int)"},
    {"type(1) == int", "type bool"},
    {"int(1u, 2)",
     "compile: ERROR: <input>:1:4: found no matching overload for 'int' applied to "
     "'(uint, int)'\n | int(1u, 2)\n | ...^"},
    {"timestamp(self.t).getHours()", "type int"},
    {"'a'.matches('[')", "program: error parsing regexp: missing closing ]: `[`"},
    {"int('x')", "program: type conversion error from 'string' to 'int'"},
    {"{1: 2}[null]",
     "compile: ERROR: <input>:1:7: found no matching overload for '_[_]' applied to "
     "'(map(int, int), null)'\n | {1: 2}[null]\n | ......^"},
    {"self[1]",
     "compile: ERROR: <input>:1:5: found no matching overload for '_[_]' applied to "
     "'(map(string, dyn), int)'\n | self[1]\n | ....^"},
    {"''.charAt('a')",
     "compile: ERROR: <input>:1:10: found no matching overload for 'charAt' applied to "
     "'string.(string)'\n | ''.charAt('a')\n | .........^"},
    {"optional.none()", "type optional_type(dyn)"},
    {"[]", "type list(dyn)"},
    {"{}", "type map(dyn, dyn)"},
    {"[].map(x, x.y)", "type list(dyn)"},
    {"dyn(1) + 'a'", "type string"},
    {"Foo{a: 1}",
     "compile: ERROR: <input>:1:4: undeclared reference to 'Foo' (in container '')\n | "
     "Foo{a: 1}\n | ...^"},
    {"as", "compile: ERROR: <input>:1:1: reserved identifier: as\n | as\n | ^"},
    {"self.for", "type dyn"},
    {"[1].map(@result, 1)", "syntax error"},
    {"google.protobuf.Duration", "type type(google.protobuf.Duration)"},
    {"self.a.startsWith('x') ? self.b : self.c", "type dyn"},
    {"-self.a", "type dyn"},
    {"self.a.exists(x, x.b == 1)", "type bool"},
};

}  // namespace

TEST_CASE("finds types and what is wrong with them as cel-go does", "[cel][checker]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::checked(row.expression) == row.expected);
  }
}
