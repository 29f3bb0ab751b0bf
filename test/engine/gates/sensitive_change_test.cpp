#include <catch2/catch.hpp>

#include "engine/gates/sensitive_change.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile;
using engine::gates::sensitive_changes;

namespace {

std::vector<model::Object> objects(const std::string& yaml) {
  std::vector<model::Object> list;
  for (const model::Document& document : model::parse_yaml_stream(yaml)) {
    list.emplace_back(document);
  }
  return list;
}

std::string object(const std::string& version, const std::string& kind, const std::string& rest) {
  return "apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: x, namespace: shop}\n" +
         rest;
}

std::vector<std::string> changes(const std::string& before, const std::string& after) {
  return sensitive_changes(objects(before), objects(after));
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("names the images that change", "[engine][gates][sensitive_change]") {
  const auto deployment = [](const std::string& image, int replicas) {
    return object("apps/v1", "Deployment",
                  "spec: {replicas: " + std::to_string(replicas) +
                      ", template: {spec: {containers: [{name: web, image: \"" + image + "\"}]}}}");
  };
  CHECK(changes(deployment("web:1", 1), deployment("web:1", 5)).empty());
  CHECK(changes(deployment("web:1", 1), deployment("web:2", 1)) ==
        Lines{"image of container web of Deployment/shop/x: web:1 → web:2"});
  CHECK(changes("", deployment("web:2", 1)) ==
        Lines{"image of container web of Deployment/shop/x: none → web:2"});
  CHECK(changes(deployment("web:2", 1), "") ==
        Lines{"image of container web of Deployment/shop/x: web:2 → none"});
}

TEST_CASE("knows where images stand", "[engine][gates][sensitive_change]") {
  const auto job = [](const std::string& tag) {
    return object("batch/v1", "CronJob",
                  "spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: "
                  "a}], initContainers: [{name: b, image: \"b:" +
                      tag + "\"}]}}}}}");
  };
  CHECK(changes(job("1"), job("2")) ==
        Lines{"image of init container b of CronJob/shop/x: b:1 → b:2"});
  const auto custom = [](const std::string& tag) {
    return object("postgres.example.com/v1", "Cluster", "spec: {imageName: \"pg:" + tag + "\"}");
  };
  CHECK(changes(custom("1"), custom("2")) == Lines{"imageName of Cluster/shop/x: pg:1 → pg:2"});
}

TEST_CASE("names chart versions and sources", "[engine][gates][sensitive_change]") {
  const auto release = [](const std::string& version, const std::string& values) {
    return object("helm.toolkit.fluxcd.io/v2", "HelmRelease",
                  "spec: {chart: {spec: {chart: redis, version: \"" + version +
                      "\"}}, values: " + values + "}");
  };
  CHECK(changes(release("1.0", "{}"), release("1.1", "{}")) ==
        Lines{"chart version of HelmRelease/shop/x: 1.0 → 1.1"});
  CHECK(changes(release("1.0", "{replicas: 1}"), release("1.0", "{replicas: 2}")).empty());
  CHECK(changes(release("1.0", "{image: {tag: a}}"), release("1.0", "{image: {tag: b}}")) ==
        Lines{"chart value image.tag of HelmRelease/shop/x: a → b"});
  const auto source = [](const std::string& tag) {
    return object("source.toolkit.fluxcd.io/v1", "OCIRepository",
                  "spec: {ref: {tag: " + tag + "}}");
  };
  CHECK(changes(source("a"), source("b")) ==
        Lines{"source ref of OCIRepository/shop/x is changed"});
}

TEST_CASE("RBAC, webhooks and CRDs are sensitive as a whole", "[engine][gates][sensitive_change]") {
  struct Row {
    std::string version, kind, expected;
  };
  const Row rows[] = {
      {"rbac.authorization.k8s.io/v1", "Role", "RBAC rules of Role/shop/x"},
      {"rbac.authorization.k8s.io/v1", "RoleBinding", "RBAC rules of RoleBinding/shop/x"},
      {"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration",
       "webhook configuration of ValidatingWebhookConfiguration/shop/x"},
      {"apiextensions.k8s.io/v1", "CustomResourceDefinition",
       "CRD of CustomResourceDefinition/shop/x"},
      {"apiregistration.k8s.io/v1", "APIService", "API service of APIService/shop/x"}};
  for (const Row& row : rows) {
    const std::string one = object(row.version, row.kind, "a: 1");
    const std::string two = object(row.version, row.kind, "a: 2");
    CHECK(changes(one, one).empty());
    CHECK(changes(one, two) == Lines{row.expected + " is changed"});
    CHECK(changes("", two) == Lines{row.expected + " is new"});
    CHECK(changes(one, "") == Lines{row.expected + " is gone"});
  }
  const std::string map = object("v1", "ConfigMap", "data: {image: a}");
  CHECK(changes(map, "").empty());
}
