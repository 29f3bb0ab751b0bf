#include "base/model/json_schema_compiler.hpp"
#include "base/model/json_schema_keywords.hpp"
#include "base/model/json_schema_uri.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {

namespace {

std::uint8_t type_bits(Value types) {
  if (types.is_string()) return schema_type_bit(types.text());
  std::uint8_t bits = 0;
  for (std::size_t i = 0; i < types.size(); ++i) bits |= schema_type_bit(types.at(i).text());
  return bits;
}

SchemaNumber number(Value value) {
  return {value.is_number(), value};
}

std::optional<std::size_t> whole(Value value) {
  const auto integer = value.integer();
  if (!integer || *integer < 0) return std::nullopt;
  return static_cast<std::size_t>(*integer);
}

std::vector<std::string_view> strings(Value list) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list.at(i).is_string()) out.push_back(list.at(i).text());
  }
  return out;
}

std::shared_ptr<const Regex> compile_pattern(std::string_view pattern) {
  try {
    return Regex::cached(pattern);
  } catch (const Error& error) {
    throw Error(ErrorCode::invalid_input,
                "invalid regex \"" + std::string(pattern) + "\": " + error.message());
  }
}

}  // namespace

const CompiledSchema* SchemaCompiler::compile(const Document& document, std::string_view url,
                                              int draft) {
  SchemaResource* const resource = add_document(document, url, draft);
  const CompiledSchema* const root = enqueue(document.root(), resource);
  while (!queue_.empty()) {
    const Pending next = queue_.front();
    queue_.pop_front();
    fill(next);
  }
  return root;
}

CompiledSchema* SchemaCompiler::enqueue(Value source, SchemaResource* resource) {
  CompiledSchema*& known = schema_of_[source.node()];
  if (known != nullptr) return known;
  set_.schemas.push_back(std::make_unique<CompiledSchema>());
  known = set_.schemas.back().get();
  known->resource = resource;
  queue_.push_back({known, Keywords(source)});
  return known;
}

const CompiledSchema* SchemaCompiler::enqueue_part(const Pending& at, std::string_view keyword) {
  const Value part = at.source[keyword];
  if (!part.present()) return nullptr;
  const auto owner = resource_of_.find(part.node());
  SchemaResource* const resource = owner != resource_of_.end()
                                       ? owner->second
                                       : const_cast<SchemaResource*>(at.schema->resource);
  return enqueue(part, resource);
}

std::vector<const CompiledSchema*> SchemaCompiler::enqueue_list(const Pending& at,
                                                                std::string_view keyword) {
  std::vector<const CompiledSchema*> out;
  const Value list = at.source[keyword];
  for (std::size_t i = 0; list.is_list() && i < list.size(); ++i) {
    const auto owner = resource_of_.find(list.at(i).node());
    out.push_back(enqueue(list.at(i), owner != resource_of_.end()
                                          ? owner->second
                                          : const_cast<SchemaResource*>(at.schema->resource)));
  }
  return out;
}

const CompiledSchema* SchemaCompiler::enqueue_reference(const Pending& at,
                                                        std::string_view keyword) {
  const Value reference = at.source[keyword];
  if (!reference.is_string()) return nullptr;
  const Place place = locate(reference.text(), *at.schema->resource);
  return enqueue(Value(place.node), place.resource);
}

void SchemaCompiler::fill(const Pending& at) {
  const Value source = at.source.value();
  if (!source.is_map() || source.size() == 0) {
    at.schema->boolean = source.boolean().value_or(true);
    return;
  }
  const int draft = at.schema->resource->draft;
  fill_references(at);
  if (draft < 2019 && at.schema->ref != nullptr) {
    fill_beside_reference(at);
    return;
  }
  fill_logic(at);
  fill_object(at);
  fill_list(at);
  fill_values(at);
  fill_bounds(at);
}

// What jsonschema still reads beside a reference that hides the keywords of draft 4; of these only
// `const` counts, but all have to be in order.
void SchemaCompiler::fill_beside_reference(const Pending& at) {
  const int draft = at.schema->resource->draft;
  if (draft < 6) return;
  if (at.source["const"].present()) {
    at.schema->has_const = true;
    at.schema->constant = at.source["const"];
  }
  enqueue_part(at, "contains");
  enqueue_part(at, "propertyNames");
  if (draft >= 7) fill_condition(at);
}

void SchemaCompiler::fill_condition(const Pending& at) {
  CompiledSchema& schema = *at.schema;
  schema.condition = enqueue_part(at, "if");
  if (schema.condition == nullptr) return;
  // A branch that a plain true or false leaves out is not looked at: it may refer to nothing.
  const std::optional<bool> known = at.source["if"].boolean();
  if (known.value_or(true)) schema.consequence = enqueue_part(at, "then");
  if (!known.value_or(false)) schema.alternative = enqueue_part(at, "else");
}

void SchemaCompiler::fill_references(const Pending& at) {
  CompiledSchema& schema = *at.schema;
  const int draft = schema.resource->draft;
  schema.ref = enqueue_reference(at, "$ref");
  if (draft == 2019) {
    schema.recursive_ref = enqueue_reference(at, "$recursiveRef");
    schema.recursive_anchor = at.source["$recursiveAnchor"].boolean().value_or(false);
  }
  if (draft < 2020) return;
  schema.dynamic_anchor = at.source["$dynamicAnchor"].text();
  schema.dynamic_ref = enqueue_reference(at, "$dynamicRef");
  if (schema.dynamic_ref == nullptr) return;
  const std::string fragment =
      percent_decoded(split_fragment(at.source["$dynamicRef"].text()).fragment);
  if (!fragment.empty() && fragment[0] != '/') schema.dynamic_ref_anchor = fragment;
}

