#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/executor.hpp"

namespace reconcile::gotemplate {
namespace {

std::string_view static_type_name(const GoValue& value) {
  return value.in_interface() ? "interface {}" : value.type_name();
}

struct FieldPlace {
  const GoField* field = nullptr;
  const GoValue* value = nullptr;
};

// The field `name` of a struct: its own ones come before those of the structs embedded in it.
FieldPlace find_field(const GoObject& object, std::string_view name) {
  const auto fields = object.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return {&fields[i], &object.values()[i]};
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].is_embedded) continue;
    const FieldPlace inner = find_field(*object.values()[i].as_object(), name);
    if (inner.field != nullptr) return inner;
  }
  return {};
}

bool is_hexadecimal_integer(std::string_view text) {
  return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
         text.find_first_of("pP") == std::string_view::npos;
}

}  // namespace

GoValue& Executor::variable(std::string_view name) {
  for (std::size_t i = variables_.size(); i-- > frame_.first_variable;) {
    if (variables_[i].name == name) return variables_[i].value;
  }
  fail("undefined variable: " + std::string(name));
}

void Executor::declare(std::string_view name, const GoValue& value) {
  variables_.push_back({name, value});
}

void Executor::assign(std::string_view name, const GoValue& value) {
  variable(name) = value;
}

GoValue Executor::pipeline(const GoValue& dot, const PipeNode* pipe) {
  if (pipe == nullptr) return {};
  at(*pipe);
  GoValue value;
  const GoValue* final = nullptr;
  for (const CommandNode* node : pipe->commands) {
    value = command(dot, *node, final);
    // The interface is unwrapped: nil inside of one becomes no value.
    value = value.is_nil() ? GoValue() : value.with_interface(false);
    final = &value;
  }
  for (const VariableNode* declared : pipe->declarations) {
    if (pipe->is_assign) {
      assign(declared->name, value);
    } else {
      declare(declared->name, value);
    }
  }
  return value;
}

void Executor::not_a_function(Arguments arguments, const GoValue* final) {
  if (arguments.size() <= 1 && final == nullptr) return;
  std::string text;
  append_node(text, *arguments[0]);
  fail("can't give argument to non-function " + text);
}

GoValue Executor::command(const GoValue& dot, const CommandNode& node, const GoValue* final) {
  step();
  const Node& first = *node.arguments[0];
  switch (first.kind) {
    case NodeKind::field:
      return field_node(dot, static_cast<const FieldNode&>(first), node.arguments, final);
    case NodeKind::chain:
      return chain_node(dot, static_cast<const ChainNode&>(first), node.arguments, final);
    case NodeKind::identifier:
      return function_node(dot, static_cast<const IdentifierNode&>(first), node, node.arguments,
                           final);
    case NodeKind::pipe: {
      not_a_function(node.arguments, final);
      GoValue value;
      stack_.run([&] { value = pipeline(dot, static_cast<const PipeNode*>(&first)); });
      return value;
    }
    case NodeKind::variable:
      return variable_node(dot, static_cast<const VariableNode&>(first), node.arguments, final);
    default:
      break;
  }
  at(first);
  not_a_function(node.arguments, final);
  switch (first.kind) {
    case NodeKind::boolean:
      return GoValue::boolean(static_cast<const BooleanNode&>(first).value);
    case NodeKind::dot:
      return dot;
    case NodeKind::nil:
      fail("nil is not a command");
    case NodeKind::number:
      return constant(static_cast<const NumberNode&>(first));
    case NodeKind::string:
      return GoValue::string(static_cast<const StringNode&>(first).text);
    default:
      break;
  }
  std::string text;
  append_node(text, first);
  fail("can't evaluate command " + quote(text));
}

GoValue Executor::constant(const NumberNode& number) {
  at(number);
  if (number.is_complex) {
    return GoValue::complex(context_.heap.make<std::complex<double>>(number.complex));
  }
  const bool looks_floating = number.text.find_first_of(".eEpP") != std::string_view::npos &&
                              number.text[0] != '\'' && !is_hexadecimal_integer(number.text);
  if (number.is_float && looks_floating) return GoValue::floating(number.floating);
  if (number.is_int) return GoValue::integer(number.integer);
  if (number.is_unsigned) fail(std::string(number.text) + " overflows int");
  return {};
}

