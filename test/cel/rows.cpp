#include "test/cel/rows.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::test {
namespace {

bool cut(std::string& text, const std::string& prefix) {
  if (!text.starts_with(prefix)) return false;
  text.erase(0, prefix.size());
  return true;
}

std::string stage_of(const model::Error& error, const std::string& expression) {
  std::string text = error.message();
  const std::string quoted = "the CEL expression '" + expression + "': ";
  if (cut(text, "failed to parse " + quoted)) {
    return text.find("Syntax error: ") == std::string::npos ? "compile: " + text : "syntax error";
  }
  if (cut(text, "failed to create CEL program: ")) return "program: " + text;
  if (cut(text, "failed to evaluate " + quoted)) return "evaluate: " + text;
  return text;
}

}  // namespace

const char* const cel_object = R"({
  "metadata":{"name":"web","generation":2},
  "status":{"observedGeneration":2,"conditions":[
    {"type":"Ready","status":"True"},{"type":"Synced","status":"False"}]},
  "spec":{"ratio":0.5,"count":3,"big":18446744073709551615,"nothing":null,
    "list":[1,2.5,"a",null,[1],{"b":1}]}})";

std::string parsed(const std::string& expression) {
  const model::Document object = model::parse_json(cel_object);
  try {
    const auto variables = cel::Variables::fields_of(object.root());
    const auto result = cel::Expression::parse(expression).evaluate(variables);
    return result.type + ' ' + result.text;
  } catch (const model::Error& error) {
    return stage_of(error, expression);
  }
}

std::string checked(const std::string& expression) {
  try {
    // A type that no expression has: the error tells the one that it has.
    cel::Expression::compile(expression, {{"self", "dep"}, "none"});
  } catch (const model::Error& error) {
    std::string text = stage_of(error, expression);
    if (!cut(text, "CEL expression output type mismatch: expected none, got ")) return text;
    try {
      cel::Expression::compile(expression, {{"self", "dep"}, ""});
    } catch (const model::Error& refused) {
      return stage_of(refused, expression);
    }
    return "type " + text;
  }
  return "";
}

}  // namespace reconcile::test
