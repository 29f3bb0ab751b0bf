#include "renderers/helm/metadata.hpp"

#include <set>

#include "reconcile/model/error.hpp"
#include "renderers/helm/text.hpp"
#include "renderers/helm/values_file.hpp"
#include "renderers/helm/version_range.hpp"

namespace reconcile::helm {
namespace {

using model::Error;
using model::ErrorCode;
using model::Value;

/// The value of `name`; as encoding/json, letter case counts only where an exact key exists.
Value field(Value map, std::string_view name) {
  const Value exact = map[name];
  if (exact.present()) return exact;
  const std::string wanted = lower_ascii(name);
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (lower_ascii(map.key_at(i)) == wanted) return map.value_at(i);
  }
  return {};
}

[[noreturn]] void wrong_type(Value value, std::string_view name, std::string_view type) {
  throw Error(ErrorCode::invalid_input,
              "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " +
                  std::string(json_kind(value.kind())) + " into Go struct field " +
                  std::string(name) + " of type " + std::string(type));
}

std::string scalar_text(Value value, const std::string& name) {
  if (!value.is_scalar()) wrong_type(value, name, "string");
  return text_of_scalar(value);
}

std::string text_field(Value map, std::string_view name, std::string_view owner = "Metadata") {
  return scalar_text(field(map, name), std::string(owner) + "." + std::string(name));
}

void set_text(std::string& into, Value map, std::string_view name) {
  if (field(map, name).present()) into = text_field(map, name);
}

std::vector<std::string> texts_field(Value map, std::string_view name) {
  std::vector<std::string> texts;
  const Value list = field(map, name);
  if (list.is_null()) return texts;
  if (!list.is_list()) wrong_type(list, "Metadata." + std::string(name), "[]string");
  for (std::size_t i = 0; i < list.size(); ++i) {
    texts.push_back(scalar_text(list.at(i), "Metadata." + std::string(name)));
  }
  return texts;
}

Dependency read_dependency(Value map) {
  if (map.is_null()) {
    throw Error(ErrorCode::invalid_input,
                "validation: dependencies must not contain empty or null nodes");
  }
  if (!map.is_map()) wrong_type(map, "Metadata.dependencies", "v2.Dependency");
  Dependency dependency;
  dependency.name = text_field(map, "name", "Dependency");
  dependency.version = text_field(map, "version", "Dependency");
  dependency.repository = text_field(map, "repository", "Dependency");
  dependency.condition = text_field(map, "condition", "Dependency");
  dependency.tags = texts_field(map, "tags");
  dependency.alias = text_field(map, "alias", "Dependency");
  const Value imports = field(map, "import-values");
  if (!imports.is_null() && !imports.is_list()) {
    wrong_type(imports, "Dependency.import-values", "[]interface {}");
  }
  dependency.import_values = imports;
  return dependency;
}

void read_dependencies(Value root, Metadata& metadata) {
  const Value list = field(root, "dependencies");
  if (list.is_null()) return;
  if (!list.is_list()) wrong_type(list, "Metadata.dependencies", "[]*v2.Dependency");
  metadata.lists_dependencies = true;
  metadata.dependencies.clear();
  for (std::size_t i = 0; i < list.size(); ++i) {
    metadata.dependencies.push_back(read_dependency(list.at(i)));
  }
}

void read_maintainers(Value root, Metadata& metadata) {
  const Value list = field(root, "maintainers");
  if (list.is_null()) return;
  if (!list.is_list()) wrong_type(list, "Metadata.maintainers", "[]*v2.Maintainer");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value item = list.at(i);
    if (item.is_null()) {
      throw Error(ErrorCode::invalid_input,
                  "validation: maintainers must not contain empty or null nodes");
    }
    if (!item.is_map()) wrong_type(item, "Metadata.maintainers", "v2.Maintainer");
    metadata.maintainers.push_back({text_field(item, "name", "Maintainer"),
                                    text_field(item, "email", "Maintainer"),
                                    text_field(item, "url", "Maintainer")});
  }
}