GoValue Executor::field_node(const GoValue& dot, const FieldNode& node, Arguments arguments,
                             const GoValue* final) {
  at(node);
  return field_chain(dot, dot, node, node.fields, arguments, final);
}

GoValue Executor::chain_node(const GoValue& dot, const ChainNode& node, Arguments arguments,
                             const GoValue* final) {
  at(node);
  if (node.base->kind == NodeKind::nil) {
    std::string text;
    append_node(text, node);
    fail("indirection through explicit nil in " + text);
  }
  const GoValue base = argument(dot, '\0', *node.base);
  return field_chain(dot, base, node, node.fields, arguments, final);
}

GoValue Executor::variable_node(const GoValue& dot, const VariableNode& node, Arguments arguments,
                                const GoValue* final) {
  at(node);
  const GoValue value = variable(node.name);
  if (!node.fields.empty()) {
    return field_chain(dot, value, node, node.fields, arguments, final);
  }
  not_a_function(arguments, final);
  return value;
}

GoValue Executor::field_chain(const GoValue& dot, GoValue receiver, const Node& node,
                              std::span<const std::string_view> fields, Arguments arguments,
                              const GoValue* final) {
  for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
    receiver = field(dot, fields[i], node, {}, nullptr, receiver);
  }
  return field(dot, fields.back(), node, arguments, final, receiver);
}

const Function* Executor::method_of(const GoValue& receiver, std::string_view name) const {
  if (receiver.type() == GoType::object) {
    return receiver.as_object() == nullptr ? nullptr : receiver.as_object()->method(name);
  }
  if (receiver.type() == GoType::map || receiver.type() <= GoType::complex128) return nullptr;
  return functions_.find_method(receiver.type(), name);
}

GoValue Executor::map_field(const GoValue& receiver, std::string_view name) {
  const GoType element = type_info(receiver.type()).element;
  const GoMap* map = receiver.as_map();
  const GoValue* found = map == nullptr ? nullptr : map->find(name);
  if (found != nullptr) return found->with_interface(element == GoType::none);
  if (missing_key_ == MissingKey::error) fail("map has no entry for key " + quote(name));
  if (element == GoType::none) return GoValue::nil();
  return element == GoType::string ? GoValue::string("") : GoValue::typed_nil(element);
}

GoValue Executor::field(const GoValue& dot, std::string_view name, const Node& node,
                        Arguments arguments, const GoValue* final, const GoValue& receiver) {
  if (receiver.is_none()) {
    if (missing_key_ == MissingKey::error) fail("nil data; no entry for key " + quote(name));
    return {};
  }
  if (receiver.type() == GoType::nil) {
    fail("nil pointer evaluating interface {}." + std::string(name));
  }
  const Function* method = method_of(receiver, name);
  if (method != nullptr) return call(dot, *method, receiver, node, name, arguments, final);
  const bool has_arguments = arguments.size() > 1 || final != nullptr;
  if (receiver.is_map()) {
    if (has_arguments) fail(std::string(name) + " is not a method but has arguments");
    return map_field(receiver, name);
  }
  if (receiver.type() == GoType::object && receiver.as_object() == nullptr) {
    fail("nil pointer evaluating " + std::string(static_type_name(receiver)) + "." +
         std::string(name));
  }
  if (receiver.type() == GoType::object) {
    if (const FieldPlace place = find_field(*receiver.as_object(), name); place.field != nullptr) {
      if (place.field->is_hidden) {
        fail(std::string(name) + " is an unexported field of struct type " +
             std::string(static_type_name(receiver)));
      }
      if (has_arguments) {
        fail(std::string(name) + " has arguments but cannot be invoked as function");
      }
      return place.value->with_interface(place.field->is_interface);
    }
  }
  fail("can't evaluate field " + std::string(name) + " in type " +
       std::string(static_type_name(receiver)));
}

}  // namespace reconcile::gotemplate
