// Bounds, variables and results of expressions.
#include "reconcile/cel/expression.hpp"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/cel/rows.hpp"

using namespace reconcile;
using cel::Expression;
using cel::Variables;

namespace {

std::string repeat(const std::string& text, std::size_t count) {
  std::string repeated;
  for (std::size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

/// The error of an evaluation that goes beyond `limits`, behind the expression's name.
std::string limit_of(const std::string& text, const cel::Limits& limits) {
  try {
    static_cast<void>(Expression::parse(text).evaluate(Variables(), limits));
  } catch (const model::Error& error) {
    CHECK(error.code() == model::ErrorCode::limit_exceeded);
    return error.message().substr(error.message().rfind("': ") + 3);
  }
  return "";
}

std::string parse_error(const std::string& text) {
  try {
    Expression::parse(text);
  } catch (const model::Error& error) {
    return error.message().substr(error.message().rfind("': ") + 3);
  }
  return "";
}

const std::string numbers = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";

}  // namespace

TEST_CASE("steps and memory of an evaluation are bounded", "[cel][expression]") {
  std::string loops = "true";
  for (int i = 0; i < 8; ++i) loops = numbers + ".all(x, " + loops + ")";
  CHECK(limit_of(loops, {}) == "the evaluation takes more steps than allowed");
  std::string text = "'0123456789'";
  for (int i = 0; i < 9; ++i) text = numbers + ".map(x, " + text + ").join()";
  CHECK(limit_of("size(" + text + ")", {1'000'000'000, 1U << 20U}) ==
        "the evaluation takes more memory than allowed");
  CHECK(limit_of("1 + 1", {2, 1000}) == "the evaluation takes more steps than allowed");
}

TEST_CASE("the depth and the size of an expression are bounded", "[cel][expression]") {
  CHECK(parse_error(repeat("(", 249) + "1" + repeat(")", 249)).empty());
  CHECK(parse_error(repeat("(", 250) + "1" + repeat(")", 250)) ==
        "ERROR: <input>:-1:0: expression recursion limit exceeded: 250");
  CHECK(parse_error("1" + repeat(" + 1", 250)).empty());
  CHECK(parse_error("1" + repeat(" + 1", 251)) ==
        "ERROR: <input>:-1:0: max recursion depth exceeded");
  CHECK(parse_error("a" + repeat(" || a", 5000)).empty());
  CHECK(parse_error(repeat(" ", 100'001)) ==
        "ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100001, limit "
        "100000");
  // Each optMap() has its receiver twice.
  CHECK(parse_error("x" + repeat(".optMap(y, y)", 40)) ==
        "ERROR: <input>:-1:0: expression expands to more than 100000 nodes");
}

TEST_CASE("types that grow without end are refused", "[cel][expression]") {
  std::string text = "[1]";
  for (int i = 0; i < 60; ++i) text += ".map(a, {a: a})";
  CHECK_THROWS_AS(Expression::compile(text, {}), model::Error);
}

TEST_CASE("numbers of a document are whole or all double", "[cel][expression]") {
  const model::Document document = model::parse_json(R"({"a":1,"b":[2],"c":{"d":3}})");
  const Expression types = Expression::parse("[type(v.a), type(v.b[0]), type(v.c.d)]");
  Variables whole;
  whole.set("v", document.root());
  CHECK(types.evaluate(whole).text == "[int, int, int]");
  Variables doubles;
  doubles.set("v", document.root(), cel::Numbers::doubles);
  CHECK(types.evaluate(doubles).text == "[double, double, double]");
}

TEST_CASE("names with points are tried first", "[cel][expression]") {
  const model::Document document = model::parse_json(R"({"a":{"b":1},"a.b":2})");
  const Variables fields = Variables::fields_of(document.root());
  CHECK(Expression::parse("a.b").evaluate(fields).text == "2");
  CHECK(Expression::parse("a['b'] + a.b").evaluate(fields).text == "4");
}

TEST_CASE("a result is of the type that is asked for", "[cel][expression]") {
  const auto message = [](const auto& evaluate) -> std::string {
    try {
      static_cast<void>(evaluate());
    } catch (const model::Error& error) {
      return error.message();
    }
    return "";
  };
  CHECK(Expression::parse("1 < 2").evaluate_boolean({}));
  CHECK(Expression::parse("'a' + 'b'").evaluate_string({}) == "ab");
  CHECK(message([] { return Expression::parse("1").evaluate_boolean({}); }) ==
        "failed to evaluate CEL expression as boolean: '1'");
  CHECK(message([] { return Expression::parse("1").evaluate_string({}); }) ==
        "failed to evaluate CEL expression as string: '1'");
  CHECK(message([] { return Expression::parse("data.currentt").evaluate_boolean({}); }) ==
        "failed to evaluate the CEL expression 'data.currentt': no such attribute(s): "
        "data.currentt");
  CHECK(message([] {
          Expression::compile("a", {{"a"}, "bool"});
        }) == "CEL expression output type mismatch: expected bool, got map(string, dyn)");
}

TEST_CASE("an expression is used by several threads", "[cel][expression]") {
  const Expression expression = Expression::parse(
      "status.conditions.filter(c, c.type.matches('^R')).map(c, c.status).join() + metadata.name");
  const model::Document object = model::parse_json(test::cel_object);
  std::vector<std::thread> threads;
  std::vector<std::string> results(4);
  for (std::string& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        result = expression.evaluate_string(Variables::fields_of(object.root()));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& result : results) CHECK(result == "Trueweb");
}
