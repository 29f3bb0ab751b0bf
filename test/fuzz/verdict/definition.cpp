// Random structural schemas and objects that fit them. Schemas are written as JSON: they are read
// back as every other definition is.
#include "test/fuzz/verdict/definition.hpp"

#include <array>

#include "reconcile/model/json.hpp"

namespace reconcile::fuzz {

namespace {

using model::Node;
using model::Value;

constexpr std::size_t depth_max = 3;
constexpr std::array<const char*, 5> names = {"a", "b", "c", "d", "e"};
constexpr std::array<const char*, 6> words = {"alpha", "beta", "", "1", "true", "1Gi"};

/// `extra`: properties of which the first is required too; `more`: others that are there always.
std::string object_schema(Choices& choices, std::size_t depth, const std::string& extra = {},
                          const std::string& more = {});

std::string scalar_schema(Choices& choices) {
  std::string result;
  const bool with_default = choices.chance(40);
  const Choices::Scope scope(choices, "scalar");
  switch (choices.below(7)) {
    case 0:
      result = R"("type":"integer")";
      if (with_default) result += R"(,"default":3)";
      break;
    case 1:
      result = R"("type":"boolean")";
      if (with_default) result += R"(,"default":true)";
      break;
    case 2:
      result = R"("type":"number")";
      if (with_default) result += R"(,"default":0.5)";
      break;
    case 3:
      result = R"("x-kubernetes-int-or-string":true)";
      if (with_default) result += R"(,"default":"25%")";
      break;
    case 4:
      result = R"("type":"string","enum":["x","y"])";
      if (with_default) result += R"(,"default":"y")";
      break;
    default:
      result = R"("type":"string")";
      if (with_default) result += R"(,"default":"")";
  }
  if (choices.chance(20)) result += R"(,"nullable":true)";
  return result;
}

std::string list_schema(Choices& choices, std::size_t depth) {
  const Choices::Scope scope(choices, "list");
  switch (choices.below(6)) {
    case 0:
      return R"("type":"array","x-kubernetes-list-type":"set","items":{"type":"string"})";
    case 3:
      return R"("type":"array","x-kubernetes-list-type":"atomic","default":["a"],)"
             R"("items":{"type":"string"})";
    case 4:
      return R"("type":"array","nullable":true,"items":{"type":"array","items":{)" +
             scalar_schema(choices) + "}}";
    case 1:
      return R"("type":"array","x-kubernetes-list-type":"map",)"
             R"("x-kubernetes-list-map-keys":["name"],"items":{)" +
             object_schema(choices, depth + 1, R"("name":{"type":"string"})") + "}";
    case 2:
      return R"("type":"array","x-kubernetes-list-type":"map",)"
             R"("x-kubernetes-list-map-keys":["port","protocol"],"items":{)" +
             object_schema(
                 choices, depth + 1,
                 R"("port":{"type":"integer"},"protocol":{"type":"string","default":"TCP"})") +
             "}";
    default:
      return R"("type":"array","items":{)" +
             (choices.chance(50) ? scalar_schema(choices) : object_schema(choices, depth + 1)) +
             "}";
  }
}

std::string schema(Choices& choices, std::size_t depth) {
  const std::size_t form = depth < depth_max ? choices.below(12) : 0;
  if (form < 4) return scalar_schema(choices);
  if (form < 7) return list_schema(choices, depth);
  if (form == 7) return R"("type":"object","x-kubernetes-preserve-unknown-fields":true)";
  if (form == 9)
    return R"("type":"object","x-kubernetes-embedded-resource":true,)"
           R"("x-kubernetes-preserve-unknown-fields":true)";
  if (form == 10)
    return R"("type":"object","additionalProperties":{)" + object_schema(choices, depth + 1) + "}";
  if (form == 8)
    return R"("type":"object","additionalProperties":{)" + scalar_schema(choices) + "}";
  return object_schema(choices, depth + 1);
}

std::string object_schema(Choices& choices, std::size_t depth, const std::string& extra,
                          const std::string& more) {
  std::string properties = extra + more;
  for (const char* name : names) {
    const Choices::Scope scope(choices, name);
    if (!choices.chance(60)) continue;
    properties += (properties.empty() ? "\"" : ",\"") + std::string(name) + "\":{" +
                  schema(choices, depth) + "}";
  }
  std::string result = R"("type":"object","properties":{)" + properties + "}";
  if (extra.find("port") != std::string::npos)
    result += R"(,"required":["port"])";
  else if (!extra.empty())
    result += R"(,"required":["name"])";
  if (extra.empty() && choices.chance(15)) result += R"(,"x-kubernetes-map-type":"atomic")";
  if (extra.empty() && choices.chance(20)) result += R"(,"default":{})";
  if (extra.empty() && choices.chance(15)) result += R"(,"nullable":true)";
  return result;
}

/// A value that `schema` allows, in most cases.
class Instance {
 public:
  Instance(model::Arena& arena, Choices& choices) : arena_(arena), choices_(choices) {}

