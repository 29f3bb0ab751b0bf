#include <algorithm>
#include <cctype>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/transformer_config.hpp"

namespace reconcile::kustomize {

using model::Value;

namespace {

constexpr int depth_max = 50;

// Reads the properties of one type and of the types they refer to.
class CrdReader {
 public:
  CrdReader(Value definitions, TransformerConfig& config)
      : definitions_(definitions), config_(config) {}

  void read(std::string_view type, const std::string& kind, const std::string& path, int depth) {
    const Value properties = definitions_[type]["Schema"]["properties"];
    const Value lower = definitions_[type]["schema"]["properties"];
    const Value fields = properties.is_map() ? properties : lower;
    if (depth > depth_max) return;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string name(fields.key_at(i));
      const std::string inner = path.empty() ? name : path + "/" + name;
      property(fields.value_at(i), kind, inner);
      const std::string_view reference = fields.value_at(i)["$ref"].text();
      if (!reference.empty()) read(reference, kind, inner, depth + 1);
    }
  }

 private:
  void property(Value value, const std::string& kind, const std::string& path) {
    FieldSpec spec = FieldSpec::at(path, false);
    spec.kind = kind;
    if (value.contains("x-kubernetes-annotation")) {
      merge_field_spec(config_.common_annotations, spec);
    }
    if (value.contains("x-kubernetes-label-selector")) {
      merge_field_spec(config_.common_labels, spec);
    }
    if (value.contains("x-kubernetes-identity")) merge_field_spec(config_.name_prefix, spec);
    const Value version = value["x-kubernetes-object-ref-api-version"];
    const Value target = value["x-kubernetes-object-ref-kind"];
    if (!version.is_string() || !target.is_string()) return;
    const Value key = value["x-kubernetes-object-ref-name-key"];
    FieldSpec reference =
        FieldSpec::at(path + "/" + std::string(key.is_string() ? key.text() : "name"), false);
    reference.kind = kind;
    config_.merge_references(
        {"", std::string(version.text()), std::string(target.text()), {reference}});
  }

  Value definitions_;
  TransformerConfig& config_;
};

// Reading into Go's structures of definitions fails where a value is of another kind.
class DefinitionCheck {
 public:
  static void definitions(Value root) {
    require(root, root.is_map(), "accumulator.nameToApiMap");
    for (std::size_t i = 0; i < root.size(); ++i) definition(root.value_at(i));
  }

 private:
  static void require(Value value, bool fits, std::string_view type) {
    if (fits || value.is_null()) return;
    throw model::Error(model::ErrorCode::invalid_input,
                       "unable to parse open API definition: cannot unmarshal " +
                           std::string(to_string(value.kind())) + " into Go value of type " +
                           std::string(type));
  }

  static void definition(Value value) {
    require(value, value.is_map(), "accumulator.OpenAPIDefinition");
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (is_named(value.key_at(i), "schema")) schema(value.value_at(i), 0);
      if (is_named(value.key_at(i), "dependencies")) texts(value.value_at(i));
    }
  }

  static void schema(Value value, int depth) {
    require(value, value.is_map(), "spec.Schema");
    if (depth > depth_max) return;
    for (const std::string_view name : {"id", "description", "title", "format", "pattern"}) {
      require(value[name], value[name].is_string(), "string");
    }
    if (!value["type"].is_string()) texts(value["type"]);
    texts(value["required"]);
    const Value properties = value["properties"];
    require(properties, properties.is_map(), "map[string]spec.Schema");
    for (std::size_t i = 0; i < properties.size(); ++i) {
      schema(properties.value_at(i), depth + 1);
    }
  }

  static void texts(Value value) {
    require(value, value.is_list(), "[]string");
    for (std::size_t i = 0; i < value.size(); ++i) {
      require(value.at(i), value.at(i).is_string(), "string");
    }
  }

  // Go's reader does not look at the case.
  static bool is_named(std::string_view key, std::string_view name) {
    const auto same = [](char left, char right) {
      return std::tolower(static_cast<unsigned char>(left)) == right;
    };
    return std::equal(key.begin(), key.end(), name.begin(), name.end(), same);
  }
};

}  // namespace

TransformerConfig config_from_crds(std::string_view text) {
  TransformerConfig config;
  const model::Document document = model::parse_yaml(text);
  const Value root = document.root();
  DefinitionCheck::definitions(root);
  for (std::size_t i = 0; i < root.size(); ++i) {
    const Value definition = root.value_at(i);
    const Value upper = definition["Schema"]["properties"];
    const Value properties = upper.is_map() ? upper : definition["schema"]["properties"];
    if (!properties.contains("kind") || !properties.contains("apiVersion") ||
        !properties.contains("metadata")) {
      continue;
    }
    const std::string_view name = root.key_at(i);
    const std::string kind(name.substr(name.rfind('.') + 1));
    CrdReader(root, config).read(name, kind, "", 0);
  }
  return config;
}

}  // namespace reconcile::kustomize
