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

TEST_CASE("tells what created and deleted objects hold", "[diff][two_way]") {
  const std::vector<model::Object> none;
  const std::vector<model::Object> made = {
      object("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
             "metadata: {name: evil, labels: {a: b}}\n"
             "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}\n"
             "subjects: [{kind: ServiceAccount, name: default, namespace: shop}]\n"),
      object(config_map("files", "data: {f: \"a\\nb\\n\", k: v}")),
      object(secret("stringData: {k: hunter22}\ndata: {l: aHVudGVy}"))};
  const diff::ChangeSet created = diff::compare_renders(none, made);
  CHECK(diff::to_text(created) ==
        "created ConfigMap/a/files (change)\n"
        "  + data.f: 2 lines\n"
        "    + a\n"
        "    + b\n"
        "  + data.k: \"v\"\n"
        "created Secret/a/s (change)\n"
        "  + data.k: ***\n"
        "  + data.l: ***\n"
        "created ClusterRoleBinding/evil (change)\n"
        "  + metadata.labels: {\"a\":\"b\"}\n"
        "  + roleRef: {\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\","
        "\"name\":\"admin\"}\n"
        "  + subjects: "
        "[{\"kind\":\"ServiceAccount\",\"name\":\"default\",\"namespace\":\"shop\"}]\n");
  const diff::ChangeSet deleted = diff::compare_renders(made, none);
  CHECK(diff::to_text(deleted) ==
        "deleted ConfigMap/a/files (obsolete), 2 fields\n"
        "deleted Secret/a/s (obsolete), 2 fields\n"
        "deleted ClusterRoleBinding/evil (obsolete), 3 fields\n");
  CHECK(deleted.objects[0].fields[1].before == "\"v\"");
  CHECK(deleted.objects[0].fields[1].reason == diff::Reason::obsolete);
  for (const diff::ChangeSet& changes : {created, deleted})
    CHECK(diff::to_json(changes).find("aHVudGVy") == std::string::npos);
}

TEST_CASE("pairs objects whose names differ in the hash of their content", "[diff][two_way]") {
  const auto text = [](const std::vector<model::Object>& before,
                       const std::vector<model::Object>& after) {
    return diff::to_text(diff::compare_renders(before, after));
  };
  const model::Object old = object(config_map("app-khf6mh4mk9", "data: {k: a}"));
  const model::Object made = object(config_map("app-f765gfmtk6", "data: {k: b}"));
  CHECK(text({old}, {made}) ==
        "configured ConfigMap/a/app-f765gfmtk6 (change)\n"
        "  data.k: \"a\" -> \"b\" (change)\n"
        "  metadata.name: \"app-khf6mh4mk9\" -> \"app-f765gfmtk6\" (change)\n");
  // Neither other kinds, nor words, nor one of several.
  CHECK(
      text({object("apiVersion: v1\nkind: Secret\nmetadata: {name: app-khf6mh4mk9, namespace: a}")},
           {made})
          .find("configured") == std::string::npos);
  CHECK(text({object(config_map("app-production", ""))}, {made}).find("configured") ==
        std::string::npos);
  CHECK(text({old, object(config_map("app-7777777777", ""))}, {made}).find("configured") ==
        std::string::npos);
}

TEST_CASE("bounds what text shows of a created object", "[diff][two_way]") {
  std::string data;
  for (int i = 0; i < 130; ++i) data += "  key-" + std::to_string(1'000 + i) + ": v\n";
  const std::vector<model::Object> made = {object(config_map("m", "data:\n" + data))};
  const std::string text = diff::to_text(diff::compare_renders({}, made));
  CHECK_THAT(text, Catch::Contains("data.key-1099: \"v\"\n  and 30 more fields\n"));
  CHECK(text.find("key-1100") == std::string::npos);
}

TEST_CASE("tells long parts that only one side has by their own parts", "[diff][two_way]") {
  const std::string image = "registry.example.com/" + std::string(100, 'x');
  CHECK(
      compared(pod("[{name: a, image: x}]"), pod("[{name: a, image: x}, {name: b, image: " + image +
                                                 ", securityContext: {privileged: true}}]")) ==
      "configured Pod/a/p (change)\n"
      "  spec.containers[name=b].image: + \"" +
          image +
          "\" (change)\n"
          "  spec.containers[name=b].name: + \"b\" (change)\n"
          "  spec.containers[name=b].securityContext: + {\"privileged\":true} (change)\n");
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

TEST_CASE("an item put in front of a list changes no other", "[diff][two_way]") {
  const auto role = [](const std::string& first) {
    return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: "
           "a}\n"
           "rules: [" +
           first +
           "{apiGroups: [''], resources: [pods], verbs: [get]}, "
           "{apiGroups: [apps], resources: [deployments], verbs: [watch]}]\n";
  };
  CHECK(compared(role(""), role("{apiGroups: [batch], resources: [jobs], verbs: ['*']}, ")) ==
        "configured Role/a/r (change)\n"
        "  rules[0]: + {\"apiGroups\":[\"batch\"],\"resources\":[\"jobs\"],\"verbs\":[\"*\"]} "
        "(change)\n");
  CHECK(compared(pod("[a, b, c]"), pod("[x, a, c, d]")) ==
        "configured Pod/a/p (change)\n"
        "  spec.containers[0]: + \"x\" (change)\n"
        "  spec.containers[1]: - \"b\" (change)\n"
        "  spec.containers[3]: + \"d\" (change)\n");
  CHECK(compared(pod("[{k: [1]}, {k: [2]}]"), pod("[{k: [0]}, {k: [3]}, {k: [2]}]")) ==
        "configured Pod/a/p (change)\n"
        "  spec.containers[0].k[0]: 1 -> 0 (change)\n"
        "  spec.containers[1]: + {\"k\":[3]} (change)\n");
  // Equal numbers may be written in two ways.
  CHECK(compared(pod("[1, 1.0, 2]"), pod("[1.0, 1, 2.0]")).empty());
}

TEST_CASE("pairs items of lists by two fields where one is shared", "[diff][two_way]") {
  const auto ports = [](const std::string& first) {
    return pod("[" + first + "{port: 53, protocol: UDP, nodePort: 1}, {port: 53}]");
  };
  CHECK(compared(ports(""), ports("{port: 80, protocol: TCP}, ")) ==
        "configured Pod/a/p (change)\n"
        "  spec.containers[port=80,protocol=TCP]: + {\"port\":80,\"protocol\":\"TCP\"} (change)\n");
  CHECK(compared(ports(""), pod("[{port: 53}, {port: 53, protocol: UDP, nodePort: 2}]")) ==
        "configured Pod/a/p (change)\n"
        "  spec.containers[port=53,protocol=UDP].nodePort: 1 -> 2 (change)\n"
        "  spec.containers: [{\"port\":53,\"protocol\":\"UDP\"},{\"port\":53}] -> "
        "[{\"port\":53},{\"port\":53,\"protocol\":\"UDP\"}] (change)\n");
  CHECK(compared(pod("[{path: /, pathType: Exact, b: 1}]"),
                 pod("[{path: /, pathType: Prefix, b: 2}, {path: /, pathType: Exact, b: 1}]")) ==
        "configured Pod/a/p (change)\n"
        "  spec.containers[path=/,pathType=Prefix]: + "
        "{\"b\":2,\"path\":\"/\",\"pathType\":\"Prefix\"} (change)\n");
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
