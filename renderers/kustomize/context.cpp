#include "renderers/kustomize/context.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/model/yaml_in_place.hpp"
#include "renderers/kustomize/merge_schema.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

constexpr std::string_view malformed = "MalformedYAMLError: ";
/// Documents are read ahead in parts of about this size.
constexpr std::size_t part_bytes = std::size_t{32} << 10U;

}  // namespace

void check_metadata(const Node& root) {
  Resource view;
  view.root = root;
  const bool has_anything =
      root.kind == Kind::map && (!view.api_version().empty() || !view.kind().empty() ||
                                 !is_nil_or_empty(model::find(root, "metadata")));
  if (!has_anything) throw Error(ErrorCode::invalid_input, "missing Resource metadata");
  const auto describe = [&] {
    return "{apiVersion: " + std::string(view.api_version()) +
           ", kind: " + std::string(view.kind()) + ", name: " + std::string(view.name()) + "}";
  };
  if (view.kind().empty()) {
    throw Error(ErrorCode::invalid_input, "missing kind in object " + describe());
  }
  if (view.kind().ends_with("List")) return;
  if (view.name().empty()) {
    throw Error(ErrorCode::invalid_input, "missing metadata.name in object " + describe());
  }
}

namespace {

// Items of a list come out of a hop through JSON, where every string is quoted.
void hop_through_json(Arena& arena, Node& node) {
  switch (node.kind) {
    case Kind::string:
      node.style = Style::double_quoted;
      node.is_timestamp = false;
      node.source = nullptr;
      node.source_size = 0;
      return;
    case Kind::integer: {
      const std::string_view text = arena.adopt(
          node.is_unsigned ? std::to_string(node.unsigned_integer) : std::to_string(node.integer));
      node.style = Style::plain;
      node.source = text.data();
      node.source_size = static_cast<std::uint32_t>(text.size());
      return;
    }
    case Kind::floating: {
      if (!std::isfinite(node.floating)) return forget_styles(arena, node);
      // Go's JSON, which is read again: 1e-7, but 5 for 5.0.
      node = untagged_scalar(arena, model::write_json(model::Value(&node)));
      node.capacity = 0;
      return;
    }
    case Kind::list:
      for (Node& item : items_of(node)) hop_through_json(arena, item);
      return;
    case Kind::map:
      for (Entry& entry : entries_of(node)) hop_through_json(arena, entry.value);
      return;
    default:
      forget_styles(arena, node);
  }
}

// `text` must live as long as `arena`.
Node parse_in_place(Arena& arena, std::string_view text) {
  model::YamlOptions options;
  options.dialect = model::YamlDialect::v3;
  options.to_json = false;
  return model::parse_yaml_in_place(text, options, arena);
}

std::string without_carriage_returns(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    result += text[i];
  }
  return result;
}

}  // namespace

void read_hidden_annotations(Resource& resource, const Node& root) {
  const Node* annotations = lookup(root, {"metadata", "annotations"});
  if (annotations == nullptr || annotations->kind != Kind::map) return;
  for (const Entry& entry : entries_of(*annotations)) {
    if (!entry.name().starts_with("internal.config.kubernetes.io/")) continue;
    const std::string_view key = entry.name().substr(entry.name().find('/') + 1);
    const std::string_view value = raw_text(entry.value);
    if (key == "needsHashSuffix") resource.needs_hash = value == "enabled";
    if (key == "helm-generated") resource.helm_generated = value == "true";
    if (key == "generatorBehavior") {
      resource.behavior = behavior_from(value);
      resource.is_generated = true;
    }
  }
}

namespace {

// Replaces every list by its items, which come after what is still to be done, as kustomize does.
std::vector<Node> inline_lists(Arena& arena, std::vector<Node> nodes) {
  std::vector<Node> result;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node* kind = model::find(nodes[i], "kind");
    const bool is_list = kind != nullptr && raw_text(*kind).ends_with("List");
    Node* items = is_list ? model::find(nodes[i], "items") : nullptr;
    if (items == nullptr) {
      result.push_back(nodes[i]);
      continue;
    }
    if (items->kind == Kind::null) continue;
    if (items->kind != Kind::list) {
      throw Error(ErrorCode::invalid_input,
                  "expected array in " + std::string(raw_text(*kind)) + "/items");
    }
    std::vector<Node> inner(items->items, items->items + items->size);
    for (Node& item : inner) {
      if (is_nil_or_empty(&item)) continue;
      check_metadata(item);
      hop_through_json(arena, item);
      nodes.push_back(item);
    }
  }
  return result;
}

Node parse_document(Arena& arena, std::string_view text) {
  try {
    return parse_in_place(arena, text);
  } catch (const Error& error) {
    throw Error(error.code(), std::string(malformed) + error.message());
  }
}

}  // namespace

