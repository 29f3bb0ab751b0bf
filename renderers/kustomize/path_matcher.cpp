#include "renderers/kustomize/path_matcher.hpp"

#include <charconv>
#include <optional>

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/path_walk.hpp"
#include "renderers/kustomize/structured_text.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

std::string trimmed(std::string text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void require(const Node& node, Kind kind, std::string_view name) {
  if (!is_null(node) && node.kind != kind) throw_wrong_kind(name, node);
}

// The nodes of objects.
class ObjectTree {
 public:
  using Node = model::Node;

  ObjectTree(Arena& arena, Kind end_kind) : arena_(arena), end_kind_(end_kind) {}

  static bool is_null(const Node& node) { return kustomize::is_null(node); }
  static bool is_text(const Node& node) { return is_scalar(node); }
  static void require_list(const Node& node) { require(node, Kind::list, "SequenceNode"); }
  static void require_map(const Node& node) { require(node, Kind::map, "MappingNode"); }
  static std::span<Node> items(Node& node) {
    return node.kind == Kind::list ? items_of(node) : std::span<Node>();
  }
  static Node* find(Node& node, std::string_view key) { return model::find(node, key); }
  Node* set(Node& map, std::string_view key, const Node& value) {
    return &model::set(arena_, map, key, value);
  }
  void append(Node& list, const Node& item) { model::append(arena_, list, item); }

  [[nodiscard]] Node made_end() const {
    if (end_kind_ == Kind::map) return made_map();
    return end_kind_ == Kind::list ? made_list() : untagged_scalar(arena_, "");
  }
  static Node made_list() { return model::make_list(); }
  static Node made_map() { return model::make_map(); }
  Node made_text(std::string_view text) { return untagged_scalar(arena_, text); }
  Node made_pair(std::string_view field, std::string_view value) {
    Node map = model::make_map();
    model::set(arena_, map, field, made_text(value));
    return map;
  }
  Node* detached(const Node& node) {
    Node* const kept = arena_.new_node();
    *kept = node;
    return kept;
  }
  // What is found in text is edited nowhere: only that it is there counts, and of which kind.
  std::vector<Node*> match_inside(const Node& text, std::span<const std::string> rest,
                                  bool creates) {
    std::optional<StructuredText> parsed = StructuredText::parse(raw_text(text));
    if (!parsed.has_value()) throw_wrong_kind("MappingNode", text);
    std::vector<Node*> found;
    for (const model::CommentedNode* node : parsed->match(rest, {creates, end_kind_})) {
      found.push_back(detached(node->kind == model::CommentedKind::list  ? made_list()
                               : node->kind == model::CommentedKind::map ? made_map()
                                                                         : made_text("text")));
    }
    return found;
  }
  // As the node is written alone, with its quotes.
  static std::string written(const Node& node) {
    return trimmed(model::write_commented(commented_copy(node)));
  }

 private:
  Arena& arena_;
  Kind end_kind_;
};

Node* element_with(Node& list, const PathStep& selection) {
  for (Node& item : items_of(list)) {
    if (selection.field.empty()) {
      if (raw_text(item) == selection.value) return &item;
      continue;
    }
    const Node* field = model::find(item, selection.field);
    if (field != nullptr && raw_text(*field) == selection.value) return &item;
  }
  return nullptr;
}

}  // namespace

std::optional<long> step_number(std::string_view step) {
  long number = 0;
  if (step.starts_with('+')) step.remove_prefix(1);
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), number);
  if (step.empty() || error != std::errc() || end != step.data() + step.size()) {
    return std::nullopt;
  }
  return number;
}

bool is_position_step(std::string_view step) {
  const auto number = step_number(step);
  return number.has_value() && *number >= 0;
}

bool is_selection_step(std::string_view step) {
  return step.starts_with('[') && step.ends_with(']');
}

PathStep parse_selection_step(std::string_view step) {
  step.remove_suffix(1);
  if (!step.empty()) step.remove_prefix(1);
  const std::size_t equals = step.find('=');
  if (equals == std::string_view::npos) {
    throw Error(ErrorCode::invalid_input,
                "list path element must contain fieldName=fieldValue for element to match");
  }
  return {std::string(step.substr(0, equals)), std::string(step.substr(equals + 1))};
}

void throw_out_of_range(std::size_t position, std::size_t size) {
  throw Error(ErrorCode::invalid_input, "index " + std::to_string(position) +
                                            " specified but only " + std::to_string(size) +
                                            " elements found");
}

std::vector<Node*> match_path(Arena& arena, Node& root, std::span<const std::string> path,
                              PathCreation creation) {
  ObjectTree tree(arena, creation.kind);
  PathWalk<ObjectTree> walk(tree, creation.creates);
  walk.match(root, path);
  return walk.take();
}

Node* lookup_path(Node& root, std::span<const std::string> path) {
  Node* node = &root;
  for (const std::string& part : path) {
    if (part.empty()) continue;
    const auto number = step_number(part);
    if (number.has_value() || part == "-" || is_selection_step(part)) {
      if (is_null(*node)) return nullptr;
      if (node->kind != Kind::list) throw_wrong_kind("SequenceNode", *node);
      if (is_selection_step(part)) {
        node = element_with(*node, parse_selection_step(part));
      } else {
        const long last = static_cast<long>(node->size) - 1;
        const long position = number.value_or(last);
        node = position < 0 || position > last ? nullptr : &node->items[position];
      }
    } else {
      if (part == "*") {
        throw Error(ErrorCode::invalid_input, "wildcard is not supported in PathGetter");
      }
      if (is_null(*node)) return nullptr;
      if (node->kind != Kind::map) throw_wrong_kind("MappingNode", *node);
      node = model::find(*node, part);
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

}  // namespace reconcile::kustomize
