#include "renderers/kustomize/structured_text.hpp"

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/path_walk.hpp"

namespace reconcile::kustomize {

using model::CommentedKind;
using model::CommentedNode;
using model::Error;
using model::ErrorCode;

namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

// The nodes of a text.
class TextTree {
 public:
  using Node = CommentedNode;

  TextTree(Kind end_kind, std::vector<std::unique_ptr<CommentedNode>>& detached)
      : end_kind_(end_kind), detached_(detached) {}

  static bool is_null(const Node& node) { return node.is_null(); }
  static bool is_text(const Node& node) { return node.kind == CommentedKind::scalar; }
  static void require_list(const Node& node) { require(node, CommentedKind::list); }
  static void require_map(const Node& node) { require(node, CommentedKind::map); }
  static std::span<Node> items(Node& node) {
    return node.kind == CommentedKind::list ? std::span<Node>(node.content) : std::span<Node>();
  }
  static Node* find(Node& node, std::string_view key) { return node.find(key); }
  static Node* set(Node& map, std::string_view key, Node value) {
    map.content.push_back(model::make_commented_scalar(key));
    map.content.push_back(std::move(value));
    return &map.content.back();
  }
  static void append(Node& list, Node item) { list.content.push_back(std::move(item)); }

  [[nodiscard]] Node made_end() const {
    if (end_kind_ == Kind::map) return made_map();
    return end_kind_ == Kind::list ? made_list() : Node();
  }
  static Node made_list() { return made(CommentedKind::list); }
  static Node made_map() { return made(CommentedKind::map); }
  static Node made_text(std::string_view text) { return model::make_commented_scalar(text); }
  static Node made_pair(std::string_view field, std::string_view value) {
    Node map = made_map();
    set(map, field, made_text(value));
    return map;
  }
  Node* detached(Node node) {
    detached_.push_back(std::make_unique<Node>(std::move(node)));
    return detached_.back().get();
  }
  std::vector<Node*> match_inside(const Node& text, std::span<const std::string> rest,
                                  bool creates) {
    model::CommentedYaml document = model::CommentedYaml::parse(text.value);
    if (!document.present()) throw Error(ErrorCode::invalid_input, "wrong node kind in text");
    PathWalk<TextTree> walk(*this, creates);
    walk.match(*detached(std::move(document.root())), rest);
    return walk.take();
  }
  static std::string written(const Node& node) { return trimmed(model::write_commented(node)); }

 private:
  static void require(const Node& node, CommentedKind kind) {
    if (node.is_null() || node.kind == kind) return;
    throw Error(ErrorCode::invalid_input, "wrong node kind in text");
  }
  static Node made(CommentedKind kind) {
    Node node;
    node.kind = kind;
    return node;
  }

