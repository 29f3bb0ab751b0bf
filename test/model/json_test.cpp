#include "reconcile/model/json.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/number_format.hpp"

using namespace reconcile::model;

namespace {

std::string again(std::string_view text) {
  return write_json(parse_json(text).root());
}

std::string number(double value) {
  std::string out;
  write_json_number(value, out);
  return out;
}

ErrorCode code_of(std::string_view text, const JsonLimits& limits = {}) {
  try {
    parse_json(text, limits);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("writes what Go's encoder writes", "[model][json]") {
  CHECK(again(R"( { "b" : [ ] , "a" : { } } )") == R"({"a":{},"b":[]})");
  CHECK(again(R"("<a>&\u2028\/\u0001é\ud83d\ude00\t")") ==
        "\"\\u003ca\\u003e\\u0026\\u2028/\\u0001é\xF0\x9F\x98\x80\\t\"");
  CHECK(again(R"({"a":1,"a":2})") == R"({"a":2})");
  CHECK(again("\"\xff\"") == "\"\xEF\xBF\xBD\"");
  CHECK(again(R"("\ud83d x \ude00")") == "\"\xEF\xBF\xBD x \xEF\xBF\xBD\"");
  CHECK(again("[-0,1.0,1e3,12345678901234567890]") == "[-0,1,1000,12345678901234567890]");
}

TEST_CASE("writes floats in Go's forms", "[model][json]") {
  const std::pair<double, const char*> rows[] = {
      {0.1, "0.1"},    {1e20, "100000000000000000000"},
      {1e21, "1e+21"}, {1e-6, "0.000001"},
      {1e-7, "1e-7"},  {123456789.5, "123456789.5"},
      {-2.5, "-2.5"},  {5e-324, "5e-324"},
      {1e23, "1e+23"}, {9007199254740993.0, "9007199254740992"},
  };
  for (const auto& [value, text] : rows) CHECK(number(value) == text);
  std::string out;
  append_go_float(1234567, out);
  CHECK(out == "1.234567e+06");
  out.clear();
  append_go_float(1234567, out, exponent_min_fmt);
  CHECK(out == "1234567");
  out.clear();
  append_go_float32(0.1F, out);
  CHECK(out == "0.1");
  CHECK_THROWS_AS(number(1e308 * 10), Error);
}

TEST_CASE("indents as Go's MarshalIndent does", "[model][json]") {
  const Document document = parse_json(R"({"b":[1,{}],"a":{"x":"<"}})");
  CHECK(write_json(document.root(), {true, false, 2}) ==
        "{\n  \"a\": {\n    \"x\": \"<\"\n  },\n  \"b\": [\n    1,\n    {}\n  ]\n}");
  CHECK(write_json(document.root(), {false, true, 0}) ==
        "{\"b\":[1,{}],\"a\":{\"x\":\"\\u003c\"}}");
}

TEST_CASE("refuses what is no JSON text", "[model][json]") {
  for (const char* text :
       {"",         " ",   "{",     "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}",   "01",
        "1.",       ".5",  "+1",    "1e",   "nul",     "\"a",        "\"\\x\"", "\"\\u12g4\"",
        "\"a\nb\"", "1 2", "[1 2]", "'a'",  "1e400",   "--1"}) {
    INFO(text);
    CHECK(code_of(text) == ErrorCode::invalid_input);
  }
  try {
    parse_json("{\n  \"a\": tru}");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.message() ==
          "json: line 2 column 11: invalid character '}' in literal true (expecting 'e')");
  }
}

TEST_CASE("bounds depth and size", "[model][json]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK_NOTHROW(parse_json(nested(1000)));
  CHECK(code_of(nested(1001)) == ErrorCode::limit_exceeded);
  CHECK(code_of(std::string(1'000'000, '[')) == ErrorCode::limit_exceeded);
  JsonLimits limits;
  limits.bytes_max = 3;
  CHECK(code_of("[1,2]", limits) == ErrorCode::limit_exceeded);
}
