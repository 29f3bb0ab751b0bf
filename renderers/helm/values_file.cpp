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

using model::Error;
using model::ErrorCode;

/// The documents of a YAML stream, cut at lines that start with "---", as the YAMLReader of
/// k8s.io/apimachinery does: such a line belongs to a document that has nothing before it.
/// A wrong separator ends the stream: it is told when the documents before it have been read.
std::vector<std::string_view> split_documents(std::string_view text,
                                              std::string_view& wrong_separator) {
  std::vector<std::string_view> documents;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    end = end == std::string_view::npos ? text.size() : end + 1;
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with("---")) {
      const std::string_view behind = trim_space(line.substr(3));
      if (!behind.empty() && behind[0] != '#') {
        wrong_separator = behind;
        return documents;
      }
      if (at > start) {
        documents.push_back(text.substr(start, at - start));
        start = end;
      }
    }
    at = end;
  }
  if (start < text.size()) documents.push_back(text.substr(start));
  return documents;
}

Document read_one(std::string_view text) {
  Document document;
  try {
    document = model::parse_yaml(text);
  } catch (const Error& error) {
    throw Error(error.code(), "error converting YAML to JSON: " + error.message())
        .in_file({}, error.position());
  }
  const Value root = document.root();
  if (root.is_map() || root.is_null()) return document;
  throw Error(ErrorCode::invalid_input,
              "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " +
                  std::string(json_kind(root.kind())) +
                  " into Go value of type map[string]interface {}");
}

Document read_part(std::string_view text) {
  try {
    return read_one(text);
  } catch (const Error& error) {
    throw Error(error.code(), "cannot unmarshal yaml document: " + error.message())
        .in_file({}, error.position());
  }
}

/// The text as Helm's reader of lines gives it: each ends with a line feed, the last too, which
/// gives a literal block there its line break. Empty where the text is that already.
std::string whole_lines(std::string_view text) {
  if (text.empty() || (text.ends_with('\n') && text.find('\r') == std::string_view::npos))
    return {};
  std::string lines;
  lines.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    lines += text[i];
  }
  if (!lines.ends_with('\n')) lines += '\n';
  return lines;
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
  const std::string lines = whole_lines(text);
  if (!lines.empty()) text = lines;
  std::string_view wrong_separator;
  const std::vector<std::string_view> parts = split_documents(text, wrong_separator);
  if (parts.empty() && wrong_separator.empty()) return {};
  if (parts.size() == 1 && wrong_separator.empty()) return read_part(parts[0]);
  auto arena = std::make_shared<model::Arena>();
  model::Node* merged = arena->new_node();
  *merged = model::make_map();
  for (const std::string_view part : parts) {
    const Document document = read_part(part);
    merge_over(*arena, *merged, document.root());
  }
  if (!wrong_separator.empty()) {
    throw Error(ErrorCode::invalid_input,
                "error reading yaml document: invalid Yaml document separator: " +
                    std::string(wrong_separator));
  }
  return {arena, Value(merged)};
}

}  // namespace reconcile::helm
