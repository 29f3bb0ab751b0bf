// JSON schemas × values: the same verdict. The lines of an error come in another order from run to
// run.
#include "test/fuzz/generators.hpp"
#include "test/fuzz/values_text.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::string_view keys[] = {"a", "b", "c"};

class SchemaMaker {
 public:
  explicit SchemaMaker(Random& random) : random_(random) {}

  std::string schema(std::size_t depth) {
    if (random_.chance(6)) return random_.one_of({"true", "false", "{}"});
    std::string text = "{";
    const std::size_t count = 1 + random_.below(3);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string rule = keyword(depth);
      // A repeated keyword is an error of the JSON of some readers alone.
      const std::string name = rule.substr(0, rule.find(':'));
      if (text.find(name + ":") != std::string::npos) continue;
      text += (text.size() > 1 ? ", " : "") + rule;
    }
    return text + "}";
  }

  std::string document() {
    std::string text = schema(3);
    if (!text.starts_with('{') || text == "{}") return text;
    if (random_.chance(50)) {
      text =
          "{\"$schema\": \"" +
          random_.one_of(
              {"http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#",
               "http://json-schema.org/draft-07/schema#",
               "https://json-schema.org/draft/2019-09/schema",
               "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/schema#"}) +
          "\", " + text.substr(1);
    }
    if (random_.chance(60)) {
      text.pop_back();
      text +=
          ", \"definitions\": {\"d\": " + schema(1) + "}, \"$defs\": {\"e\": " + schema(1) + "}}";
    }
    return text;
  }

 private:
  std::string type() {
    return random_.one_of({"string", "number", "integer", "boolean", "object", "array", "null"});
  }

  std::string list_of(std::size_t depth) {
    std::string text = "[" + schema(depth);
    const std::size_t more = random_.below(3);
    for (std::size_t i = 0; i < more; ++i) text += ", " + schema(depth);
    return text + "]";
  }

  std::string members(std::size_t depth) {
    std::string text = "{";
    for (const std::string_view key : keys) {
      if (random_.chance(45)) continue;
      text += (text.size() > 1 ? ", " : "") + quoted(key) + ": " + schema(depth);
    }
    return text + "}";
  }

  std::string number() { return random_.one_of({"0", "1", "2", "1.5", "-1", "10", "0.1", "1e2"}); }

  std::string simple() {
    switch (random_.below(14)) {
      case 0:
      case 1:
      case 2:
        return "\"type\": " +
               (random_.chance(80) ? "\"" + type() + "\"" : "[\"" + type() + "\", \"null\"]");
      case 3:
        return "\"enum\": [" +
               random_.one_of(
                   {"1", "\"a\", \"b\"", "null", "1, 1.5, true", "{}", "[1]", "1.0, \"1\""}) +
               "]";
      case 4:
        return "\"const\": " +
               random_.one_of({"1", "\"a\"", "null", "{\"a\": 1}", "[]", "true", "1.0"});
      case 5:
        return random_.one_of({"\"minimum\": ", "\"maximum\": ", "\"exclusiveMinimum\": ",
                               "\"exclusiveMaximum\": "}) +
               number();
      case 6:
        return "\"multipleOf\": " + random_.one_of({"1", "2", "0.1", "0.01", "1.5"});
      case 7:
        return random_.one_of({"\"minLength\": ", "\"maxLength\": ", "\"minItems\": ",
                               "\"maxItems\": ", "\"minProperties\": ", "\"maxProperties\": "}) +
               std::to_string(random_.below(4));
      case 8:
        return "\"pattern\": " +
               random_.one_of({"\"^a\"", "\"b$\"", "\"[0-9]+\"", "\".\"", "\"^$\"", "\"\\\\d\"",
                               "\"(?i)A\"", "\"^[a-z]{1,3}$\""});
      case 9:
        return "\"format\": " +
               random_.one_of({"\"email\"", "\"ipv4\"", "\"ipv6\"", "\"date\"", "\"date-time\"",
                               "\"uri\"", "\"hostname\"", "\"regex\"", "\"uuid\"", "\"duration\"",
                               "\"time\"", "\"json-pointer\"", "\"semver\"", "\"unknown\""});
      case 10:
        return "\"required\": " + random_.one_of({"[\"a\"]", "[\"a\", \"b\"]", "[]", "[\"x\"]"});
      case 11:
        return "\"uniqueItems\": true";
      case 12:
        return "\"$ref\": " + random_.one_of({"\"#/definitions/d\"", "\"#/$defs/e\"", "\"#\""});
      default:
        return "\"default\": 1";
    }
  }

  std::string keyword(std::size_t depth) {
    if (depth == 0 || random_.chance(45)) return simple();
    switch (random_.below(14)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return "\"properties\": " + members(depth - 1);
      case 4:
        return "\"additionalProperties\": " + (random_.chance(50) ? "false" : schema(depth - 1));
      case 5:
        return "\"patternProperties\": {\"^[ab]\": " + schema(depth - 1) + "}";
      case 6:
        return "\"items\": " + (random_.chance(75) ? schema(depth - 1) : list_of(depth - 1));
      case 7:
        return random_.one_of({"\"allOf\": ", "\"anyOf\": ", "\"oneOf\": "}) + list_of(depth - 1);
      case 8:
        return "\"not\": " + schema(depth - 1);
      case 9:
        return "\"if\": " + schema(depth - 1) + ", \"then\": " + schema(depth - 1) +
               ", \"else\": " + schema(depth - 1);
      case 10:
        return "\"contains\": " + schema(depth - 1);
      case 11:
        return "\"propertyNames\": " + schema(depth - 1);
      case 12:
        return random_.one_of(
            {"\"dependencies\": {\"a\": [\"b\"]}", "\"dependentRequired\": {\"a\": [\"b\"]}",
             "\"dependentSchemas\": {\"a\": {\"required\": [\"c\"]}}",
             "\"unevaluatedProperties\": false", "\"prefixItems\": [{\"type\": \"string\"}]",
             "\"additionalItems\": false", "\"unevaluatedItems\": false", "\"minContains\": 2"});
      default:
        return "\"properties\": " + members(depth - 1) + ", \"required\": [\"a\"]";
    }
  }

  Random& random_;
};

}  // namespace

Case make_schema_case(Random& random) {
  Case made;
  made.topic = "schema";
  made.error_match = ErrorMatch::fails;
  made.profile = random.chance(50) ? helm::Profile::helm4 : helm::Profile::helm3;
  made.files["values.schema.json"] = SchemaMaker(random).document();
  TreeShape shape{.keys = keys, .depth = 3, .width = 4, .null_percent = 8};
  if (random.chance(50)) made.files["values.yaml"] = random_map(random, shape) + "\n";
  made.values.push_back({helm::ValuesForm::file, random_map(random, shape) + "\n", "values"});
  if (random.chance(25)) {
    made.values.push_back(
        {helm::ValuesForm::set,
         random.one_of({"a=1", "b=x", "c=null", "a=true", "a.b=2", "a=007", "b={1,2}"}), ""});
  }
  made.files["templates/a.txt"] = "ok";
  return made;
}

}  // namespace reconcile::fuzz
