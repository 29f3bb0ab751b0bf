#include "renderers/kustomize/replacement_source.hpp"

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/diagnosis.hpp"
#include "renderers/kustomize/path_matcher.hpp"
#include "renderers/kustomize/structured_text.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

Resource& source_object(const ResMap& objects, Value source) {
  const ResourceId wanted{{source["group"].text(), source["version"].text(), source["kind"].text()},
                          source["name"].text(),
                          source["namespace"].text(),
                          false};
  const auto is_selected = [&](const ResourceId& id) {
    return (wanted.name.empty() || wanted.name == id.name) &&
           (wanted.namespace_name.empty() ||
            wanted.effective_namespace() == id.effective_namespace()) &&
           id.gvk.is_selected(wanted.gvk);
  };
  Resource* match = nullptr;
  const std::vector<Resource*> named =
      wanted.name.empty() ? objects.list() : objects.with_any_name(wanted.name);
  for (Resource* object : named) {
    for (const ResourceId& id : replacement_ids(*object)) {
      if (!is_selected(id)) continue;
      if (match != nullptr) {
        throw Error(ErrorCode::invalid_input, "multiple matches for selector " + wanted.display() +
                                                  ": " + describe(*match) + " and " +
                                                  describe(*object));
      }
      match = object;
      break;
    }
  }
  if (match == nullptr) {
    throw Error(ErrorCode::not_found, "nothing selected by " + wanted.display() +
                                          describe_near(objects, wanted.gvk.kind, wanted.name));
  }
  return *match;
}

const Node& child(const Node& node, std::uint32_t position) {
  return node.kind == Kind::map ? node.entries[position].value : node.items[position];
}

// Whether `wanted` is `node` or inside of it; `way` gets the positions that lead there.
bool find_way(const Node& node, const Node& wanted, std::vector<std::uint32_t>& way) {
  if (&node == &wanted) return true;
  if (is_scalar(node)) return false;
  for (std::uint32_t i = 0; i < node.size; ++i) {
    way.push_back(i);
    if (find_way(child(node, i), wanted, way)) return true;
    way.pop_back();
  }
  return false;
}

}  // namespace

std::vector<std::string> split_text(std::string_view text, std::string_view delimiter) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (true) {
    const std::size_t end = text.find(delimiter, start);
    parts.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + delimiter.size();
  }
}

std::vector<ResourceId> replacement_ids(const Resource& object) {
  std::vector<ResourceId> ids;
  ids.push_back({object.gvk(), object.name(), object.namespace_name(), false});
  for (std::size_t i = 0; i < object.previous.size(); ++i) ids.push_back(object.previous_id(i));
  return ids;
}

void throw_delimiter_needs_scalar() {
  throw Error(ErrorCode::invalid_input, "delimiter option can only be used with scalar nodes");
}

ReplacementSource::ReplacementSource(const Resource& object, const Node& found,
                                     std::vector<std::string> path)
    : object_(&object), text_(object.document), path_(std::move(path)) {
  find_way(object.root, found, way_);
}

const Node& ReplacementSource::node() const {
  if (detached_.has_value()) return *detached_;
  const Node* node = &object_->root;
  for (const std::uint32_t position : way_) node = &child(*node, position);
  return *node;
}

model::CommentedNode ReplacementSource::commented() const {
  return commented_copy(node(), text_, path_);
}

void ReplacementSource::detach_from(Arena& arena, const Node& field) {
  if (detached_.has_value()) return;
  const Node* node = &object_->root;
  for (const std::uint32_t position : way_) {
    if (node == &field) {
      detached_ = clone(arena, this->node());
      return;
    }
    node = &child(*node, position);
  }
}

const Resource* ReplacementSource::owner_of(std::string_view field) const {
  if (object_ == nullptr || detached_.has_value()) return nullptr;
  const Node* metadata = model::find(object_->root, "metadata");
  if (metadata == nullptr) return nullptr;
  const Node* wanted = field == "metadata" ? metadata : model::find(*metadata, field);
  return wanted == &node() ? object_ : nullptr;
}

ReplacementSource ReplacementSource::of(Arena& arena, const ResMap& objects, Value replacement) {
  const Value source = replacement["source"];
  const Value literal = replacement["sourceValue"];
  if (literal.is_string()) {
    if (source.is_map()) {
      throw Error(ErrorCode::invalid_input, "value and resource selectors are mutually exclusive");
    }
    return ReplacementSource(untagged_scalar(arena, literal.text()));
  }
  Resource& object = source_object(objects, source);
  std::string path(source["fieldPath"].text());
  if (path.empty()) path = "metadata.name";
  std::vector<std::string> steps = split_bracketed_path(path, '.');
  const Node* found = lookup_path(object.root, steps);
  if (is_nil_or_empty(found)) {
    throw Error(ErrorCode::not_found,
                "fieldPath `" + path + "` is missing for replacement source " + describe(object) +
                    "; " + describe_way(object.root, steps));
  }
  const Value options = source["options"];
  const std::string delimiter(options["delimiter"].text());
  if (delimiter.empty()) return {object, *found, std::move(steps)};
  if (!is_scalar(*found)) throw_delimiter_needs_scalar();
  const std::vector<std::string> parts = split_text(value_text(*found), delimiter);
  const std::int64_t index = options["index"].integer().value_or(0);
  if (index < 0 || index >= static_cast<std::int64_t>(parts.size())) {
    throw Error(ErrorCode::invalid_input, "options.index " + std::to_string(index) +
                                              " is out of bounds for value " +
                                              std::string(value_text(*found)));
  }
  Node part = *found;
  set_text_keeping_tag(arena, part, parts[static_cast<std::size_t>(index)]);
  return ReplacementSource(part);
}

}  // namespace reconcile::kustomize
