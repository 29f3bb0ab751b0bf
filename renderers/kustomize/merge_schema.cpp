#include "renderers/kustomize/merge_schema.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/merge_schema_table.hpp"

namespace reconcile::kustomize {

using model::Value;

namespace {

std::string root_key(std::string_view api_version, std::string_view kind) {
  std::string key(api_version);
  key += ' ';
  key += kind;
  return key;
}

bool has_strategy(std::string_view strategies, std::string_view wanted) {
  std::size_t start = 0;
  while (start <= strategies.size()) {
    const std::size_t end = std::min(strategies.find(',', start), strategies.size());
    if (strategies.substr(start, end - start) == wanted) return true;
    start = end + 1;
  }
  return false;
}

}  // namespace

// Turns OpenAPI definitions into types; inline schemas become types of their own.
class MergeSchema::Reader {
 public:
  Reader(MergeSchema& schema, Value definitions, Base base)
      : schema_(schema), definitions_(definitions) {
    if (base == Base::nothing) return;
    const std::span<const MergeTypeRow> types = merge_types();
    for (std::size_t i = 0; i < types.size(); ++i) {
      by_name_.emplace(types[i].name, static_cast<Type>(i));
    }
  }

  void read() {
    for (std::size_t i = 0; i < definitions_.size(); ++i) {
      const Type type = definition(definitions_.key_at(i));
      const Value kinds = definitions_.value_at(i)["x-kubernetes-group-version-kind"];
      for (std::size_t j = 0; j < kinds.size(); ++j) {
        const Value kind = kinds.at(j);
        std::string api_version(kind["group"].text());
        if (!api_version.empty()) api_version += '/';
        api_version += kind["version"].text();
        schema_.roots_.emplace(root_key(api_version, kind["kind"].text()), type);
      }
    }
  }

 private:
  Type definition(std::string_view name) {
    const auto known = by_name_.find(std::string(name));
    if (known != by_name_.end()) return known->second;
    const Value value = definitions_[name];
    if (!value.is_map()) return none;
    const Type type = new_type();
    by_name_[std::string(name)] = type;
    fill(type, value, 0);
    return type;
  }

  Type new_type() {
    schema_.types_.emplace_back();
    return static_cast<Type>(schema_.types_.size()) - 1;
  }

  Type type_of(Value value, int depth) {
    const std::string_view reference = value["$ref"].text();
    if (!reference.empty()) return definition(reference.substr(reference.rfind('/') + 1));
    if (!value["properties"].is_map() && !value["additionalProperties"].is_map()) return none;
    if (depth > 100) return none;
    const Type type = new_type();
    fill(type, value, depth + 1);
    return type;
  }

  void fill(Type type, Value value, int depth) {
    const Value properties = value["properties"];
    for (std::size_t i = 0; i < properties.size(); ++i) {
      Field made = field(properties.value_at(i), depth);
      schema_.types_[static_cast<std::size_t>(type)].fields.emplace(properties.key_at(i),
                                                                    std::move(made));
    }
    if (value["additionalProperties"].is_map()) {
      auto made = std::make_shared<Field>(field(value["additionalProperties"], depth));
      schema_.types_[static_cast<std::size_t>(type)].any = std::move(made);
    }
  }

  Field field(Value value, int depth) {
    Field result;
    result.is_list = value["type"].text() == "array";
    result.type = type_of(result.is_list ? value["items"] : value, depth);
    result.merges =
        result.is_list && has_strategy(value["x-kubernetes-patch-strategy"].text(), "merge");
    const Value keys = value["x-kubernetes-list-map-keys"];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      result.keys.emplace_back(keys.at(i).text());
    }
    const std::string_view key = value["x-kubernetes-patch-merge-key"].text();
    if (!keys.is_list() && !key.empty()) result.keys.emplace_back(key);
    return result;
  }

  MergeSchema& schema_;
  Value definitions_;
  std::unordered_map<std::string, Type> by_name_;
};

std::shared_ptr<const MergeSchema> MergeSchema::built_in() {
  static const std::shared_ptr<const MergeSchema> instance = [] {
    auto schema = std::make_shared<MergeSchema>();
    for (const MergeRootRow& row : merge_roots()) {
      schema->roots_.emplace(root_key(row.api_version, row.kind), row.type);
      const auto count = static_cast<std::size_t>(row.type) + 1;
      if (schema->types_.size() < count) schema->types_.resize(count);
    }
    for (std::size_t type = 0; type < schema->types_.size(); ++type) {
      for (const MergeFieldRow& row : merge_fields(static_cast<int>(type))) {
        const auto needed = static_cast<std::size_t>(row.type + 1);
        if (row.type >= 0 && schema->types_.size() < needed) schema->types_.resize(needed);
        Field field;
        field.type = row.type;
        field.is_list = row.is_list;
        field.merges = row.merges;
        if (*row.first_key != '\0') field.keys.emplace_back(row.first_key);
        if (*row.second_key != '\0') field.keys.emplace_back(row.second_key);
        schema->types_[type].fields.emplace(row.name, std::move(field));
      }
    }
    return schema;
  }();
  return instance;
}

std::shared_ptr<const MergeSchema> MergeSchema::parse(std::string_view text, Base base) {
  const model::Document document = model::parse_yaml(text);
  auto schema = base == Base::built_in ? std::make_shared<MergeSchema>(*built_in())
                                       : std::make_shared<MergeSchema>();
  Reader(*schema, document["definitions"], base).read();
  return schema;
}

MergeSchema::Type MergeSchema::root(std::string_view api_version, std::string_view kind) const {
  const auto found = roots_.find(root_key(api_version, kind));
  return found == roots_.end() ? none : found->second;
}

const MergeSchema::Field* MergeSchema::field(Type type, std::string_view name) const {
  if (type < 0 || static_cast<std::size_t>(type) >= types_.size()) return nullptr;
  const TypeFields& fields = types_[static_cast<std::size_t>(type)];
  const auto found = fields.fields.find(std::string(name));
  if (found != fields.fields.end()) return &found->second;
  return fields.any.get();
}

}  // namespace reconcile::kustomize