  Node make(Value schema) {
    if (schema["nullable"].boolean() == true && choices_.chance(15)) return model::make_null();
    if (schema.contains("enum")) return text(choices_.chance(50) ? "x" : "y");
    if (schema["x-kubernetes-int-or-string"].boolean() == true)
      return choices_.chance(50) ? model::make_integer(static_cast<std::int64_t>(choices_.below(3)))
                                 : text(choices_.chance(50) ? "25%" : "1");
    const std::string_view type = schema["type"].text();
    if (type == "integer") return model::make_integer(static_cast<std::int64_t>(choices_.below(5)));
    if (type == "boolean") return model::make_boolean(choices_.chance(50));
    if (type == "number") return number();
    if (type == "array") return list(schema);
    if (type == "object") return object(schema);
    return text(words[choices_.below(words.size())]);
  }

 private:
  Node text(std::string_view text) { return model::make_string(arena_, text); }

  Node number() {
    switch (choices_.below(4)) {
      case 0:
        return model::make_integer(1);
      case 1:
        return model::make_floating(1.0);
      case 2:
        return model::make_floating(0.25);
      default:
        return model::make_floating(1e21);
    }
  }

  Node list(Value schema) {
    const std::string_view type = schema["x-kubernetes-list-type"].text();
    Node result = model::make_list();
    for (std::size_t i = 0; i < 4; ++i) {
      const Choices::Scope scope(choices_, i);
      if (!choices_.chance(50)) continue;
      if (type == "set") {
        model::append(arena_, result, text(names[i]));
        continue;
      }
      Node item = make(schema["items"]);
      if (type == "map" && item.kind == model::Kind::map) name_item(item, schema, i);
      model::append(arena_, result, item);
    }
    return result;
  }

  void name_item(Node& item, Value schema, std::size_t number) {
    const bool by_port = schema["x-kubernetes-list-map-keys"].at(0).text() == "port";
    if (!by_port) {
      model::set(arena_, item, "name", text(names[number]));
      return;
    }
    model::set(arena_, item, "port", model::make_integer(static_cast<std::int64_t>(number / 2)));
    if (number % 2 == 1)
      model::set(arena_, item, "protocol", text("UDP"));
    else if (choices_.chance(50))
      model::set(arena_, item, "protocol", text("TCP"));
    else
      model::erase(item, "protocol");
  }

  Node object(Value schema) {
    Node result = model::make_map();
    const Value properties = schema["properties"];
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const Choices::Scope scope(choices_, properties.key_at(i));
      const std::size_t roll = choices_.below(100);
      if (roll < 45) continue;
      model::set(arena_, result, properties.key_at(i),
                 roll < 47 ? model::make_null() : make(properties.value_at(i)));
    }
    const Value each = schema["additionalProperties"];
    const bool keeps = schema["x-kubernetes-preserve-unknown-fields"].boolean() == true;
    for (const char* name : {"x", "y", "z"}) {
      const Choices::Scope scope(choices_, name);
      if (each.is_map() && choices_.chance(50)) model::set(arena_, result, name, make(each));
      if (keeps && choices_.chance(50)) model::set(arena_, result, name, anything(0));
    }
    if (schema["x-kubernetes-embedded-resource"].boolean() == true) embed(result);
    return result;
  }

