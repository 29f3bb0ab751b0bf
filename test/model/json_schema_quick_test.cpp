#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/json_schema.hpp"

using namespace reconcile::model;

namespace {

/// What a JsonSchema says: whether the schema compiles and the instance is valid.
bool is_valid(const Document& schema, Value instance) {
  try {
    return JsonSchema(schema).validate(instance).empty();
  } catch (const Error&) {
    return false;
  }
}

bool is_quick(std::string_view schema, std::string_view instance) {
  return is_surely_valid(parse_json(schema).root(), parse_json(instance).root());
}

/// Schemas and instances of few names, so that they meet; some are wrong.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string schema(int depth) {
    if (depth == 0 || chance(12)) return pick({"true", "{}", R"({"type":"string"})", "false"});
    std::string text = "{";
    const unsigned count = 1 + below(3);
    for (unsigned i = 0; i < count; ++i) {
      const std::string entry = keyword(depth - 1);
      if (text.find(entry.substr(0, entry.find(':'))) != std::string::npos) continue;
      text += (text.size() > 1 ? "," : "") + entry;
    }
    return text + "}";
  }

  std::string document() {
    std::string text = schema(3);
    if (!text.starts_with('{')) return text;
    text = "{\"definitions\":{\"a\":" + schema(2) + ",\"b\":" + schema(2) + "}" +
           (text == "{}" ? "" : ",") + text.substr(1);
    if (chance(4)) text.insert(1, R"("$schema":"http://json-schema.org/draft-07/schema#",)");
    return text;
  }

  std::string instance(int depth) {
    if (depth == 0 || chance(3)) {
      return pick({"null", "true", "1", "2.0", "2.5", "\"a\"", "\"bb\"", "-3", "\"\"", "1e2"});
    }
    if (chance(3)) return "[" + instance(depth - 1) + "," + instance(depth - 1) + "]";
    return R"({"a":)" + instance(depth - 1) + R"(,"b":)" + instance(depth - 1) + "}";
  }

 private:
  unsigned below(unsigned count) { return static_cast<unsigned>(random_()) % count; }
  bool chance(unsigned of) { return below(of) == 0; }
  std::string pick(std::vector<std::string> texts) {
    return texts[below(static_cast<unsigned>(texts.size()))];
  }

  std::string keyword(int depth) {
    switch (below(20)) {
      case 0:
        return R"("type":)" + pick({R"("object")", R"("integer")", R"("number")", R"("array")",
                                    R"(["string","null"])", R"("text")", R"(["null","null"])"});
      case 1:
      case 2:
        return R"("properties":{"a":)" + schema(depth) + R"(,"b":)" + schema(depth) + "}";
      case 3:
        return R"("additionalProperties":)" + schema(depth);
      case 4:
        return R"("patternProperties":{)" + pick({R"("^a")", R"(".")", R"("(")"}) + ":" +
               schema(depth) + "}";
      case 5:
        return R"("items":)" + schema(depth);
      case 6:
        return R"("allOf":[)" + schema(depth) + "," + schema(depth) + "]";
      case 7:
        return R"("anyOf":[)" + schema(depth) + "," + schema(depth) + "]";
      case 8:
        return R"("oneOf":[)" + schema(depth) + "," + schema(depth) + "]";
      case 9:
        return R"("not":)" + schema(depth);
      case 10:
        return R"("$ref":)" +
               pick({R"("#/definitions/a")", R"("#/definitions/b")", R"("#/definitions/c")"});
      case 11:
        return R"("enum":)" + pick({R"(["a",1,null])", R"([[1],2])", "[]", R"([1,1.0])"});
      case 12:
        return R"("required":)" + pick({R"(["a"])", R"(["c"])", R"(["a","a"])", "1"});
      case 13:
        return pick({R"("minimum":)", R"("exclusiveMaximum":)"}) + pick({"2", "2.5", "\"2\""});
      case 14:
        return pick({R"("minLength":)", R"("maxItems":)", R"("minProperties":)"}) +
               pick({"1", "2", "-1", "1.5"});
      case 15:
        return R"("pattern":)" + pick({R"("^a$")", R"("[")", "3"});
      case 16:
        return R"("const":)" + instance(1);
      case 17:
        return R"("uniqueItems":)" + pick({"true", "false", "1"});
      case 18:
        return R"("format":)" + pick({R"("ipv4")", R"("none")", "1"});
      default:
        return pick({R"("description":"d")", R"("description":1)", R"("x-form":{"type":1})",
                     R"("$id":"other")", R"("if":true)", R"("default":{"type":7})"});
    }
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("tells at once what is surely valid", "[model][json_schema][quick]") {
  CHECK(is_quick(R"({"type":"object","properties":{"a":{"type":["integer","null"]}}})",
                 R"({"a":1.0,"b":2})"));
  CHECK(is_quick(R"({"$ref":"#/$defs/a","$defs":{"a":{"enum":["x"]}}})", R"("x")"));
  CHECK(is_quick(R"({"properties":{"a":{}},"additionalProperties":false})", R"({"a":{}})"));
  CHECK(is_quick(R"({"items":{"oneOf":[{"type":"string"},{"type":"number","minimum":2}]}})",
                 R"(["a",2])"));
}

TEST_CASE("gives no verdict on what is unusual or wrong", "[model][json_schema][quick]") {
  CHECK_FALSE(is_quick(R"({"type":"string"})", "1"));
  CHECK_FALSE(is_quick(R"({"properties":{"a":{"type":"text"}}})", "{}"));
  CHECK_FALSE(is_quick(R"({"properties":{"a":{"pattern":"("}}})", "{}"));
  CHECK_FALSE(is_quick(R"({"properties":{"a":{"$ref":"#/definitions/none"}}})", "{}"));
  CHECK_FALSE(is_quick(R"({"$id":"http://x/","type":"object"})", "{}"));
  CHECK_FALSE(is_quick(R"({"$schema":"http://json-schema.org/draft-04/schema#"})", "{}"));
  CHECK_FALSE(is_quick(R"({"required":["a","a"]})", "[]"));
  // References that lead back to themselves, where no instance comes by too.
  CHECK_FALSE(is_quick(R"({"properties":{"a":{"$ref":"#/$defs/a"}},
                           "$defs":{"a":{"anyOf":[true,{"$ref":"#/$defs/a"}]}}})",
                       R"({"a":1})"));
  CHECK_FALSE(is_surely_valid(Value(), Value()));
}

TEST_CASE("is never surer than the whole validation", "[model][json_schema][quick]") {
  Generator generator(20'251'121);
  std::size_t sure = 0;
  std::size_t valid = 0;
  for (int i = 0; i < 6000; ++i) {
    const std::string schema = generator.document();
    const std::string instance = generator.instance(3);
    INFO(schema << "\n" << instance);
    const Document compiled = parse_json(schema);
    const Document value = parse_json(instance);
    const bool expected = is_valid(compiled, value.root());
    const bool quick = is_surely_valid(compiled.root(), value.root());
    if (quick) REQUIRE(expected);
    valid += expected ? 1U : 0U;
    sure += quick ? 1U : 0U;
  }
  INFO(sure << " of " << valid << " valid ones");
  CHECK(sure * 10 > valid * 3);
}
