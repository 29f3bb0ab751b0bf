#include "renderers/kustomize/json_patch.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/context.hpp"

namespace reconcile::kustomize {
namespace {

std::string patched(const std::string& target, const std::string& operation) {
  Arena arena;
  Node node = parse_editable(arena, target);
  const model::Document operations = decode_json_patch("- " + operation);
  try {
    apply_json_patch(arena, node, operations.root());
  } catch (const model::Error&) {
    return "error";
  }
  return model::write_yaml(model::Value(&node));
}

struct Row {
  const char* target;
  const char* operation;
  const char* expected;
};

TEST_CASE("applies JSON patches as json-patch v4 does", "[renderers][kustomize]") {
  const Row rows[] = {
      {"{a: 1}", "{op: add, path: /b, value: {c: 1}}", "a: 1\nb:\n  c: 1\n"},
      {"{a: 1}", "{op: add, path: /b/c, value: 1}", "error"},
      {"{a: [1, 2]}", "{op: add, path: /a/-, value: 3}", "a:\n- 1\n- 2\n- 3\n"},
      {"{a: [1, 2]}", "{op: add, path: /a/0, value: 3}", "a:\n- 3\n- 1\n- 2\n"},
      {"{a: [1, 2]}", "{op: add, path: /a/-1, value: 3}", "a:\n- 1\n- 2\n- 3\n"},
      {"{a: [1, 2]}", "{op: add, path: /a/4, value: 3}", "error"},
      {"{a: 1}", "{op: replace, path: /b, value: 2}", "a: 1\nb: 2\n"},
      {"{a: [1]}", "{op: replace, path: /a/1, value: 2}", "error"},
      {"{a: 1, b: 2}", "{op: remove, path: /a}", "b: 2\n"},
      {"{a: 1}", "{op: remove, path: /b}", "error"},
      {"{a: [1, 2]}", "{op: remove, path: /a/-1}", "a:\n- 1\n"},
      {"{a: 1}", "{op: move, from: /a, path: /b}", "b: 1\n"},
      {"{a: {x: 1}}", "{op: copy, from: /a, path: /b}", "a:\n  x: 1\nb:\n  x: 1\n"},
      {"{a: 1}", "{op: copy, from: /x, path: /b}", "a: 1\nb: null\n"},
      {"{a: 1}", "{op: test, path: /a, value: 1}", "a: 1\n"},
      {"{a: 1}", "{op: test, path: /a, value: 2}", "error"},
      {"{a/b: 1, c~d: 2}", "{op: remove, path: /a~1b}", "c~d: 2\n"},
      {"{a: 1}", "{op: grow, path: /a}", "error"},
  };
  for (const Row& row : rows) {
    INFO(row.target << " <- " << row.operation);
    CHECK(patched(row.target, row.operation) == row.expected);
  }
}

TEST_CASE("takes only a list of operations", "[renderers][kustomize]") {
  CHECK_THROWS_AS(decode_json_patch("op: add"), model::Error);
  CHECK_THROWS_AS(decode_json_patch("[1]"), model::Error);
}

}  // namespace
}  // namespace reconcile::kustomize
