#include "engine/controllers/object_head.hpp"

#include <catch2/catch.hpp>

#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

std::string head_of(std::string_view json) {
  const auto head = object_head(json);
  return head ? model::write_json(head->root()) : "none";
}

}  // namespace

TEST_CASE("An object's head is its name, namespace and labels", "[engine][object_head]") {
  CHECK(head_of(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"a",)"
                R"("uid":"7","labels":{"b":"1"},"managedFields":[{"name":"}{"}]},)"
                R"("data":{"metadata":{"name":"y"}}})") ==
        R"({"metadata":{"labels":{"b":"1"},"name":"x","namespace":"a"}})");
  CHECK(head_of(R"({"data":{"metadata":{"name":"y"}},"metadata":{"name":"x"}})") ==
        R"({"metadata":{"name":"x"}})");
  CHECK(head_of(R"({"metadata":{"name":"\u0078","labels":null}})") ==
        R"({"metadata":{"labels":null,"name":"x"}})");
  CHECK(head_of(R"({"metadata":{}})") == R"({"metadata":{}})");
}

TEST_CASE("What is not written as the server writes it has no head", "[engine][object_head]") {
  for (const char* text :
       {"", "{}", "[]", "null", R"({"metadata":null})", R"({"metadata":[]})",
        R"({"metadata":{"name":"x")", R"({ "metadata":{"name":"x"}})",
        R"({"metadata":{"name":"x","labels":{"a"}}})", R"({"metadata":{"name": x}})"}) {
    CAPTURE(text);
    CHECK(head_of(text) == "none");
  }
}

TEST_CASE("An object's head names its unit", "[engine][object_head]") {
  const auto head =
      object_head(R"({"metadata":{"labels":{"kustomize.toolkit.fluxcd.io/name":"apps",)"
                  R"("kustomize.toolkit.fluxcd.io/namespace":"flux-system"}}})");
  REQUIRE(head);
  CHECK(appliers::owner_of(head->root())->display() == "Kustomization/flux-system/apps");
}

}  // namespace reconcile::engine
