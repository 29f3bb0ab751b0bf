// Documents, their embedded resources, anchors, and where a reference leads.
#include <charconv>

#include "base/model/json_schema_compiler.hpp"
#include "base/model/json_schema_metaschemas.hpp"
#include "base/model/json_schema_uri.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::model {

namespace {

constexpr std::size_t documents_max = 200;

// Keywords whose value is a schema, a list of schemas, or a map of schemas, with the first draft
// that knows them.
struct PartKeyword {
  std::string_view name;
  int draft;
  bool schema;
  bool list;
  bool map;
};

constexpr PartKeyword part_keywords[] = {
    {"definitions", 4, false, false, true},
    {"$defs", 2019, false, false, true},
    {"not", 4, true, false, false},
    {"allOf", 4, false, true, false},
    {"anyOf", 4, false, true, false},
    {"oneOf", 4, false, true, false},
    {"properties", 4, false, false, true},
    {"additionalProperties", 4, true, false, false},
    {"patternProperties", 4, false, false, true},
    {"items", 4, true, true, false},
    {"additionalItems", 4, true, false, false},
    {"dependencies", 4, false, false, true},
    {"propertyNames", 6, true, false, false},
    {"contains", 6, true, false, false},
    {"if", 7, true, false, false},
    {"then", 7, true, false, false},
    {"else", 7, true, false, false},
    {"dependentSchemas", 2019, false, false, true},
    {"unevaluatedProperties", 2019, true, false, false},
    {"unevaluatedItems", 2019, true, false, false},
    {"contentSchema", 2019, true, false, false},
    {"prefixItems", 2020, false, true, false},
};

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::invalid_input, message);
}

std::string_view identifier(const Keywords& schema, int draft) {
  if (draft < 2019 && schema["$ref"].present()) return {};
  return schema[draft == 4 ? "id" : "$id"].text();
}

std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const std::string_view pair = token.substr(i, 2);
    if (pair == "~0" || pair == "~1") {
      out += pair == "~0" ? '~' : '/';
      ++i;
    } else {
      out += token[i];
    }
  }
  return out;
}

Value step(Value from, const std::string& token) {
  if (from.is_map()) return from[token];
  std::size_t index = 0;
  const char* const end = token.data() + token.size();
  if (!from.is_list() || std::from_chars(token.data(), end, index).ptr != end) return {};
  return from.at(index);
}

}  // namespace

int SchemaCompiler::draft_of(Value schema, int fallback) {
  std::string_view url = schema["$schema"].text();
  if (!url.empty() && url.back() == '#') url.remove_suffix(1);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (url.substr(0, scheme.size()) == scheme) url.remove_prefix(scheme.size());
  }
  if (url == "json-schema.org/draft-04/schema") return 4;
  if (url == "json-schema.org/draft-06/schema") return 6;
  if (url == "json-schema.org/draft-07/schema") return 7;
  if (url == "json-schema.org/draft/2019-09/schema") return 2019;
  if (url == "json-schema.org/draft/2020-12/schema") return 2020;
  if (url == "json-schema.org/schema") return 2020;
  return fallback;
}

SchemaResource* SchemaCompiler::add_resource(std::string id, const Node* root, int draft) {
  auto resource = std::make_unique<SchemaResource>();
  resource->id = id;
  resource->root = root;
  resource->draft = draft;
  resource->recursive_anchor = Value(root)["$recursiveAnchor"].boolean().value_or(false);
  resource->assert_formats = draft < 2019;
  SchemaResource* const added = resource.get();
  auto& slot = set_.resources[std::move(id)];
  if (slot != nullptr) fail("duplicate id \"" + slot->id + "\" in schema");
  slot = std::move(resource);
  resource_of_[root] = added;
  return added;
}

SchemaResource* SchemaCompiler::add_document(const Document& document, std::string_view url,
                                             int draft) {
  if (set_.documents.size() >= documents_max) {
    throw Error(
        ErrorCode::limit_exceeded,
        "json schema: more than " + std::to_string(documents_max) + " documents are referred to");
  }
  set_.documents.push_back(document);
  const Value root = document.root();
  const int own_draft = draft_of(root, draft);
  const std::string address(split_fragment(url).address);
  const std::string id(
      split_fragment(resolve_uri(address, identifier(Keywords(root), own_draft))).address);
  SchemaResource* const resource = add_resource(id, root.node(), own_draft);
  if (!find_metaschema(address).empty()) resource->assert_formats = true;
  collect(root, resource);
  if (id == address) return resource;
  // Also known by the address it was loaded from.
  auto alias = std::make_unique<SchemaResource>(*resource);
  set_.resources.emplace(address, std::move(alias));
  return resource;
}

