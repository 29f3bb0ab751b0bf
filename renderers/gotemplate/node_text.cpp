#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/node.hpp"

namespace reconcile::gotemplate {
namespace {

template <class T>
const T& as(const Node& node) {
  return static_cast<const T&>(node);
}

void append_fields(std::string& out, std::span<const std::string_view> fields) {
  for (const std::string_view field : fields) out.append(".").append(field);
}

void append_nested(std::string& out, const Node& node, int depth);

void append_parenthesized(std::string& out, const Node& node, int depth) {
  if (node.kind != NodeKind::pipe) return append_nested(out, node, depth);
  out += '(';
  append_nested(out, node, depth + 1);
  out += ')';
}

void append_pipe(std::string& out, const PipeNode& pipe, int depth) {
  bool first = true;
  for (const VariableNode* variable : pipe.declarations) {
    if (!first) out += ", ";
    first = false;
    append_nested(out, *variable, depth);
  }
  if (!first) out += pipe.is_assign ? " = " : " := ";
  first = true;
  for (const CommandNode* command : pipe.commands) {
    if (!first) out += " | ";
    first = false;
    append_nested(out, *command, depth);
  }
}

void append_command(std::string& out, const CommandNode& command, int depth) {
  bool first = true;
  for (const Node* argument : command.arguments) {
    if (!first) out += ' ';
    first = false;
    append_parenthesized(out, *argument, depth);
  }
}

void append_branch(std::string& out, const BranchNode& branch, int depth) {
  const std::string_view name = branch.kind == NodeKind::if_     ? "if"
                                : branch.kind == NodeKind::range ? "range"
                                                                 : "with";
  out.append("{{").append(name).append(" ");
  append_pipe(out, *branch.pipe, depth);
  out += "}}";
  append_nested(out, *branch.list, depth + 1);
  if (branch.else_list != nullptr) {
    out += "{{else}}";
    append_nested(out, *branch.else_list, depth + 1);
  }
  out += "{{end}}";
}

void append_template(std::string& out, const TemplateNode& node, int depth) {
  out += "{{template ";
  append_quoted(out, node.name);
  if (node.pipe != nullptr) {
    out += ' ';
    append_pipe(out, *node.pipe, depth);
  }
  out += "}}";
}

bool is_blank(std::string_view text) {
  // bytes.TrimSpace: the ASCII blanks, and NEL, NBSP and the Unicode spaces.
  std::size_t i = 0;
  while (i < text.size()) {
    if (std::string_view(" \t\n\v\f\r").find(text[i]) != std::string_view::npos) {
      ++i;
      continue;
    }
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\xC2\x85") || rest.starts_with("\xC2\xA0")) {
      i += 2;
    } else if (rest.starts_with("\xE3\x80\x80") || rest.starts_with("\xE1\x9A\x80") ||
               rest.starts_with("\xE2\x81\x9F")) {
      i += 3;
    } else if (rest.size() >= 3 && rest.starts_with("\xE2\x80")) {
      const auto last = static_cast<unsigned char>(rest[2]);
      if (!(last <= 0x8A || last == 0xA8 || last == 0xA9 || last == 0xAF)) return false;
      i += 3;
    } else {
      return false;
    }
  }
  return true;
}

// Deeper parts are left out: an error text needs none of them.
constexpr int depth_max = 500;

void append_nested(std::string& out, const Node& node, int depth) {
  if (depth > depth_max) {
    out += "…";
    return;
  }
  switch (node.kind) {
    case NodeKind::text:
      out += as<TextNode>(node).text;
      break;
    case NodeKind::action:
      out += "{{";
      append_pipe(out, *as<ActionNode>(node).pipe, depth);
      out += "}}";
      break;
    case NodeKind::list:
      for (const Node* child : as<ListNode>(node).nodes) append_nested(out, *child, depth);
      break;
    case NodeKind::if_:
    case NodeKind::range:
    case NodeKind::with:
      append_branch(out, as<BranchNode>(node), depth);
      break;
    case NodeKind::template_:
      append_template(out, as<TemplateNode>(node), depth);
      break;
    case NodeKind::break_:
      out += "{{break}}";
      break;
    case NodeKind::continue_:
      out += "{{continue}}";
      break;
    case NodeKind::pipe:
      append_pipe(out, as<PipeNode>(node), depth);
      break;
    case NodeKind::command:
      append_command(out, as<CommandNode>(node), depth);
      break;
    case NodeKind::field:
      append_fields(out, as<FieldNode>(node).fields);
      break;
    case NodeKind::chain:
      append_parenthesized(out, *as<ChainNode>(node).base, depth);
      append_fields(out, as<ChainNode>(node).fields);
      break;
    case NodeKind::identifier:
      out += as<IdentifierNode>(node).name;
      break;
    case NodeKind::variable:
      out += as<VariableNode>(node).name;
      append_fields(out, as<VariableNode>(node).fields);
      break;
    case NodeKind::dot:
      out += '.';
      break;
    case NodeKind::nil:
      out += "nil";
      break;
    case NodeKind::boolean:
      out += as<BooleanNode>(node).value ? "true" : "false";
      break;
    case NodeKind::number:
      out += as<NumberNode>(node).text;
      break;
    case NodeKind::string:
      out += as<StringNode>(node).quoted;
      break;
  }
}

}  // namespace

void append_node(std::string& out, const Node& node) {
  append_nested(out, node, 0);
}

bool is_empty_tree(const ListNode& list) {
  for (const Node* node : list.nodes) {
    if (node->kind != NodeKind::text || !is_blank(as<TextNode>(*node).text)) return false;
  }
  return true;
}

}  // namespace reconcile::gotemplate
