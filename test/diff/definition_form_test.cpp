// How the server writes definitions. The rows were seen at a server.
#include <catch2/catch.hpp>

#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;

namespace {

/// Whether a definition with this in its specification stays as it is.
bool proves(const std::string& desired, const std::string& live, const std::string& own) {
  const std::string head =
      R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",)"
      R"("metadata":{"name":"n","labels":{"a":"b"})";
  const auto wanted = model::parse_json(head + R"(},"spec":)" + desired + "}");
  const auto there =
      model::parse_json(head +
                        R"(,"managedFields":[{"manager":"reconcile","operation":"Apply",)"
                        R"("apiVersion":"apiextensions.k8s.io/v1",)"
                        R"("fieldsV1":{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":)" +
                        own + R"(}}]},"spec":)" + live + "}");
  return diff::proves_unchanged(wanted.root(), there.root());
}

bool proves_schema(const std::string& desired, const std::string& live) {
  const auto version = [](const std::string& schema) {
    return R"({"versions":[{"name":"v1","schema":{"openAPIV3Schema":)" + schema + "}}]}";
  };
  return proves(version(desired), version(live), R"({"f:versions":{}})");
}

}  // namespace

TEST_CASE("what is empty in a schema is left out", "[diff][definition_form]") {
  CHECK(proves_schema(R"({"type":"object","properties":{}})", R"({"type":"object"})"));
  CHECK(proves_schema(R"({"type":"object","properties":null,"required":[],"nullable":false})",
                      R"({"type":"object"})"));
  CHECK(proves_schema(
      R"({"properties":{"a":{"items":{"description":"","type":"string"},"type":"array"}}})",
      R"({"properties":{"a":{"items":{"type":"string"},"type":"array"}}})"));
  CHECK(proves_schema(R"({"allOf":[{"required":["a"],"properties":{}}]})",
                      R"({"allOf":[{"required":["a"]}]})"));
  CHECK_FALSE(proves_schema(R"({"type":"object"})", R"({"nullable":true,"type":"object"})"));
  CHECK_FALSE(proves_schema(R"({"nullable":true})", "{}"));
  CHECK_FALSE(proves_schema(R"({"properties":{}})", R"({"properties":{"a":{"type":"string"}}})"));
}

TEST_CASE("names of properties are no keywords", "[diff][definition_form]") {
  CHECK_FALSE(proves_schema(R"({"properties":{"description":{}}})", R"({"properties":{}})"));
  CHECK_FALSE(
      proves_schema(R"({"properties":{"a":{}}})", R"({"properties":{"a":{},"resources":{}}})"));
  CHECK_FALSE(proves_schema(R"({"properties":{"default":{"type":"string","title":"x"}}})",
                            R"({"properties":{"default":{"type":"string"}}})"));
}

TEST_CASE("values in a schema stay as they are", "[diff][definition_form]") {
  CHECK(proves_schema(R"({"default":{"a":[]},"title":""})", R"({"default":{"a":[]}})"));
  CHECK_FALSE(proves_schema(R"({"default":{"a":[]},"title":""})", R"({"default":{}})"));
  CHECK_FALSE(proves_schema(R"({"default":null})", "{}"));
  CHECK_FALSE(proves_schema(R"({"enum":["",null],"title":""})", R"({"enum":[""]})"));
}

TEST_CASE("versions and their columns", "[diff][definition_form]") {
  const std::string own = R"({"f:versions":{}})";
  const std::string column = R"({"name":"A","type":"string","jsonPath":".a")";
  CHECK(proves(R"({"versions":[{"name":"v1","deprecated":false,"additionalPrinterColumns":[)" +
                   column + R"(,"priority":0,"description":""}]}]})",
               R"({"versions":[{"name":"v1","additionalPrinterColumns":[)" + column + "}]}]}",
               own));
  CHECK_FALSE(proves(R"({"versions":[{"name":"v1","additionalPrinterColumns":[)" + column +
                         R"(,"priority":1}]}]})",
                     R"({"versions":[{"name":"v1","additionalPrinterColumns":[)" + column + "}]}]}",
                     own));
  CHECK_FALSE(proves(R"({"versions":[{"name":"v1","served":false}]})",
                     R"({"versions":[{"name":"v1"}]})", own));
  CHECK_FALSE(proves(R"({"versions":[{"name":"v1"}]})",
                     R"({"versions":[{"name":"v1"},{"name":"v2"}]})", own));
}

TEST_CASE("null for what a definition fills in", "[diff][definition_form]") {
  const std::string own = R"({"f:conversion":{}})";
  CHECK(proves(R"({"conversion":null})", R"({"conversion":{"strategy":"None"}})", own));
  CHECK_FALSE(proves(R"({"conversion":null})", R"({"conversion":{"strategy":"Webhook"}})", own));
  CHECK(proves(R"({"preserveUnknownFields":false})", "{}", R"({"f:preserveUnknownFields":{}})"));
  CHECK_FALSE(
      proves(R"({"preserveUnknownFields":true})", "{}", R"({"f:preserveUnknownFields":{}})"));
  const std::string names =
      R"({"f:names":{"f:kind":{},"f:singular":{},"f:listKind":{},"f:shortNames":{}}})";
  const std::string desired =
      R"({"names":{"kind":"Ab","singular":null,"listKind":null,"shortNames":[]}})";
  CHECK(proves(desired, R"({"names":{"kind":"Ab","singular":"ab","listKind":"AbList"}})", names));
  CHECK_FALSE(
      proves(desired, R"({"names":{"kind":"Ab","singular":"x","listKind":"AbList"}})", names));
}
