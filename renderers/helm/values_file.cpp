#include "renderers/helm/values_file.hpp"

#include <memory>
#include <vector>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/text.hpp"

namespace reconcile::helm {
namespace {

using model::Document;
using model::Kind;
using model::Value;

/// The documents of a YAML stream, cut at lines that are "---" and blanks only, as the YAMLReader
/// of k8s.io/apimachinery does.
std::vector<std::string_view> split_documents(std::string_view text) {
  std::vector<std::string_view> documents;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    end = end == std::string_view::npos ? text.size() : end + 1;
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with("---") && trim_space(line.substr(3)).empty()) {
      if (at > start) documents.push_back(text.substr(start, at - start));
      start = end;
    }
    at = end;
  }
  if (start < text.size()) documents.push_back(text.substr(start));
  return documents;
}

Document read_one(std::string_view text) {
  Document document = model::parse_yaml(text);
  const Value root = document.root();
  if (root.is_map() || root.is_null()) return document;
  throw model::Error(model::ErrorCode::invalid_input,
                     "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " +
                         std::string(json_kind(root.kind())) +
                         " into Go value of type map[string]interface {}");
}

/// MergeMaps: `from` over `into`, maps deep, everything else replaced.
void merge_over(model::Arena& arena, model::Node& into, Value from) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::string_view key = from.key_at(i);
    const Value value = from.value_at(i);
    model::Node* old = model::find(into, key);
    if (old != nullptr && old->kind == Kind::map && value.is_map()) {
      merge_over(arena, *old, value);
      continue;
    }
    model::set(arena, into, key, model::copy_node(arena, value));
  }
}

}  // namespace

std::string_view json_kind(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "bool";
    case Kind::string:
      return "string";
    case Kind::list:
      return "array";
    case Kind::map:
      return "object";
    case Kind::integer:
    case Kind::floating:
      break;
  }
  return "number";
}

Document read_values_file(std::string_view text, Profile profile) {
  if (profile == Profile::helm3) return read_one(text);
  const std::vector<std::string_view> parts = split_documents(text);
  if (parts.empty()) return {};
  if (parts.size() == 1) return read_one(parts[0]);
  auto arena = std::make_shared<model::Arena>();
  model::Node* merged = arena->new_node();
  *merged = model::make_map();
  for (const std::string_view part : parts) {
    const Document document = read_one(part);
    merge_over(*arena, *merged, document.root());
  }
  return {arena, Value(merged)};
}

}  // namespace reconcile::helm
