// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"[1, 2, 3].all(x, x > 0)", "bool true"},
    {"[1, 2, 3].exists(x, x > 2)", "bool true"},
    {"[1, 2, 3].exists_one(x, x > 2)", "bool true"},
    {"[1, 2, 2].exists_one(x, x == 2)", "bool false"},
    {"[1, 2].map(x, x * 2)", "list [2, 4]"},
    {"[1, 2, 3].map(x, x > 1, x * 2)", "list [4, 6]"},
    {"[1, 2, 3].filter(x, x % 2 == 1)", "list [1, 3]"},
    {"[].all(x, false)", "bool true"},
    {"{'a': 1}.all(k, k == 'a')", "bool true"},
    {"{'a': 1}.map(k, k)", "list [\"a\"]"},
    {"[0, 1].all(x, 1 / x > 0)", "evaluate: division by zero"},
    {"[0, 1].exists(x, 1 / x > 0)", "bool true"},
    {"[1, 'a'].exists(x, x > 2)", "evaluate: no such overload"},
    {"1.map(x, x)", "evaluate: got 'types.Int', expected iterable type"},
    {"[[1], [2]].map(x, x.map(x, x + 1))", "list [[2], [3]]"},
    {"[1].existsOne(x, x == 1)", "evaluate: no such attribute(s): x"},
    {"[1, 2][1]", "int 2"},
    {"[1, 2][2]", "evaluate: index out of bounds: 2"},
    {"[1, 2][-1]", "evaluate: index out of bounds: -1"},
    {"[1, 2]['a']", "evaluate: unsupported index type 'string' in list"},
    {"[1, 2][1.0]", "int 2"},
    {"[1][0u]", "int 1"},
    {"{'a': 1}.a", "int 1"},
    {"{'a': 1}['b']", "evaluate: no such key: b"},
    {"{'a': {'b': 2}}.a.b", "int 2"},
    {"{1: 'x'}[1.0]", "string \"x\""},
    {"{'a': 1, 'a': 2}", "map {\"a\": 2}"},
    {"has({'a': 1}.a)", "bool true"},
    {"has({'a': 1}.b)", "bool false"},
    {"has({'a': 1}.b.c)", "evaluate: no such key: b"},
    {"has([1].a)", "evaluate: unsupported index type 'string' in list"},
    {"has(1.a)", "bool false"},
    {"sets.contains([1, 2], [2.0])", "bool true"},
    {"sets.equivalent([1, 1], [1u])", "bool true"},
    {"sets.intersects([1], [2])", "bool false"},
    {"[1, 2].first()", "optional_type optional.of(1)"},
    {"[].last()", "optional_type optional.none()"},
    {"optional.of(1).value()", "int 1"},
    {"optional.none().value()", "evaluate: optional.none() dereference"},
    {"optional.none().orValue(3)", "int 3"},
    {"optional.of(1).or(optional.of(2))", "optional_type optional.of(1)"},
    {"optional.ofNonZeroValue('')", "optional_type optional.none()"},
    {"{'a': 1}.?a", "optional_type optional.of(1)"},
    {"{'a': 1}.?b", "optional_type optional.none()"},
    {"{'a': {'b': 1}}.?a.b", "optional_type optional.of(1)"},
    {"{}.?a.b.c.orValue('none')", "string \"none\""},
    {"[1][?3]", "optional_type optional.none()"},
    {"[?optional.of(1), ?optional.none(), 3]", "list [1, 3]"},
    {"{?'a': optional.none(), 'b': 1}", "map {\"b\": 1}"},
    {"[?1]", "evaluate: cannot initialize optional list element from non-optional value 1"},
    {"{?'a': 1}", "evaluate: cannot initialize optional entry 'a' from non-optional value 1"},
    {"optional.of(2).optMap(x, x + 1)", "optional_type optional.of(3)"},
    {"optional.none().optMap(x, x + 1)", "optional_type optional.none()"},
    {"optional.of(2).optFlatMap(x, optional.of(x))", "optional_type optional.of(2)"},
    {"[optional.of(1), optional.none()].unwrapOpt()", "list [1]"},
    {"optional.of(null).hasValue()", "bool true"},
    {"optional.of(1) == optional.of(1.0)", "bool true"},
    {"1.hasValue()", "evaluate: no such overload: hasValue(int)"},
    {"1.or(2)", "int 1"},
};

}  // namespace

TEST_CASE("lists, maps and optionals give what cel-go gives", "[cel][collections]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::parsed(row.expression) == row.expected);
  }
}
