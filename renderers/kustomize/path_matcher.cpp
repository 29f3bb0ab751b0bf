#include "renderers/kustomize/path_matcher.hpp"

#include <charconv>
#include <optional>

#include "reconcile/model/error.hpp"
#include "reconcile/model/regex.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

std::optional<long> to_number(std::string_view text) {
  long number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

bool is_position(std::string_view part) {
  const auto number = to_number(part);
  return number.has_value() && *number >= 0;
}

bool is_selection(std::string_view part) {
  return part.starts_with('[') && part.ends_with(']');
}

struct Selection {
  std::string field;
  std::string value;
};

Selection parse_selection(std::string_view part) {
  part.remove_suffix(1);
  part.remove_prefix(1);
  const std::size_t equals = part.find('=');
  if (equals == std::string_view::npos) {
    throw Error(ErrorCode::invalid_input,
                "list path element must contain fieldName=fieldValue for element to match");
  }
  return {std::string(part.substr(0, equals)), std::string(part.substr(equals + 1))};
}

std::string trimmed_text(const Node& node) {
  std::string text =
      is_scalar(node) ? std::string(raw_text(node)) : model::write_yaml(model::Value(&node));
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

class Matcher {
 public:
  Matcher(Arena& arena, PathCreation creation) : arena_(arena), creation_(creation) {}

  void match(Node& node, std::span<const std::string> path) {
    if (path.empty()) {
      found_.push_back(&node);
      return;
    }
    const std::string& part = path.front();
    if (is_position(part)) {
      match_position(node, static_cast<std::size_t>(*to_number(part)), path);
    } else if (is_selection(part)) {
      match_selection(node, parse_selection(part), path, creation_.creates);
    } else if (part == "*") {
      require(node, Kind::list, "SequenceNode");
      for (Node& item : items_of(node)) match(item, path.subspan(1));
    } else {
      match_field(node, path);
    }
  }

  std::vector<Node*> take() { return std::move(found_); }

 private:
  static void require(const Node& node, Kind kind, std::string_view name) {
    if (node.kind != Kind::null && node.kind != kind) throw_wrong_kind(name, node);
  }

  // A node for the step before `next`.
  [[nodiscard]] Node made_for(std::span<const std::string> rest) const {
    if (rest.empty()) {
      if (creation_.kind == Kind::map) return model::make_map();
      if (creation_.kind == Kind::list) return model::make_list();
      return model::make_null();
    }
    const bool is_list = is_selection(rest.front()) || is_position(rest.front());
    return is_list ? model::make_list() : model::make_map();
  }

  void match_field(Node& node, std::span<const std::string> path) {
    if (node.kind == Kind::null && !creation_.creates) return;
    require(node, Kind::map, "MappingNode");
    if (node.kind == Kind::null) return;
    Node* field = model::find(node, path.front());
    if (field == nullptr) {
      if (!creation_.creates) return;
      field = &model::set(arena_, node, path.front(), made_for(path.subspan(1)));
    } else if (is_scalar(*field) && field->kind != Kind::null && path.size() > 1) {
      match_inside_text(*field, path.subspan(1));
      return;
    }
    match(*field, path.subspan(1));
  }

  // kyaml looks into text that parses as YAML; what it finds there is no part of the object.
  void match_inside_text(const Node& text, std::span<const std::string> rest) {
    Node* inner = arena_.new_node();
    model::YamlOptions options;
    options.dialect = model::YamlDialect::v3;
    options.to_json = false;
    *inner = model::copy_node(arena_, model::parse_yaml(raw_text(text), options).root());
    match(*inner, rest);
  }

  void match_position(Node& node, std::size_t position, std::span<const std::string> path) {
    require(node, Kind::list, "SequenceNode");
    if (node.kind == Kind::list && node.size == position && creation_.creates) {
      model::append(arena_, node, made_for(path.subspan(1)));
    }
    if (node.kind != Kind::list || position >= node.size) {
      throw Error(ErrorCode::invalid_input,
                  "index " + std::to_string(position) + " specified but only " +
                      std::to_string(node.kind == Kind::list ? node.size : 0) + " elements found");
    }
    match(node.items[position], path.subspan(1));
  }

  void match_selection(Node& node, const Selection& selection, std::span<const std::string> path,
                       bool may_create) {
    require(node, Kind::list, "SequenceNode");
    const auto pattern = model::Regex::cached(selection.value);
    const std::size_t before = found_.size();
    if (node.kind == Kind::list) {
      for (Node& item : items_of(node)) {
        if (selection.field.empty()) {
          if (pattern->matches(trimmed_text(item))) found_.push_back(&item);
          continue;
        }
        const Node* field = model::find(item, selection.field);
        if (field == nullptr || !pattern->matches(trimmed_text(*field))) continue;
        match(item, path.subspan(1));
      }
    }
    if (found_.size() > before || !may_create || node.kind != Kind::list) return;
    Node item = untagged_scalar(arena_, selection.value);
    if (!selection.field.empty()) {
      Node map = model::make_map();
      model::set(arena_, map, selection.field, item);
      item = map;
    }
    model::append(arena_, node, item);
    match_selection(node, selection, path, false);
  }

  Arena& arena_;
  PathCreation creation_;
  std::vector<Node*> found_;
};

Node* element_with(Node& list, const Selection& selection) {
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

std::vector<Node*> match_path(Arena& arena, Node& root, std::span<const std::string> path,
                              PathCreation creation) {
  Matcher matcher(arena, creation);
  matcher.match(root, path);
  return matcher.take();
}

Node* lookup_path(Node& root, std::span<const std::string> path) {
  Node* node = &root;
  for (const std::string& part : path) {
    if (part.empty()) continue;
    const auto number = to_number(part);
    if (number.has_value() || part == "-" || is_selection(part)) {
      if (node->kind == Kind::null) return nullptr;
      if (node->kind != Kind::list) throw_wrong_kind("SequenceNode", *node);
      if (is_selection(part)) {
        node = element_with(*node, parse_selection(part));
      } else {
        const long last = static_cast<long>(node->size) - 1;
        const long position = number.value_or(last);
        node = position < 0 || position > last ? nullptr : &node->items[position];
      }
    } else {
      if (part == "*") {
        throw Error(ErrorCode::invalid_input, "wildcard is not supported in PathGetter");
      }
      if (node->kind == Kind::null) return nullptr;
      if (node->kind != Kind::map) throw_wrong_kind("MappingNode", *node);
      node = model::find(*node, part);
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

}  // namespace reconcile::kustomize