void SchemaCompiler::fill_logic(const Pending& at) {
  CompiledSchema& schema = *at.schema;
  schema.all_of = enqueue_list(at, "allOf");
  schema.any_of = enqueue_list(at, "anyOf");
  schema.one_of = enqueue_list(at, "oneOf");
  schema.negated = enqueue_part(at, "not");
  if (schema.resource->draft >= 7) fill_condition(at);
}

void SchemaCompiler::fill_object(const Pending& at) {
  CompiledSchema& schema = *at.schema;
  const int draft = schema.resource->draft;
  const auto each = [&](std::string_view keyword, auto visit) {
    const Value map = at.source[keyword];
    for (std::size_t i = 0; map.is_map() && i < map.size(); ++i) {
      const auto owner = resource_of_.find(map.value_at(i).node());
      visit(map.key_at(i),
            enqueue(map.value_at(i), owner != resource_of_.end()
                                         ? owner->second
                                         : const_cast<SchemaResource*>(schema.resource)));
    }
  };
  each("properties", [&](std::string_view name, const CompiledSchema* part) {
    schema.properties.emplace(name, part);
  });
  each("patternProperties", [&](std::string_view pattern, const CompiledSchema* part) {
    schema.patterns.emplace_back(compile_pattern(pattern), part);
  });
  schema.additional_properties = enqueue_part(at, "additionalProperties");
  schema.required = strings(at.source["required"]);
  fill_dependencies(at, "dependencies");
  if (draft >= 6) schema.property_names = enqueue_part(at, "propertyNames");
  if (draft < 2019) return;
  fill_dependencies(at, "dependentSchemas");
  fill_dependencies(at, "dependentRequired");
  schema.unevaluated_properties = enqueue_part(at, "unevaluatedProperties");
}

void SchemaCompiler::fill_dependencies(const Pending& at, std::string_view keyword) {
  const Value map = at.source[keyword];
  for (std::size_t i = 0; map.is_map() && i < map.size(); ++i) {
    SchemaDependency dependency{map.key_at(i), {}, nullptr};
    const Value value = map.value_at(i);
    if (value.is_list()) {
      dependency.required = strings(value);
    } else if (keyword != "dependentRequired") {
      dependency.schema = enqueue_part({at.schema, Keywords(map)}, map.key_at(i));
    }
    at.schema->dependencies.push_back(std::move(dependency));
  }
}

void SchemaCompiler::fill_list(const Pending& at) {
  CompiledSchema& schema = *at.schema;
  const int draft = schema.resource->draft;
  if (draft >= 2020) {
    schema.prefix_items = enqueue_list(at, "prefixItems");
    schema.rest_items = enqueue_part(at, "items");
  } else if (at.source["items"].is_list()) {
    schema.prefix_items = enqueue_list(at, "items");
    schema.rest_items = enqueue_part(at, "additionalItems");
  } else {
    schema.rest_items = enqueue_part(at, "items");
  }
  schema.items_min = whole(at.source["minItems"]);
  schema.items_max = whole(at.source["maxItems"]);
  schema.unique_items = at.source["uniqueItems"].boolean().value_or(false);
  if (draft >= 6) schema.contains = enqueue_part(at, "contains");
  if (draft < 2019) return;
  schema.contains_min = whole(at.source["minContains"]);
  schema.contains_max = whole(at.source["maxContains"]);
  schema.unevaluated_items = enqueue_part(at, "unevaluatedItems");
}

void SchemaCompiler::fill_values(const Pending& at) {
  CompiledSchema& schema = *at.schema;
  schema.types = type_bits(at.source["type"]);
  if (at.source["enum"].is_list()) schema.enumeration = at.source["enum"];
  if (schema.resource->draft >= 6 && at.source["const"].present()) {
    schema.has_const = true;
    schema.constant = at.source["const"];
  }
  if (at.source["pattern"].is_string()) {
    schema.pattern_text = at.source["pattern"].text();
    schema.pattern = compile_pattern(schema.pattern_text);
  }
  if (!schema.resource->assert_formats) return;
  schema.format_name = at.source["format"].text();
  schema.format = find_format(schema.format_name);
}

void SchemaCompiler::fill_bounds(const Pending& at) {
  CompiledSchema& schema = *at.schema;
  schema.multiple_of = number(at.source["multipleOf"]);
  schema.minimum = number(at.source["minimum"]);
  schema.maximum = number(at.source["maximum"]);
  schema.exclusive_minimum = number(at.source["exclusiveMinimum"]);
  schema.exclusive_maximum = number(at.source["exclusiveMaximum"]);
  // Draft 4 turns the bounds exclusive with booleans.
  if (at.source["exclusiveMinimum"].boolean().value_or(false)) {
    std::swap(schema.exclusive_minimum, schema.minimum);
  }
  if (at.source["exclusiveMaximum"].boolean().value_or(false)) {
    std::swap(schema.exclusive_maximum, schema.maximum);
  }
  schema.length_min = whole(at.source["minLength"]);
  schema.length_max = whole(at.source["maxLength"]);
  schema.properties_min = whole(at.source["minProperties"]);
  schema.properties_max = whole(at.source["maxProperties"]);
}

}  // namespace reconcile::model