void read_annotations(Value root, Metadata& metadata) {
  const Value map = field(root, "annotations");
  if (map.is_null()) return;
  if (!map.is_map()) wrong_type(map, "Metadata.annotations", "map[string]string");
  metadata.annotations.emplace();
  for (std::size_t i = 0; i < map.size(); ++i) {
    metadata.annotations->emplace_back(map.key_at(i),
                                       scalar_text(map.value_at(i), "Metadata.annotations"));
  }
}

[[noreturn]] void invalid(const std::string& message) {
  throw Error(ErrorCode::invalid_input, "validation: " + message);
}

bool is_alias(std::string_view text) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
  }
  return true;
}

void validate_dependencies(Metadata& metadata) {
  std::set<std::string> keys;
  for (Dependency& dependency : metadata.dependencies) {
    for (std::string* text :
         {&dependency.name, &dependency.version, &dependency.repository, &dependency.condition}) {
      *text = sanitize(*text);
    }
    for (std::string& tag : dependency.tags) tag = sanitize(tag);
    if (!is_alias(dependency.alias)) {
      invalid("dependency \"" + dependency.name + "\" has disallowed characters in the alias");
    }
    const std::string& key = dependency.alias.empty() ? dependency.name : dependency.alias;
    if (!keys.insert(key).second)
      invalid("more than one dependency with name or alias \"" + key + "\"");
  }
}

}  // namespace

void read_metadata(const model::Document& document, Metadata& metadata) {
  const Value root = document.root();
  if (root.is_null()) return;
  if (!root.is_map()) wrong_type(root, "Chart.yaml", "v2.Metadata");
  set_text(metadata.name, root, "name");
  set_text(metadata.home, root, "home");
  set_text(metadata.version, root, "version");
  set_text(metadata.description, root, "description");
  set_text(metadata.icon, root, "icon");
  set_text(metadata.api_version, root, "apiVersion");
  set_text(metadata.condition, root, "condition");
  set_text(metadata.tags, root, "tags");
  set_text(metadata.app_version, root, "appVersion");
  set_text(metadata.kube_version, root, "kubeVersion");
  set_text(metadata.type, root, "type");
  if (field(root, "sources").present()) metadata.sources = texts_field(root, "sources");
  if (field(root, "keywords").present()) metadata.keywords = texts_field(root, "keywords");
  const Value deprecated = field(root, "deprecated");
  if (!deprecated.is_null() && !deprecated.boolean())
    wrong_type(deprecated, "Metadata.deprecated", "bool");
  if (deprecated.boolean()) metadata.deprecated = *deprecated.boolean();
  read_maintainers(root, metadata);
  read_annotations(root, metadata);
  read_dependencies(root, metadata);
}

void validate_metadata(Metadata& metadata) {
  for (std::string* text :
       {&metadata.name, &metadata.description, &metadata.home, &metadata.icon, &metadata.condition,
        &metadata.tags, &metadata.app_version, &metadata.kube_version}) {
    *text = sanitize(*text);
  }
  for (std::string& source : metadata.sources) source = sanitize(source);
  for (std::string& keyword : metadata.keywords) keyword = sanitize(keyword);
  if (metadata.api_version.empty()) invalid("chart.metadata.apiVersion is required");
  if (metadata.name.empty()) invalid("chart.metadata.name is required");
  if (metadata.name == "." || metadata.name == "..") {
    invalid("chart.metadata.name \"" + metadata.name + "\" is not allowed");
  }
  if (path_base(metadata.name) != metadata.name) {
    invalid("chart.metadata.name \"" + metadata.name + "\" is invalid");
  }
  if (metadata.version.empty()) invalid("chart.metadata.version is required");
  if (!is_version(metadata.version)) {
    invalid("chart.metadata.version \"" + metadata.version + "\" is invalid");
  }
  if (!metadata.type.empty() && metadata.type != "application" && metadata.type != "library") {
    invalid("chart.metadata.type must be application or library");
  }
  for (Maintainer& maintainer : metadata.maintainers) {
    for (std::string* text : {&maintainer.name, &maintainer.email, &maintainer.url}) {
      *text = sanitize(*text);
    }
  }
  validate_dependencies(metadata);
}

}  // namespace reconcile::helm
