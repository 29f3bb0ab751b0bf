#include "reconcile/model/object.hpp"

#include <string>
#include <utility>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

Error object_error(std::string message, const ObjectOrigin& origin) {
  Error error(ErrorCode::invalid_input, std::move(message));
  if (!origin.file.empty()) error.in_file(origin.file);
  return error;
}

/// A required, non-empty string field.
std::string_view required_text(Value map, std::string_view key, std::string_view shown,
                               const ObjectOrigin& origin) {
  const Value value = map[key];
  if (value.is_string() && !value.text().empty()) return value.text();
  const std::string found = value.present() ? std::string(to_string(value.kind())) : "nothing";
  throw object_error("object " + std::to_string(origin.document_index) + ": expected a string in " +
                         std::string(shown) + ", found " +
                         (value.is_string() ? "an empty string" : found),
                     origin);
}

std::string encode_name(std::string_view name) {
  std::string encoded;
  encoded.reserve(name.size());
  for (const char c : name) {
    if (c == ':')
      encoded += "__";
    else
      encoded += c;
  }
  return encoded;
}

std::string decode_name(std::string_view name) {
  std::string decoded;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i, 2) == "__") {
      decoded += ':';
      ++i;
      continue;
    }
    decoded += name[i];
  }
  return decoded;
}

std::size_t combine(std::size_t seed, std::string_view text) {
  return seed * 1099511628211ULL ^ std::hash<std::string_view>{}(text);
}

}  // namespace

std::string Gvk::api_version() const {
  return group.empty() ? version : group + "/" + version;
}

Gvk Gvk::from_api_version(std::string_view api_version, std::string_view kind) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return {"", std::string(api_version), std::string(kind)};
  return {std::string(api_version.substr(0, slash)), std::string(api_version.substr(slash + 1)),
          std::string(kind)};
}

std::string ObjectId::display() const {
  if (namespace_name.empty()) return kind + "/" + name;
  return kind + "/" + namespace_name + "/" + name;
}

std::string ObjectId::inventory_id() const {
  return namespace_name + "_" + encode_name(name) + "_" + group + "_" + kind;
}

ObjectId ObjectId::from_inventory_id(std::string_view text) {
  // The namespace ends at the first, kind and group start after the last two underscores; only the
  // name may hold underscores, as an encoded colon.
  const std::size_t first = text.find('_');
  const std::size_t last = text.rfind('_');
  const std::size_t middle = last == std::string_view::npos || last == 0
                                 ? std::string_view::npos
                                 : text.rfind('_', last - 1);
  if (first == std::string_view::npos || middle == std::string_view::npos || middle <= first ||
      last + 1 == text.size()) {
    throw Error(ErrorCode::invalid_input,
                "expected an inventory id <namespace>_<name>_<group>_<Kind>, found \"" +
                    std::string(text.substr(0, 256)) + "\"");
  }
  return {std::string(text.substr(middle + 1, last - middle - 1)),
          std::string(text.substr(last + 1)), std::string(text.substr(0, first)),
          decode_name(text.substr(first + 1, middle - first - 1))};
}

Object::Object(Document document, ObjectOrigin origin)
    : document_(std::move(document)), origin_(std::move(origin)) {
  const Value root = document_.root();
  if (!root.is_map()) {
    throw object_error("object " + std::to_string(origin_.document_index) +
                           ": expected a map, found " + std::string(to_string(root.kind())),
                       origin_);
  }
  const std::string_view api_version = required_text(root, "apiVersion", "apiVersion", origin_);
  gvk_ = Gvk::from_api_version(api_version, required_text(root, "kind", "kind", origin_));
  const Value metadata = root["metadata"];
  const bool generated = metadata["generateName"].is_string() && !metadata.contains("name");
  if (!generated) id_.name = required_text(metadata, "name", "metadata.name", origin_);
  const Value namespace_value = metadata["namespace"];
  if (namespace_value.present() && !namespace_value.is_null()) {
    if (!namespace_value.is_string()) {
      throw object_error(gvk_.kind + "/" + id_.name +
                             ": expected a string in metadata.namespace, found " +
                             std::string(to_string(namespace_value.kind())),
                         origin_);
    }
    id_.namespace_name = namespace_value.text();
  }
  id_.group = gvk_.group;
  id_.kind = gvk_.kind;
}

std::string_view Object::label(std::string_view key) const noexcept {
  return root()["metadata"]["labels"][key].text();
}

std::string_view Object::annotation(std::string_view key) const noexcept {
  return root()["metadata"]["annotations"][key].text();
}

std::string_view Object::uid() const noexcept {
  return root()["metadata"]["uid"].text();
}

std::string_view Object::resource_version() const noexcept {
  return root()["metadata"]["resourceVersion"].text();
}

std::int64_t Object::generation() const noexcept {
  return root()["metadata"]["generation"].integer().value_or(0);
}

std::vector<Object> expand_list(const Document& document, const ObjectOrigin& origin) {
  const Value items = document["items"];
  const std::string_view kind = document["kind"].text();
  std::vector<Object> objects;
  if (!kind.ends_with("List") || !items.is_list()) {
    objects.emplace_back(document, origin);
    return objects;
  }
  objects.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (Object& object : expand_list(document.at(items.at(i)), origin)) {
      objects.push_back(std::move(object));
    }
  }
  return objects;
}

}  // namespace reconcile::model

std::size_t std::hash<reconcile::model::ObjectId>::operator()(
    const reconcile::model::ObjectId& id) const noexcept {
  using reconcile::model::combine;
  return combine(
      combine(combine(combine(14695981039346656037ULL, id.group), id.kind), id.namespace_name),
      id.name);
}

std::size_t std::hash<reconcile::model::Gvk>::operator()(
    const reconcile::model::Gvk& gvk) const noexcept {
  using reconcile::model::combine;
  return combine(combine(combine(14695981039346656037ULL, gvk.group), gvk.version), gvk.kind);
}