Context::Context(const BuildRequest& build_request)
    : request(build_request),
      reads{build_request, {}, 0},
      arena(std::make_shared<Arena>()),
      schema(MergeSchema::built_in()),
      ahead(arena, build_request.threads) {
}

Context::~Context() = default;

Resource& Context::add(Node root) {
  if (resources.size() >= request.limits.objects_max) {
    throw Error(
        ErrorCode::limit_exceeded,
        "more than " + std::to_string(request.limits.objects_max) + " objects in one build");
  }
  Resource& resource = resources.emplace_back();
  resource.root = root;
  read_hidden_annotations(resource, root);
  return resource;
}

Resource& Context::add_copy(const Resource& resource) {
  Resource& copy = resources.emplace_back(resource);
  copy.root = clone(*arena, resource.root);
  return copy;
}

Node parse_editable(Arena& arena, std::string_view text) {
  return parse_in_place(arena, arena.copy(text));
}

std::vector<std::string_view> split_documents(std::string_view text) {
  std::vector<std::string_view> documents;
  if (text.empty()) return documents;
  std::size_t start = 0;
  std::size_t search = 0;
  while (true) {
    const std::size_t mark = text.find("\n---", search);
    if (mark == std::string_view::npos) break;
    const std::size_t end = text.find('\n', mark + 1);
    if (end == std::string_view::npos) break;
    const std::string_view rest = text.substr(mark + 4, end - mark - 4);
    const std::size_t first = rest.find_first_not_of(" \t\r\v\f");
    if (first != std::string_view::npos && rest[first] != '#') {
      throw Error(ErrorCode::invalid_input, "invalid document separator: " +
                                                std::string(text.substr(mark + 1, end - mark - 1)));
    }
    documents.push_back(text.substr(start, mark + 1 - start));
    start = end + 1;
    search = start;
  }
  documents.push_back(text.substr(start));
  return documents;
}

ObjectText::ObjectText(Context& context, std::string text) : context_(context) {
  if (text.find('\r') != std::string::npos) text = without_carriage_returns(text);
  Documents& documents = *documents_;
  try {
    documents.texts = split_documents(context.arena->adopt(std::move(text)));
  } catch (const Error&) {
    error_ = std::current_exception();
    return;
  }
  documents.nodes.resize(documents.texts.size());
  for (std::size_t first = 0; first < documents.texts.size();) {
    std::size_t last = first;
    std::size_t bytes = 0;
    while (last < documents.texts.size() && bytes < part_bytes) {
      bytes += documents.texts[last++].size();
    }
    const auto read = [held = documents_, first, last](WorkPlace& place) {
      for (std::size_t i = first; i < last; ++i) {
        held->nodes[i] = parse_document(*place.arena, held->texts[i]);
      }
    };
    parts_.push_back(context.ahead.add(read, bytes));
    first = last;
  }
}

std::vector<ObjectText::Found> ObjectText::take_nodes() {
  if (error_) std::rethrow_exception(error_);
  for (const auto& part : parts_) context_.ahead.finish(*part);
  std::vector<Found> found;
  found.reserve(documents_->nodes.size());
  for (std::size_t i = 0; i < documents_->nodes.size(); ++i) {
    const Node& node = documents_->nodes[i];
    if (node.kind == Kind::null) continue;
    const Node* kind = model::find(node, "kind");
    const Node* items = model::find(node, "items");
    if (documents_->nodes.size() == 1 && kind != nullptr && items != nullptr &&
        (raw_text(*kind) == "List" || raw_text(*kind) == "ResourceList")) {
      if (items->kind != Kind::list) continue;
      for (std::size_t item = 0; item < items->size; ++item) {
        found.push_back({items->items[item], {}});
      }
      continue;
    }
    found.push_back({node, documents_->texts[i]});
  }
  std::erase_if(found, [](const Found& one) { return is_nil_or_empty(&one.node); });
  return found;
}

std::vector<Resource*> ObjectText::take_objects() {
  const std::vector<Found> found = take_nodes();
  std::vector<Node> nodes;
  nodes.reserve(found.size());
  for (const Found& one : found) {
    check_metadata(one.node);
    nodes.push_back(one.node);
  }
  std::vector<Resource*> objects;
  for (const Node& node : inline_lists(*context_.arena, std::move(nodes))) {
    objects.push_back(&context_.add(node));
  }
  if (objects.size() != found.size()) return objects;
  for (std::size_t i = 0; i < objects.size(); ++i) objects[i]->document = found[i].text;
  return objects;
}

std::vector<Resource*> read_objects(Context& context, std::string text) {
  return ObjectText(context, std::move(text)).take_objects();
}

}  // namespace reconcile::kustomize
