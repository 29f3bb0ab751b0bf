#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/regex.hpp"

namespace reconcile::kustomize {

/// One step of a path: how kyaml reads it.
struct PathStep {
  std::string field;  ///< of `[field=value]`; empty in `[=value]`
  std::string value;
};

/// The number that a step is, e.g. of "2" or "+2"; absent for anything else.
std::optional<long> step_number(std::string_view step);
bool is_position_step(std::string_view step);
bool is_selection_step(std::string_view step);
/// Throws Error(invalid_input) where `step` has no '='.
PathStep parse_selection_step(std::string_view step);
[[noreturn]] void throw_out_of_range(std::size_t position, std::size_t size);

/// Walks a path as kyaml 0.21.2's PathMatcher does, over any tree. `Tree` gives the kinds of nodes,
/// their fields and items, makes new ones and throws where a node is of the wrong kind.
template <class Tree>
class PathWalk {
 public:
  using Node = typename Tree::Node;

  PathWalk(Tree& tree, bool creates) : tree_(tree), creates_(creates) {}

  void match(Node& node, std::span<const std::string> path) {
    if (path.empty()) {
      found_.push_back(&node);
      return;
    }
    const std::string& step = path.front();
    if (is_position_step(step)) {
      match_position(node, static_cast<std::size_t>(*step_number(step)), path);
    } else if (is_selection_step(step)) {
      match_selection(node, parse_selection_step(step), path, creates_);
    } else if (step == "*") {
      tree_.require_list(node);
      for (Node& item : tree_.items(node)) match(item, path.subspan(1));
    } else {
      match_field(node, path);
    }
  }

  std::vector<Node*> take() { return std::move(found_); }

 private:
  // A node for the step before `rest`.
  Node made_for(std::span<const std::string> rest) {
    if (rest.empty()) return tree_.made_end();
    const bool is_list = is_selection_step(rest.front()) || is_position_step(rest.front());
    return is_list ? tree_.made_list() : tree_.made_map();
  }

  void match_field(Node& node, std::span<const std::string> path) {
    const std::span<const std::string> rest = path.subspan(1);
    Node* field = nullptr;
    if (!tree_.is_null(node)) {
      tree_.require_map(node);
      field = tree_.find(node, path.front());
    }
    if (field == nullptr) {
      if (!creates_) return;
      // What is made below null is lost: null stays null.
      field = tree_.is_null(node) ? tree_.detached(made_for(rest))
                                  : tree_.set(node, path.front(), made_for(rest));
    } else if (tree_.is_text(*field) && !rest.empty()) {
      // What is found in text that parses as YAML is no part of the object.
      for (Node* found : tree_.match_inside(*field, rest, creates_)) found_.push_back(found);
      return;
    }
    match(*field, rest);
  }

  void match_position(Node& node, std::size_t position, std::span<const std::string> path) {
    tree_.require_list(node);
    if (tree_.items(node).size() == position && creates_) {
      tree_.append(node, made_for(path.subspan(1)));
    }
    const std::size_t size = tree_.items(node).size();
    if (position >= size) throw_out_of_range(position, size);
    match(tree_.items(node)[position], path.subspan(1));
  }

  void match_selection(Node& node, const PathStep& step, std::span<const std::string> path,
                       bool may_create) {
    tree_.require_list(node);
    const auto pattern = model::Regex::cached(step.value);
    const std::size_t before = found_.size();
    for (Node& item : tree_.items(node)) {
      if (step.field.empty()) {
        if (pattern->matches(tree_.written(item))) found_.push_back(&item);
        continue;
      }
      Node* field = tree_.find(item, step.field);
      if (field == nullptr || !pattern->matches(tree_.written(*field))) continue;
      match(item, path.subspan(1));
    }
    if (found_.size() > before || !may_create || tree_.is_null(node)) return;
    tree_.append(node, step.field.empty() ? tree_.made_text(step.value)
                                          : tree_.made_pair(step.field, step.value));
    match_selection(node, step, path, false);
  }

  Tree& tree_;
  bool creates_;
  std::vector<Node*> found_;
};

}  // namespace reconcile::kustomize
