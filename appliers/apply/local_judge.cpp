// What can be told of an object before its definition is installed. Tests:
// test/appliers/apply/unit_plan_test.cpp.
#include "appliers/apply/local_judge.hpp"

#include <memory>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json_schema.hpp"

namespace reconcile::appliers {

namespace {

using model::Arena;
using model::Node;
using model::Value;

constexpr std::size_t depth_max = 100;
constexpr std::size_t violations_told_max = 3;
constexpr std::string_view int_or_string = "x-kubernetes-int-or-string";
constexpr std::string_view preserve_unknown = "x-kubernetes-preserve-unknown-fields";
constexpr std::string_view embedded = "x-kubernetes-embedded-resource";
/// Keywords that mean the same in both, or only say more about a value.
constexpr std::string_view copied[] = {"minimum",
                                       "maximum",
                                       "exclusiveMinimum",
                                       "exclusiveMaximum",
                                       "multipleOf",
                                       "minLength",
                                       "maxLength",
                                       "pattern",
                                       "minItems",
                                       "maxItems",
                                       "uniqueItems",
                                       "minProperties",
                                       "maxProperties",
                                       "allOf",
                                       "anyOf",
                                       "oneOf",
                                       "not"};

bool is_set(Value schema, std::string_view key) {
  return schema[key].boolean().value_or(false);
}

/// Makes a JSON Schema of a structural one, node by node.
class SchemaWriter {
 public:
  explicit SchemaWriter(Arena& arena) : arena_(arena) {}

  Node write(Value schema, bool is_resource, std::size_t depth) {
    Node out = model::make_map();
    if (depth > depth_max || !schema.is_map()) return out;
    const bool either = is_set(schema, int_or_string);
    if (either)
      set_types(out, {"integer", "string", "null"});
    else if (schema["type"].is_string())
      set_types(out, {schema["type"].text(), "null"});
    for (const std::string_view key : copied) {
      const bool repeats_type = either && (key == "anyOf" || key == "allOf");
      if (schema.contains(key) && !repeats_type)
        model::set(arena_, out, key, model::copy_node(arena_, schema[key]));
    }
    if (schema["enum"].is_list()) set_enum(out, schema["enum"]);
    if (schema["items"].is_map()) set(out, "items", write(schema["items"], false, depth + 1));
    write_object(out, schema, is_resource, depth);
    return out;
  }

 private:
  void set(Node& map, std::string_view key, Node value) { model::set(arena_, map, key, value); }

  void set_types(Node& out, std::initializer_list<std::string_view> types) {
    Node list = model::make_list();
    for (const std::string_view type : types)
      model::append(arena_, list, model::make_string(arena_, type));
    set(out, "type", list);
  }

  void set_enum(Node& out, Value values) {
    Node list = model::copy_node(arena_, values);
    model::append(arena_, list, model::make_null());
    set(out, "enum", list);
  }

  void write_object(Node& out, Value schema, bool is_resource, std::size_t depth) {
    const Value properties = schema["properties"];
    const Value more = schema["additionalProperties"];
    const bool embeds = is_resource || is_set(schema, embedded);
    if (properties.is_map() || embeds) {
      Node map = model::make_map();
      for (const std::string_view name : {"apiVersion", "kind", "metadata"})
        if (embeds) set(map, name, model::make_map());
      for (std::size_t i = 0; i < properties.size(); ++i)
        if (!embeds || properties.key_at(i) != "metadata")
          set(map, properties.key_at(i), write(properties.value_at(i), false, depth + 1));
      set(out, "properties", map);
    }
    if (more.is_map())
      set(out, "additionalProperties", write(more, false, depth + 1));
    else if (properties.is_map() && !more.boolean().value_or(false) &&
             !is_set(schema, preserve_unknown))
      set(out, "additionalProperties", model::make_boolean(false));
    write_required(out, schema["required"], properties);
  }

  /// The server fills in defaults before it looks for what is required.
  void write_required(Node& out, Value required, Value properties) {
    Node list = model::make_list();
    for (std::size_t i = 0; i < required.size(); ++i) {
      const std::string_view name = required.at(i).text();
      if (!properties[name].contains("default"))
        model::append(arena_, list, model::make_string(arena_, name));
    }
    if (list.size > 0) set(out, "required", list);
  }

  Arena& arena_;
};

Value version_of(Value definition, std::string_view name) {
  const Value versions = definition["spec"]["versions"];
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (versions.at(i)["name"].text() == name) return versions.at(i);
  return {};
}

std::string told(const std::vector<model::SchemaViolation>& violations) {
  std::string out;
  for (std::size_t i = 0; i < violations.size() && i < violations_told_max; ++i) {
    if (i > 0) out += "; ";
    out += "at '" + violations[i].instance_pointer + "': " + violations[i].message;
  }
  if (violations.size() > violations_told_max)
    out += "; and " + std::to_string(violations.size() - violations_told_max) + " more";
  return out;
}

}  // namespace

model::Document to_json_schema(Value structural_schema) {
  auto arena = std::make_shared<Arena>();
  Node* root = arena->new_node();
  *root = SchemaWriter(*arena).write(structural_schema, true, 0);
  model::set(*arena, *root, "$schema",
             model::make_string(*arena, "http://json-schema.org/draft-04/schema#"));
  return {arena, Value(root)};
}

LocalJudge::LocalJudge(const PreparedUnit& unit) : unit_(unit) {
  for (std::size_t i = 0; i < unit.objects.size(); ++i) {
    const model::PackedObject& object = unit.objects[i].object;
    const model::ObjectId& id = object.id();
    if (id.group.empty() && id.kind == "Namespace") namespaces_.insert(id.name);
    if (id.kind != "CustomResourceDefinition") continue;
    const model::Document definition = object.document();
    const Value spec = definition["spec"];
    definitions_[{std::string(spec["group"].text()), std::string(spec["names"]["kind"].text())}] =
        i;
  }
}

std::optional<std::size_t> LocalJudge::definition_position(const model::Gvk& gvk) const {
  const auto found = definitions_.find({gvk.group, gvk.kind});
  return found == definitions_.end() ? std::nullopt : std::optional(found->second);
}

bool LocalJudge::defines(const model::Gvk& gvk) const {
  return definition_position(gvk).has_value();
}

bool LocalJudge::brings_namespace(const model::ObjectId& id) const {
  return namespaces_.contains(id.namespace_name);
}

std::string LocalJudge::refusal(const PreparedObject& object) const {
  const model::Gvk& gvk = object.object.gvk();
  const auto position = definition_position(gvk);
  if (!position) return {};
  const model::Document definition = unit_.objects[*position].object.document();
  const Value version = version_of(definition.root(), gvk.version);
  if (!version.present() || !version["served"].boolean().value_or(false))
    return "its definition does not serve version " + gvk.version;
  try {
    const model::JsonSchema schema(to_json_schema(version["schema"]["openAPIV3Schema"]));
    const auto violations = schema.validate(object.object.document().root());
    return violations.empty() ? "" : "its definition refuses it: " + told(violations);
  } catch (const model::Error&) {
    // A schema that cannot be used here says nothing about the object.
    return {};
  }
}

}  // namespace reconcile::appliers