void SchemaCompiler::add_anchors(const Keywords& schema, SchemaResource* resource) {
  const auto add = [&](std::string_view anchor) {
    if (anchor.empty()) return;
    const auto [slot, added] = resource->anchors.emplace(anchor, schema.value().node());
    if (!added && slot->second != schema.value().node()) {
      fail("duplicate anchor \"" + std::string(anchor) + "\" in \"" + resource->id + "\"");
    }
  };
  if (resource->draft < 2019) {
    add(percent_decoded(split_fragment(identifier(schema, resource->draft)).fragment));
    return;
  }
  add(schema["$anchor"].text());
  if (resource->draft < 2020) return;
  const std::string_view dynamic = schema["$dynamicAnchor"].text();
  add(dynamic);
  if (!dynamic.empty()) {
    resource->dynamic_anchors[std::string(dynamic)] = enqueue(schema.value(), resource);
  }
}

void SchemaCompiler::collect(Value schema, SchemaResource* resource) {
  if (!schema.is_map()) return;
  const Keywords keywords(schema);
  const bool is_root = schema.node() == resource->root;
  if (!is_root) {
    if (resource_of_.count(schema.node()) != 0) return;
    const int draft =
        keywords["$schema"].present() ? draft_of(schema, resource->draft) : resource->draft;
    const std::string_view id = identifier(keywords, draft);
    if (!split_fragment(id).address.empty()) {
      const std::string resolved = resolve_uri(resource->id, id);
      const bool formats = resource->assert_formats;
      resource = add_resource(std::string(split_fragment(resolved).address), schema.node(), draft);
      resource->assert_formats |= formats && draft >= 2019;
    }
  }
  resource_of_[schema.node()] = resource;
  add_anchors(keywords, resource);
  collect_parts(keywords, resource);
}

void SchemaCompiler::collect_parts(const Keywords& schema, SchemaResource* resource) {
  for (const PartKeyword& keyword : part_keywords) {
    if (keyword.draft > resource->draft) continue;
    const Value part = schema[keyword.name];
    if (keyword.schema) collect(part, resource);
    if (keyword.list && part.is_list()) {
      for (std::size_t i = 0; i < part.size(); ++i) collect(part.at(i), resource);
    }
    if (keyword.map && part.is_map()) {
      for (std::size_t i = 0; i < part.size(); ++i) collect(part.value_at(i), resource);
    }
  }
}

SchemaResource* SchemaCompiler::load(const std::string& address, int draft) {
  if (const auto found = set_.resources.find(address); found != set_.resources.end()) {
    return found->second.get();
  }
  if (const std::string_view known = find_metaschema(address); !known.empty()) {
    return add_document(parse_json(known), address, draft);
  }
  std::optional<Document> loaded;
  if (loader_) loaded = loader_(address);
  if (!loaded && address.substr(0, 4) == "urn:") loaded = parse_json("true");
  if (!loaded) fail("failing loading \"" + address + "\": no such document");
  return add_document(*loaded, address, draft);
}

SchemaCompiler::Place SchemaCompiler::locate(std::string_view reference,
                                             const SchemaResource& from) {
  const std::string resolved = resolve_uri(from.id, reference);
  const UriParts parts = split_fragment(resolved);
  SchemaResource* const resource = load(std::string(parts.address), from.draft);
  const std::string fragment = percent_decoded(parts.fragment);
  if (fragment.empty() || fragment[0] == '/') return locate_pointer(resource, fragment);
  const auto anchor = resource->anchors.find(fragment);
  if (anchor == resource->anchors.end()) {
    fail("anchor in \"" + resolved + "\" not found in schema \"" + resource->id + "\"");
  }
  return {anchor->second, resource};
}

SchemaCompiler::Place SchemaCompiler::locate_pointer(SchemaResource* resource,
                                                     std::string_view pointer) {
  Value at(resource->root);
  SchemaResource* owner = resource_of_.count(at.node()) != 0 ? resource_of_[at.node()] : resource;
  std::string_view rest = pointer;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t end = rest.find('/');
    at = step(at, unescaped(rest.substr(0, end)));
    if (!at.present()) {
      fail("json-pointer in \"" + resource->id + "#" + std::string(pointer) + "\" not found");
    }
    if (const auto known = resource_of_.find(at.node()); known != resource_of_.end()) {
      owner = known->second;
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  // A place that no keyword names may still hold identifiers, and has not been checked.
  const bool is_new = resource_of_.count(at.node()) == 0;
  if (is_new) collect(at, owner);
  if (const auto known = resource_of_.find(at.node()); known != resource_of_.end()) {
    owner = known->second;
  }
  if (is_new && find_metaschema(resource->id).empty()) {
    check_against_metaschema(at, resource->id + "#" + std::string(pointer), owner->draft);
  }
  return {at.node(), owner};
}

}  // namespace reconcile::model
