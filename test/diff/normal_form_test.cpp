#include "reconcile/diff/normal_form.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using diff::PathStepType;

TEST_CASE("quantities that the server writes alike are equal", "[diff][normal_form]") {
  struct Row {
    const char* left;
    const char* right;
    bool same;
  };
  const Row rows[] = {
      {"1000m", "1", true},     {"0.1", "100m", true},       {"1Ki", "1024", false},
      {"1Gi", "1024Mi", true},  {"1G", "1000M", true},       {"1e3", "1k", false},
      {"1E", "1e18", false},    {"0", "0m", true},           {"1.50", "1500m", true},
      {"-1", "-1000m", true},   {"1", "1Mi", false},         {"100m", "101m", false},
      {"0.5Gi", "512Mi", true}, {"1n", "0.000000001", true}, {"1e3", "1000e0", true},
      {"0.5Ki", "512", true},   {"0Mi", "0", true},          {"1Gi", "1073741824", false},
  };
  for (const Row& row : rows) {
    INFO(row.left << " and " << row.right);
    const auto left = diff::parse_quantity(row.left);
    const auto right = diff::parse_quantity(row.right);
    REQUIRE(left);
    REQUIRE(right);
    CHECK((*left == *right) == row.same);
  }
  for (const char* text :
       {"", "x", "1x", "1.2.3", "1e", "--1", "1e999999999", "9999999999999999999999"})
    CHECK_FALSE(diff::parse_quantity(text));
}

TEST_CASE("knows what surely means the same", "[diff][normal_form]") {
  struct Row {
    const char* parent;
    const char* name;
    const char* desired;
    const char* live;
    bool same;
  };
  const Row rows[] = {
      {"requests", "cpu", "\"1000m\"", "\"1\"", true},
      {"requests", "cpu", "1", "\"1\"", true},
      {"spec", "cpu", "\"1000m\"", "\"1\"", false},
      {"spec", "a", "1", "1.0", true},
      {"spec", "a", "{}", "null", true},
      {"spec", "a", "null", "[]", true},
      {"spec", "a", "\"\"", "null", false},
      {"spec", "ports", R"([{"port":80}])", R"([{"port":80,"protocol":"TCP"}])", true},
      {"spec", "ports", R"([{"port":80}])", R"([{"port":80,"protocol":"UDP"}])", false},
      {"spec", "ports", R"([{"port":80}])", R"([{"port":80,"x":1}])", false},
      {"spec", "a", R"({"x":1,"y":2})", R"({"y":2,"x":1})", true},
      {"spec", "a", R"([1,2])", R"([2,1])", false},
      {"spec", "a", "true", "\"true\"", false},
  };
  for (const Row& row : rows) {
    INFO(row.parent << "." << row.name << " " << row.desired << " " << row.live);
    const model::Document desired = model::parse_json(row.desired);
    const model::Document live = model::parse_json(row.live);
    const diff::FieldPath path = {{PathStepType::field, row.parent},
                                  {PathStepType::field, row.name}};
    CHECK(diff::surely_equal(desired.root(), live.root(), path) == row.same);
  }
  const model::Document empty = model::parse_json("{}");
  CHECK(diff::surely_equal(empty.root(), model::Value(), {}));
  const model::Document one = model::parse_json("1");
  CHECK_FALSE(diff::surely_equal(one.root(), model::Value(), {}));
}
