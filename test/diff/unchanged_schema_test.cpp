// What a definition's schema proves. The rows were seen at a server.
#include <catch2/catch.hpp>

#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;

namespace {

struct Row {
  const char* what;
  const char* schema;   ///< of the field f
  const char* desired;  ///< of the field f
  const char* live;     ///< of the field f; empty: not there
  const char* own;      ///< our entry below f:spec
  bool is_unchanged;
};

bool proves(const Row& row, bool knows_schema) {
  const std::string head =
      R"({"apiVersion":"a.example/v1","kind":"K","metadata":{"name":"n","labels":{"a":"b"})";
  const auto desired = model::parse_json(head + R"(},"spec":{"x":1,"f":)" + row.desired + "}}");
  const std::string there = *row.live == '\0' ? "" : std::string(R"(,"f":)") + row.live;
  const auto live = model::parse_json(
      head +
      R"(,"managedFields":[{"manager":"reconcile","operation":"Apply","apiVersion":"a.example/v1",)"
      R"("fieldsV1":{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":)" +
      row.own + R"(}}]},"spec":{"x":1)" + there + "}}");
  const auto definition = model::parse_json(
      R"({"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object",)"
      R"("properties":{"spec":{"type":"object","properties":{"x":{"type":"integer"},"f":)" +
      std::string(row.schema) + "}}}}}}]}}");
  const model::Value schema =
      knows_schema ? diff::definition_schema(definition.root(), "v1") : model::Value();
  return diff::proves_unchanged(desired.root(), live.root(), diff::field_manager, schema);
}

}  // namespace

TEST_CASE("defaults in what is owned as a whole", "[diff][unchanged][schema]") {
  const char* atomic =
      R"({"type":"object","x-kubernetes-map-type":"atomic","properties":{"a":{"type":"integer"},)"
      R"("b":{"type":"string","default":"d"},)"
      R"("c":{"type":"string","nullable":true,"default":"e"}}})";
  const char* list =
      R"({"type":"array","items":{"type":"object","properties":{"a":{"type":"integer"},)"
      R"("b":{"type":"object","default":{},"properties":{"c":{"type":"integer","default":3}}}}}})";
  const char* own = R"({"f:x":{},"f:f":{}})";
  const Row rows[] = {
      {"a map", atomic, R"({"a":1})", R"({"a":1,"b":"d","c":"e"})", own, true},
      {"another value", atomic, R"({"a":1})", R"({"a":1,"b":"x","c":"e"})", own, false},
      {"a default that is missing", atomic, R"({"a":1})", R"({"a":1,"b":"d"})", own, false},
      {"null", atomic, R"({"b":null,"c":null})", R"({"b":"d","c":null})", own, true},
      {"an empty one", atomic, "{}", R"({"b":"d","c":"e"})", own, true},
      {"a list", list, R"([{"a":1},{"b":{}}])", R"([{"a":1,"b":{"c":3}},{"b":{"c":3}}])", own,
       true},
      {"another order", list, R"([{"a":1},{"a":2}])",
       R"([{"a":2,"b":{"c":3}},{"a":1,"b":{"c":3}}])", own, false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, true) == row.is_unchanged);
    CHECK_FALSE(proves(row, false));
  }
}

TEST_CASE("what is merged and was empty", "[diff][unchanged][schema]") {
  const char* merged = R"({"type":"object","properties":{"a":{"type":"integer","default":1}}})";
  const char* nullable =
      R"({"type":"object","nullable":true,"properties":{"a":{"type":"integer"}}})";
  const char* number = R"({"type":"integer","default":3})";
  const char* keyed =
      R"({"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],)"
      R"("items":{"type":"object","properties":{"name":{"type":"string"}}}})";
  const char* own = R"({"f:x":{},"f:f":{}})";
  const Row rows[] = {
      {"an empty map that is filled", merged, "{}", R"({"a":1})", own, true},
      {"a map that was empty", merged, R"({"a":1})", R"({"a":1})", own, false},
      {"null that is kept", nullable, "null", "null", own, true},
      {"null that became a map", nullable, "null", R"({"a":1})", own, false},
      {"null for a default", number, "null", "3", own, true},
      {"null for another value", number, "null", "4", own, false},
      {"an empty keyed list", keyed, "[]", "[]", R"({"f:x":{}})", true},
      {"one that others filled", keyed, "[]", R"([{"name":"a"}])", R"({"f:x":{}})", true},
      {"one that is gone", keyed, "[]", "", R"({"f:x":{}})", false},
      {"an empty atomic list that is not ours", R"({"type":"array","items":{"type":"string"}})",
       "[]", "[]", R"({"f:x":{}})", false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(proves(row, true) == row.is_unchanged);
  }
}

TEST_CASE("an item of a map in which nothing is owned", "[diff][unchanged][schema]") {
  const char* list = R"({"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}})";
  const std::string structure = std::string(R"({"type":"object","properties":{"e":)") + list +
                                R"(,"b":{"type":"string","default":""}}})";
  const std::string map = R"({"type":"object","additionalProperties":)" + structure + "}";
  const std::string fields = R"({"type":"object","properties":{"m":)" + structure + "}}";
  const char* desired = R"({"m":{"e":[]}})";
  const char* live = R"({"m":{"b":"","e":[]}})";
  const char* own = R"({"f:x":{},"f:f":{"f:m":{}}})";
  CHECK(proves({"an item", map.c_str(), desired, live, own, true}, true));
  CHECK_FALSE(proves({"gone", map.c_str(), desired, R"({"m":{"b":""}})", own, false}, true));
  CHECK_FALSE(proves({"more", map.c_str(), R"({"m":{"b":""}})", live, own, false}, true));
  CHECK_FALSE(proves({"a field", fields.c_str(), desired, live, own, false}, true));
}
