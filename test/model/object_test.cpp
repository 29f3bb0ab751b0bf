#include "reconcile/model/object.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {
namespace {

TEST_CASE("an object answers its identity", "[model][object]") {
  const Object object(parse_json(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{
      "name":"web","namespace":"shop","labels":{"a":"b"},"uid":"u","generation":3}})"));
  CHECK(object.gvk() == Gvk{"apps", "v1", "Deployment"});
  CHECK(object.gvk().api_version() == "apps/v1");
  CHECK(object.id().display() == "Deployment/shop/web");
  CHECK(object.id().inventory_id() == "shop_web_apps_Deployment");
  CHECK(object.label("a") == "b");
  CHECK(object.generation() == 3);
  CHECK(object.uid() == "u");
}

TEST_CASE("an inventory id survives a round trip", "[model][object]") {
  const ObjectId rows[] = {
      {"apps", "Deployment", "shop", "web"},
      {"", "Namespace", "", "shop"},
      {"rbac.authorization.k8s.io", "ClusterRole", "", "system:auth:x"},
  };
  for (const ObjectId& id : rows) {
    CAPTURE(id.inventory_id());
    CHECK(ObjectId::from_inventory_id(id.inventory_id()) == id);
  }
  CHECK(rows[2].inventory_id() == "_system__auth__x_rbac.authorization.k8s.io_ClusterRole");
  for (const std::string_view text : {"", "a", "a_b", "a_b_c", "a_b_c_"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(ObjectId::from_inventory_id(text), Error);
  }
}

TEST_CASE("what is no object is refused with its file", "[model][object]") {
  struct Row {
    std::string_view json;
    std::string_view message;
  };
  const Row rows[] = {
      {"[]", "object 2: expected a map, found list (a.yaml)"},
      {R"({"kind":"X"})", "object 2: expected a string in apiVersion, found nothing (a.yaml)"},
      {R"({"apiVersion":"v1","kind":3})",
       "object 2: expected a string in kind, found integer (a.yaml)"},
      {R"({"apiVersion":"v1","kind":"X","metadata":{"name":""}})",
       "object 2: expected a string in metadata.name, found an empty string (a.yaml)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    try {
      const Object object(parse_json(row.json), {"a.yaml", 2});
      FAIL("the object was taken");
    } catch (const Error& error) {
      CHECK(std::string_view(error.what()) == row.message);
    }
  }
}

TEST_CASE("a list is expanded into its items", "[model][object]") {
  const std::vector<Object> objects =
      expand_list(parse_json(R"({"apiVersion":"v1","kind":"List","items":[
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}},
      {"apiVersion":"v1","kind":"ConfigMapList","items":[
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}]}]})"));
  REQUIRE(objects.size() == 2);
  CHECK(objects[1].id().name == "b");
}

}  // namespace
}  // namespace reconcile::model
