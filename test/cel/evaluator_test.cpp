// Expected texts are those of cel-go 0.27.0 (test/peers/cel-oracle).
#include "test/cel/rows.hpp"

using reconcile::test::CelRow;

namespace {

const CelRow rows[] = {
    {"metadata.name", "string \"web\""},
    {"metadata.missing", "evaluate: no such key: missing"},
    {"missing", "evaluate: no such attribute(s): missing"},
    {"missing.x.y", "evaluate: no such attribute(s): missing.x.y"},
    {"missing || true", "bool true"},
    {"metadata.generation == status.observedGeneration", "bool true"},
    {"status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", "bool true"},
    {"status.conditions.filter(c, c.type == 'Ready').map(c, c.status)", "list [\"True\"]"},
    {"has(metadata.labels)", "bool false"},
    {"has(metadata.name)", "bool true"},
    {"has(missing.name)", "evaluate: no such attribute(s): missing.name"},
    {"metadata['name']", "string \"web\""},
    {"status.conditions[0].type", "string \"Ready\""},
    {"status.conditions[9]", "evaluate: index out of bounds: 9"},
    {"spec.ratio + 1.5", "double 2.0"},
    {"spec.count + 1", "int 4"},
    {"type(spec.count)", "type int"},
    {"type(spec.ratio)", "type double"},
    {"type(spec.big)", "type double"},
    {"spec.nothing == null", "bool true"},
    {"spec.nothing.x", "evaluate: no such key: x"},
    {"spec.list.map(x, type(x))", "list [int, double, string, null_type, list, map]"},
    {"size(spec.list)", "int 6"},
    {"{'a': 1}[spec.nothing]", "evaluate: invalid qualifier type: <nil>"},
    {"{'a': 1}[spec.list]", "evaluate: invalid qualifier type: []interface {}"},
    {"spec.ratio", "double 0.5"},
    {"metadata.?labels.?app.orValue('none')", "string \"none\""},
    {"size()", "program: no such overload: size()"},
    {"size(1, 2)", "program: no such overload: size(lhs, rhs)"},
    {"undeclared(1)", "evaluate: no such overload: undeclared"},
    {"undeclared(1, 2)", "evaluate: no such overload: undeclared"},
    {"1.undeclared()", "evaluate: no such overload: undeclared"},
    {"''.undeclared()", "evaluate: no such overload"},
    {"[1].map(optional, optional.of(1))", "list [optional.of(1)]"},
    {"int('x') == 1 || true", "program: type conversion error from 'string' to 'int'"},
    {"'a'.matches('[') || true", "program: error parsing regexp: missing closing ]: `[`"},
    {"x.y['[']", "evaluate: no such attribute(s): x.y.["},
    {"[[1]][[0]]", "program: invalid qualifier type: *types.baseList"},
    {"{b'a': 1}", "program: internal error: runtime error: hash of unhashable type types.Bytes"},
    {"true ? metadata : 1", "map {\"generation\": 2, \"name\": \"web\"}"},
    {"(true ? metadata : spec).name", "string \"web\""},
    {"{'k': spec}['k'].count", "int 3"},
    {"google.protobuf.Timestamp == type(timestamp(0))", "bool true"},
    {"dyn([1, 'a'])[1]", "string \"a\""},
    {"1.0.foo", "evaluate: no such key: foo"},
    {"Foo{}", "program: unknown type: Foo"},
};

}  // namespace

TEST_CASE("documents are read as cel-go reads them", "[cel][evaluator]") {
  for (const CelRow& row : rows) {
    INFO(row.expression);
    CHECK(reconcile::test::parsed(row.expression) == row.expected);
  }
}
