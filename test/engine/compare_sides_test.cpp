#include "engine/cli/compare_sides.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

model::Object object(const std::string& kind, const std::string& name, const std::string& members,
                     const std::string& annotations = "") {
  return model::Object(model::parse_json(
      R"({"apiVersion":"v1","kind":")" + kind + R"(","metadata":{"name":")" + name +
      R"(","namespace":"shop","annotations":{)" + annotations + "}}," + members + "}"));
}

model::Object map(const std::string& name, const std::string& value,
                  const std::string& annotations = "") {
  return object("ConfigMap", name, R"("data":{"k":")" + value + R"("})", annotations);
}

SideUnit unit(std::vector<model::Object> objects, const std::string& more = R"("prune":true)",
              const std::string& parent = "") {
  const UnitSpec spec = read_kustomization(model::parse_json(
      R"({"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization",)"
      R"("metadata":{"name":"x","namespace":"flux"},"spec":{"path":"x","sourceRef":)"
      R"({"kind":"GitRepository","name":"r"},)" +
      more + "}}"));
  return {parent, spec, std::move(objects)};
}

std::string text_of(const SideRender& before, const SideRender& after) {
  std::string text;
  for (const diff::ChangeGroup& group : compare_sides(before, after)) {
    const std::string changes = diff::to_text(group.changes);
    if (!changes.empty()) text += "# " + group.unit + "\n" + changes;
  }
  return text;
}

}  // namespace

TEST_CASE("an object that another unit renders moves there", "[engine][cli][sides]") {
  SideRender before;
  before.units = {{"", unit({map("top", "1")})},
                  {"a", unit({map("grown", "1"), map("same", "1"), map("shared", "1")})},
                  {"b", unit({map("shared", "1")})}};
  SideRender after;
  after.units = {{"", unit({})},
                 {"a", unit({map("top", "1")})},
                 {"b", unit({map("grown", "2"), map("same", "1"), map("shared", "1")})}};
  CHECK(text_of(before, after) ==
        "# a\n"
        "skipped ConfigMap/shop/shared (handed over): b renders it too\n"
        "configured ConfigMap/shop/top (change): moves from the directory itself\n"
        "# b\n"
        "configured ConfigMap/shop/grown (change): moves from a\n"
        "  data.k: \"1\" -> \"2\" (change)\n"
        "configured ConfigMap/shop/same (change): moves from a\n");
}

TEST_CASE("what prune leaves alone is no deletion", "[engine][cli][sides]") {
  const std::string kept = R"("kustomize.toolkit.fluxcd.io/prune":"disabled")";
  SideRender before;
  before.units = {{"", unit({map("z", "1")})},
                  {"a", unit({map("x", "1"), map("y", "1", kept)})},
                  {"off", unit({map("o", "1")})}};
  SideRender after;
  after.units = {{"", unit({})}, {"a", unit({})}, {"off", unit({}, R"("prune":false)")}};
  CHECK(text_of(before, after) ==
        "# \n"
        "deleted ConfigMap/shop/z (obsolete), 2 fields\n"
        "# a\n"
        "deleted ConfigMap/shop/x (obsolete), 2 fields\n"
        "skipped ConfigMap/shop/y (disabled): an annotation forbids the deletion\n"
        "# off\n"
        "skipped ConfigMap/shop/o (obsolete): stays: off has prune: false\n");
}

TEST_CASE("a unit that goes takes along what its spec says", "[engine][cli][sides]") {
  SideRender before;
  before.units = {{"", unit({})},
                  {"goes", unit({map("a", "1")})},
                  {"orphan", unit({map("b", "1")}, R"("prune":true,"deletionPolicy":"Orphan")")},
                  {"parent", unit({}, R"("prune":false)")},
                  {"stays", unit({map("c", "1")}, R"("prune":true)", "parent")}};
  SideRender after;
  after.units = {{"", unit({})}, {"parent", unit({}, R"("prune":false)")}};
  CHECK(text_of(before, after) ==
        "# goes\n"
        "deleted ConfigMap/shop/a (obsolete), 2 fields\n"
        "# orphan\n"
        "skipped ConfigMap/shop/b (obsolete): stays: orphan leaves its objects when it goes\n"
        "# stays\n"
        "skipped ConfigMap/shop/c (obsolete): stays: so does stays\n");
}

TEST_CASE("a unit that one side leaves out is not compared, nor what it brings",
          "[engine][cli][sides]") {
  SideRender before;
  before.units = {{"", unit({map("a", "1")})},
                  {"out", unit({map("b", "1")})},
                  {"below", unit({map("c", "1")}, R"("prune":true)", "out")}};
  SideRender after;
  after.units = {{"", unit({map("a", "2")})}};
  after.left_out = {"out"};
  CHECK(text_of(before, after) ==
        "# \nconfigured ConfigMap/shop/a (change)\n  data.k: \"1\" -> \"2\" (change)\n");
}

TEST_CASE("values out of Secrets are masked in other kinds", "[engine][cli][sides]") {
  SideRender before;
  before.units = {{"", unit({map("a", "db://u:hunter2222@h"), map("b", "true")})}};
  before.secrets = {"hunter2222", "true"};
  SideRender after;
  after.units = {{"", unit({map("a", "db://u:hunter3333@h"), map("b", "false")})}};
  after.secrets = {"hunter3333", "true"};
  CHECK(text_of(before, after) ==
        "# \n"
        "configured ConfigMap/shop/a (change)\n"
        "  data.k: *** (before) -> *** (after) (change)\n"
        "configured ConfigMap/shop/b (change)\n"
        "  data.k: \"true\" -> \"false\" (change)\n");
}