  void embed(Node& result) {
    const Choices::Scope scope(choices_, "embedded");
    model::set(arena_, result, "apiVersion", text("v1"));
    model::set(arena_, result, "kind", text("ConfigMap"));
    Node about = model::make_map();
    model::set(arena_, about, "name", text(choices_.chance(50) ? "one" : "two"));
    if (choices_.chance(40)) {
      Node labels = model::make_map();
      model::set(arena_, labels, "x", text(words[choices_.below(words.size())]));
      model::set(arena_, about, "labels", labels);
    }
    model::set(arena_, result, "metadata", about);
  }

  Node anything(std::size_t depth) {
    const Choices::Scope scope(choices_, depth);
    switch (choices_.below(depth > 1 ? 4 : 6)) {
      case 0:
        return model::make_null();
      case 1:
        return model::make_floating(2.0);
      case 2:
      case 3:
        return text(words[choices_.below(words.size())]);
      case 4: {
        Node result = model::make_list();
        for (std::size_t i = 0; i < 2; ++i) model::append(arena_, result, anything(depth + 1 + i));
        return result;
      }
      default: {
        Node result = model::make_map();
        model::set(arena_, result, "m", anything(depth + 1));
        model::set(arena_, result, "n", anything(depth + 2));
        return result;
      }
    }
  }

  model::Arena& arena_;
  Choices& choices_;
};

}  // namespace

model::Object make_definition(std::size_t number, Choices& choices) {
  const std::string kind = "R" + std::to_string(number);
  const std::string plural = "r" + std::to_string(number) + "s";
  const Choices::Scope scope(choices, "definition");
  std::string text = R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",)"
                     R"("metadata":{"name":")" +
                     plural + "." + definition_group + R"("},"spec":{"group":")" +
                     definition_group + R"(","scope":"Namespaced","names":{"kind":")" + kind +
                     R"(","plural":")" + plural +
                     R"("},"versions":[{"name":"v1","served":true,"storage":true,)";
  const bool scales = choices.chance(30);
  if (scales)
    text += R"("subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas",)"
            R"("statusReplicasPath":".status.replicas"}},)";
  else if (choices.chance(50))
    text += R"("subresources":{"status":{}},)";
  text +=
      R"("schema":{"openAPIV3Schema":{"type":"object","properties":{"status":{"type":"object",)"
      R"("x-kubernetes-preserve-unknown-fields":true},"data":{"type":"object",)"
      R"("additionalProperties":{"type":"string"}},"spec":{)" +
      object_schema(choices, 0, {}, scales ? R"("replicas":{"type":"integer","default":1})" : "") +
      "}}}}}]}}";
  return model::Object(model::parse_json(text));
}

model::Object make_instance(Value definition, const Grammar& grammar, const ObjectName& name,
                            Choices& choices) {
  const Value spec = definition["spec"];
  auto arena = std::make_shared<model::Arena>();
  Node* root = arena->new_node();
  *root = model::make_map();
  const std::string version = std::string(spec["group"].text()) + "/v1";
  model::set(*arena, *root, "apiVersion", model::make_string(*arena, version));
  model::set(*arena, *root, "kind", model::make_string(*arena, spec["names"]["kind"].text()));
  Node about = grammar.metadata(*arena, name, choices);
  model::set(*arena, about, "name", model::make_string(*arena, name.text()));
  model::set(*arena, about, "namespace", model::make_string(*arena, name.space));
  model::set(*arena, *root, "metadata", about);
  const Choices::Scope scope(choices, "spec");
  const Value schema = spec["versions"].at(0)["schema"]["openAPIV3Schema"]["properties"];
  if (choices.chance(95))
    model::set(*arena, *root, "spec", Instance(*arena, choices).make(schema["spec"]));
  if (choices.chance(20))
    model::set(*arena, *root, "data", Instance(*arena, choices).make(schema["data"]));
  return model::Object(model::Document(std::move(arena), Value(root)));
}

}  // namespace reconcile::fuzz
