// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"'héllo'.charAt(1)", "string \"é\""},
    {"'abc'.charAt(3)", "string \"\""},
    {"'abc'.charAt(4)", "evaluate: index out of range: 4"},
    {"'abcabc'.indexOf('c')", "int 2"},
    {"'abcabc'.indexOf('c', 3)", "int 5"},
    {"'abc'.indexOf('')", "int 0"},
    {"'abc'.indexOf('a', -1)", "evaluate: index out of range: -1"},
    {"'abc'.indexOf('a', 9)", "int -1"},
    {"'abcabc'.lastIndexOf('b')", "int 4"},
    {"'abcabc'.lastIndexOf('b', 3)", "int 1"},
    {"'abc'.lastIndexOf('')", "int 3"},
    {"'ABC é'.lowerAscii()", "string \"abc é\""},
    {"'abc é'.upperAscii()", "string \"ABC é\""},
    {"'a.b.c'.replace('.', '-')", "string \"a-b-c\""},
    {"'a.b.c'.replace('.', '-', 1)", "string \"a-b.c\""},
    {"'abc'.replace('', '_')", "string \"_a_b_c_\""},
    {"'abc'.replace('', '_', 2)", "string \"_a_bc\""},
    {"'a,b,c'.split(',')", "list [\"a\", \"b\", \"c\"]"},
    {"'a,b,c'.split(',', 2)", "list [\"a\", \"b,c\"]"},
    {"'a,b'.split(',', 0)", "list []"},
    {"'héy'.split('')", "list [\"h\", \"é\", \"y\"]"},
    {"''.split(',')", "list [\"\"]"},
    {"'héllo'.substring(1)", "string \"éllo\""},
    {"'héllo'.substring(1, 3)", "string \"él\""},
    {"'abc'.substring(2, 1)", "evaluate: invalid substring range. start: 2, end: 1"},
    {"'abc'.substring(4)", "evaluate: index out of range: 4"},
    {"' \\t x\\u00a0'.trim()", "string \"x\""},
    {"'abç'.reverse()", "string \"çba\""},
    {"strings.quote('a\"b\\n')", "string \"\\\"a\\\\\\\"b\\\\n\\\"\""},
    {"['a', 'b'].join()", "string \"ab\""},
    {"['a', 'b'].join('-')", "string \"a-b\""},
    {"[1].join()", "evaluate: no such overload: join(list)"},
    {"['a', 1].join()", "evaluate: join: invalid input: 1"},
    {"'%s %d %.2f %e %x %X %o %b %%'.format(['a', 3, 2.5, 1000.0, 255, 'hi', 8, true])",
     "string \"a 3 2.50 1.000000e+03 ff 6869 10 1 %\""},
    {"'%s'.format([[1, {'a': null}]])", "string \"[1, {a: null}]\""},
    {"'%s %s'.format([1])", "evaluate: index 1 out of range"},
    {"'%d'.format(['x'])",
     "evaluate: error during formatting: decimal clause can only be used on ints, uints, "
     "and doubles, was given string"},
    {"'%z'.format([1])",
     "evaluate: could not parse formatting clause: unrecognized formatting clause \"z\""},
    {"'%'.format([1])", "evaluate: unexpected end of string"},
    {"'%.'.format([1])",
     "evaluate: could not parse formatting clause: error while parsing precision: could "
     "not find end of precision specifier"},
    {"'%s'.format([timestamp(0)])", "string \"1970-01-01T00:00:00Z\""},
    {"'%s %s'.format([double('inf'), duration('5s')])", "string \"Infinity 5s\""},
    {"'a'.contains('a')", "bool true"},
    {"'abc'.startsWith('ab')", "bool true"},
    {"'abc'.endsWith('bc')", "bool true"},
    {"'abc'.contains(1)", "evaluate: no such overload"},
    {"1.contains('a')", "evaluate: no such overload"},
    {"contains('abc', 'b')", "bool true"},
    {"base64.encode(b'hello')", "string \"aGVsbG8=\""},
    {"base64.decode('aGVsbG8=')", "bytes b\"\\150\\145\\154\\154\\157\""},
    {"base64.decode('aGVsbG8')", "bytes b\"\\150\\145\\154\\154\\157\""},
    {"base64.decode('a')", "evaluate: illegal base64 data at input byte 0"},
    {"r'\\d\\n'", "string \"\\\\d\\\\n\""},
    {"'''a\"b'''", "string \"a\\\"b\""},
    {"b'\\u00e9'", "compile: ERROR: <input>:1:1: unable to unescape string\n | b'\\u00e9'\n | ^"},
    {"'\\x41\\101\\u00e9\\U0001F600'", "string \"AAé😀\""},
    {"'\\ud800'", "compile: ERROR: <input>:1:1: invalid unicode code point\n | '\\ud800'\n | ^"},
};

}  // namespace

TEST_CASE("strings give what cel-go gives", "[cel][strings]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::parsed(row.expression) == row.expected);
  }
}
