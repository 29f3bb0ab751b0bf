#include <catch2/catch.hpp>

#include "reconcile/diff/comparison.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile;

namespace {

model::Object object(const std::string& yaml) {
  return model::Object(model::parse_yaml(yaml));
}

std::string config_map(const std::string& name, const std::string& more) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: a}\n" + more;
}

std::string secret(const std::string& more) {
  return "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: a}\n" + more;
}

std::string compared(const std::string& before, const std::string& after) {
  return diff::to_text({{diff::compare_forms(object(before), object(after))}});
}

std::string pod(const std::string& containers) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\nspec: {containers: " +
         containers + "}\n";
}

}  // namespace

TEST_CASE("pairs the objects of two renders by id", "[diff][two_way]") {
  const std::vector<model::Object> before = {object(config_map("stays", "data: {k: a}")),
                                             object(config_map("goes", "")),
                                             object(config_map("same", "data: {n: 1}"))};
  const std::vector<model::Object> after = {object(config_map("same", "data: {n: 1.0}")),
                                            object(config_map("comes", "")),
                                            object(config_map("stays", "data: {k: b, l: c}"))};
  CHECK(diff::to_text(diff::compare_renders(before, after)) ==
        "created ConfigMap/a/comes (change)\n"
        "deleted ConfigMap/a/goes (obsolete)\n"
        "configured ConfigMap/a/stays (change)\n"
        "  data.k: \"a\" -> \"b\" (change)\n"
        "  data.l: + \"c\" (change)\n");
  CHECK_FALSE(diff::compare_renders(before, before).changes_anything());
}

TEST_CASE("pairs items of lists by what names them", "[diff][two_way]") {
  CHECK(compared(pod("[{name: a, image: x}, {name: b, image: v}]"),
                 pod("[{name: b, image: z}, {name: a, image: x}, {name: c, image: w}]")) ==
        "configured Pod/a/p (change)\n"
        "  spec.containers[name=b].image: \"v\" -> \"z\" (change)\n"
        "  spec.containers[name=c]: + {\"image\":\"w\",\"name\":\"c\"} (change)\n"
        "  spec.containers: [\"a\",\"b\"] -> [\"b\",\"a\"] (change)\n");
  // Names that do not tell items apart are no names.
  CHECK(compared(pod("[{name: a, image: x}, {name: a, image: v}]"),
                 pod("[{name: a, image: x}, {name: a, image: z}]")) ==
        "configured Pod/a/p (change)\n  spec.containers[1].image: \"v\" -> \"z\" (change)\n");
  CHECK(compared(pod("[x, v]"), pod("[x]")) ==
        "configured Pod/a/p (change)\n  spec.containers[1]: - \"v\" (change)\n");
}

TEST_CASE("masks Secrets, whose texts count as data", "[diff][two_way]") {
  CHECK(compared(secret("stringData: {k: old}"), secret("data: {k: b2xk}")).empty());
  const std::string text =
      compared(secret("stringData: {k: old, same: x}"), secret("data: {k: bmV3, same: eA==}"));
  CHECK(text == "configured Secret/a/s (change)\n  data.k: *** (before) -> *** (after) (change)\n");
  CHECK(compared(secret("data: {k: b2xk}"), secret("")).find("b2xk") == std::string::npos);
  CHECK(compared(secret(""), secret("data: {k: 1}")) ==
        "configured Secret/a/s (change)\n  data.k: + *** (change)\n");
}
