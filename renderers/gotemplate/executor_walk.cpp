#include <algorithm>
#include <vector>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/executor.hpp"
#include "renderers/gotemplate/printer.hpp"

namespace reconcile::gotemplate {
namespace {

// Calls of `template` inside of each other, as in Go.
constexpr int template_depth_max = 100000;

}  // namespace

void Executor::check_limits() const {
  if (steps_ > limits_.steps_max) {
    throw model::Error(
        model::ErrorCode::limit_exceeded,
        "template takes more than the limit of " + std::to_string(limits_.steps_max) + " steps");
  }
  if (limits_.cancelled != nullptr && limits_.cancelled->load(std::memory_order_relaxed)) {
    throw model::Error(model::ErrorCode::cancelled, "rendering was cancelled");
  }
}

void Executor::write(std::string_view text) {
  written_ += text.size();
  if (written_ > limits_.output_bytes_max) {
    throw model::Error(model::ErrorCode::limit_exceeded,
                       "templates write more than the limit of " +
                           std::to_string(limits_.output_bytes_max) + " bytes");
  }
  frame_.out->append(text);
}

Executor::Flow Executor::walk_list(const GoValue& dot, const ListNode& list) {
  at(list);
  for (const Node* node : list.nodes) {
    const Flow flow = walk(dot, *node);
    if (flow != Flow::normal) return flow;
  }
  return Flow::normal;
}

Executor::Flow Executor::walk(const GoValue& dot, const Node& node) {
  step();
  at(node);
  switch (node.kind) {
    case NodeKind::text:
      write(static_cast<const TextNode&>(node).text);
      break;
    case NodeKind::action: {
      const PipeNode* pipe = static_cast<const ActionNode&>(node).pipe;
      const GoValue value = pipeline(dot, pipe);
      if (pipe->declarations.empty()) print_value(node, value);
      break;
    }
    case NodeKind::if_:
    case NodeKind::with:
    case NodeKind::range: {
      const auto& branch = static_cast<const BranchNode&>(node);
      Flow flow = Flow::normal;
      stack_.run([&] {
        flow = node.kind == NodeKind::range ? walk_range(dot, branch) : walk_branch(dot, branch);
      });
      return flow;
    }
    case NodeKind::template_:
      walk_template(dot, static_cast<const TemplateNode&>(node));
      break;
    case NodeKind::break_:
      return Flow::break_;
    case NodeKind::continue_:
      return Flow::continue_;
    default:
      break;
  }
  return Flow::normal;
}

Executor::Flow Executor::walk_branch(const GoValue& dot, const BranchNode& node) {
  const std::size_t mark = variables_.size();
  const GoValue value = pipeline(dot, node.pipe);
  Flow flow = Flow::normal;
  if (is_true(value)) {
    flow = walk_list(node.kind == NodeKind::with ? value : dot, *node.list);
  } else if (node.else_list != nullptr) {
    flow = walk_list(dot, *node.else_list);
  }
  variables_.resize(mark);
  return flow;
}

Executor::Flow Executor::walk_range(const GoValue& dot, const BranchNode& node) {
  const std::size_t mark = variables_.size();
  const GoValue value = pipeline(dot, node.pipe);
  const Flow flow = range_over(dot, node, value);
  variables_.resize(mark);
  // Go ends this range also where its else branch breaks.
  return flow == Flow::break_ ? Flow::normal : flow;
}

Executor::Flow Executor::range_once(const BranchNode& node, const GoValue& index,
                                    const GoValue& element) {
  step();
  const auto declared = node.pipe->declarations;
  const bool pair = declared.size() > 1;
  if (!declared.empty() && node.pipe->is_assign) {
    if (pair) assign(declared[0]->name, index);
    assign(declared[pair ? 1 : 0]->name, element);
  } else if (!declared.empty()) {
    variables_[variables_.size() - 1].value = element;
    if (pair) variables_[variables_.size() - 2].value = index;
  }
  const std::size_t mark = variables_.size();
  const Flow flow = walk_list(element, *node.list);
  variables_.resize(mark);
  return flow;
}

Executor::Flow Executor::range_integer(const BranchNode& node, const GoValue& value) {
  const std::int64_t count = value.as_integer();
  for (std::int64_t i = 0; i < count; ++i) {
    const GoValue element = GoValue::integer(i, value.type());
    if (range_once(node, GoValue(), element) == Flow::break_) break;
  }
  return Flow::normal;
}

// A break ends here; Go's else branch runs where there was nothing to range over.
Executor::Flow Executor::range_over(const GoValue& dot, const BranchNode& node,
                                    const GoValue& value) {
  const auto run_else = [&] {
    return node.else_list == nullptr ? Flow::normal : walk_list(dot, *node.else_list);
  };
  if (is_signed_type(value.type()) || is_unsigned_type(value.type())) {
    if (node.pipe->declarations.size() > 1) {
      std::string text;
      append_printed(text, value);
      fail("can't use " + text + " to iterate over more than one variable");
    }
    return value.as_integer() > 0 ? range_integer(node, value) : run_else();
  }
  if (!value.is_nil() && !value.is_map() && !value.is_slice()) {
    std::string text;
    append_printed(text, value);
    fail("range can't iterate over " + text.substr(text.starts_with("&{") ? 1 : 0));
  }
  if (value.length() == 0) return run_else();
  const bool in_interface = type_info(value.type()).element == GoType::none;
  if (value.type() == GoType::bytes) {
    const std::string_view data = value.as_text();
    for (std::size_t i = 0; i < data.size(); ++i) {
      const GoValue element =
          GoValue::unsigned_integer(static_cast<unsigned char>(data[i]), GoType::uint8);
      const GoValue index = GoValue::integer(static_cast<std::int64_t>(i));
      if (range_once(node, index, element) == Flow::break_) break;
    }
  } else if (value.is_slice()) {
    const auto items = value.as_items();
    for (std::size_t i = 0; i < items.size(); ++i) {
      const GoValue index = GoValue::integer(static_cast<std::int64_t>(i));
      if (range_once(node, index, items[i].with_interface(in_interface)) == Flow::break_) break;
    }
  } else {
    // A copy: the body may change the map, which Go does not show to the running loop.
    const auto entries = value.as_map()->entries();
    const std::vector<GoEntry> snapshot(entries.begin(), entries.end());
    for (const GoEntry& entry : snapshot) {
      const GoValue element = entry.value.with_interface(in_interface);
      if (range_once(node, GoValue::string(entry.name()), element) == Flow::break_) break;
    }
  }
  return Flow::normal;
}

void Executor::walk_template(const GoValue& dot, const TemplateNode& node) {
  const TemplateSet::Template* target = templates_->find(node.name);
  if (target == nullptr) fail("template " + quote(node.name) + " not defined");
  if (frame_.depth == template_depth_max) {
    fail("exceeded maximum template depth (" + std::to_string(template_depth_max) + ")");
  }
  const GoValue data = pipeline(dot, node.pipe);
  run_frame(*target, data, *frame_.out, frame_.depth + 1);
}

void Executor::print_value(const Node& node, const GoValue& value) {
  at(node);
  if (value.is_string()) return write(value.as_text());
  if (value.is_none()) return write("<no value>");
  std::string text;
  try {
    append_addressed(text, value);
  } catch (const FunctionError& error) {
    fail(error.what());
  }
  write(text);
}

}  // namespace reconcile::gotemplate