  Kind end_kind_;
  std::vector<std::unique_ptr<CommentedNode>>& detached_;
};

std::string scalar_tag(const Node& node) {
  constexpr std::string_view marked[] = {"",      "",        "!!null",      "!!bool",
                                         "!!int", "!!float", "!!timestamp", "!!binary"};
  if (const Tag mark = tag_mark(node); mark != Tag::of_kind) {
    return std::string(marked[static_cast<std::size_t>(mark)]);
  }
  switch (node.kind) {
    case Kind::null:
      return "!!null";
    case Kind::boolean:
      return "!!bool";
    case Kind::integer:
      return "!!int";
    case Kind::floating:
      return "!!float";
    default:
      if (node.is_timestamp) return "!!timestamp";
      return node.is_binary ? "!!binary" : "!!str";
  }
}

const CommentedNode* step_into(const CommentedNode& node, std::string_view step) {
  if (node.kind == CommentedKind::map) return const_cast<CommentedNode&>(node).find(step);
  if (node.kind != CommentedKind::list) return nullptr;
  if (is_selection_step(step)) {
    const PathStep wanted = parse_selection_step(step);
    for (const CommentedNode& item : node.content) {
      const CommentedNode* field =
          wanted.field.empty() ? &item : const_cast<CommentedNode&>(item).find(wanted.field);
      if (field != nullptr && field->value == wanted.value) return &item;
    }
    return nullptr;
  }
  const long last = static_cast<long>(node.content.size()) - 1;
  const long position = step_number(step).value_or(last);
  return position < 0 || position > last ? nullptr : &node.content[position];
}

void take_comments(CommentedNode& node, const CommentedNode& written) {
  if (node.kind != written.kind) return;
  node.head_comment = written.head_comment;
  node.line_comment = written.line_comment;
  node.foot_comment = written.foot_comment;
  if (node.kind == CommentedKind::map) {
    for (std::size_t i = 0; i + 1 < node.content.size(); i += 2) {
      CommentedNode& key = node.content[i];
      for (std::size_t j = 0; j + 1 < written.content.size(); j += 2) {
        if (written.content[j].value != key.value) continue;
        key = written.content[j];
        take_comments(node.content[i + 1], written.content[j + 1]);
        break;
      }
    }
  } else if (node.content.size() == written.content.size()) {
    for (std::size_t i = 0; i < node.content.size(); ++i) {
      take_comments(node.content[i], written.content[i]);
    }
  }
}

}  // namespace

std::optional<StructuredText> StructuredText::parse(std::string_view text) {
  try {
    StructuredText result;
    result.document_ = model::CommentedYaml::parse(text);
    if (!result.document_.present()) return std::nullopt;
    result.original_ = text;
    return result;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::vector<CommentedNode*> StructuredText::match(std::span<const std::string> path,
                                                  PathCreation creation) {
  TextTree tree(creation.kind, detached_);
  PathWalk<TextTree> walk(tree, creation.creates);
  walk.match(document_.root(), path);
  return walk.take();
}

std::string StructuredText::write() const {
  const std::string text = document_.write();
  const std::string head = trimmed(original_).substr(0, 1);
  if (head != "{" && head != "[") return trimmed(text);
  model::YamlOptions options;
  options.dialect = model::YamlDialect::v3;
  options.to_json = false;
  model::JsonFormat format;
  const bool is_indented =
      original_.find('\n') != std::string::npos && original_.find("  ") != std::string::npos;
  format.indent = is_indented ? 2 : 0;
  return model::write_json(model::parse_yaml(text, options).root(), format);
}

CommentedNode commented_copy(const Node& node) {
  CommentedNode copy;
  copy.style = node.style;
  if (node.kind == Kind::list) {
    copy.kind = CommentedKind::list;
    copy.tag = "!!seq";
    for (const Node& item : items_of(node)) copy.content.push_back(commented_copy(item));
    return copy;
  }
  if (node.kind == Kind::map) {
    copy.kind = CommentedKind::map;
    copy.tag = "!!map";
    for (const model::Entry& entry : entries_of(node)) {
      CommentedNode key = model::make_commented_scalar(entry.name());
      key.tag = "!!str";
      copy.content.push_back(std::move(key));
      copy.content.push_back(commented_copy(entry.value));
    }
    return copy;
  }
  copy.value = raw_text(node);
  copy.explicit_tag = node.explicit_tag;
  copy.tag = scalar_tag(node);
  return copy;
}

CommentedNode commented_copy(const Node& node, std::string_view text,
                             std::span<const std::string> path) {
  CommentedNode copy = commented_copy(node);
  if (text.empty()) return copy;
  try {
    const model::CommentedYaml document = model::CommentedYaml::parse(text);
    const CommentedNode* written = &document.root();
    for (const std::string& step : path) {
      if (step.empty()) continue;
      written = step_into(*written, step);
      if (written == nullptr) return copy;
    }
    take_comments(copy, *written);
  } catch (const Error&) {
    // What only this reader refuses has no comments.
  }
  return copy;
}

}  // namespace reconcile::kustomize
