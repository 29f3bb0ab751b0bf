#include <array>
#include <utility>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/gotemplate/builtins.hpp"
#include "renderers/gotemplate/executor.hpp"

namespace reconcile::gotemplate {
namespace {

// A call in steps, apart from what it reads or copies, which takes one step for so much:
constexpr std::uint64_t steps_per_call = 32;
constexpr std::size_t bytes_per_step = 4;
constexpr std::size_t items_per_step = 2;
constexpr std::size_t entries_per_step = 64;

std::string parameter_type(char parameter) {
  switch (parameter) {
    case 's':
      return "string";
    case 'i':
      return "int";
    case 'I':
      return "int64";
    case 'u':
      return "uint32";
    case 'f':
      return "float64";
    case 'b':
      return "bool";
    case 'm':
      return "map[string]interface {}";
    case 'l':
      return "[]interface {}";
    case 'S':
      return "[]string";
    case 't':
      return "time.Time";
    case 'd':
      return "time.Duration";
    case 'c':
      return "sprig.certificate";
    case 'v':
      return "reflect.Value";
    case 'w':
      return "io.Writer";
    default:
      return "interface {}";
  }
}

bool is_object_named(const GoValue& value, std::string_view name) {
  return value.type() == GoType::object && value.type_name() == name;
}

// Whether a value of this type may be passed; reflect's AssignableTo.
bool is_assignable(const GoValue& value, char parameter) {
  switch (parameter) {
    case 's':
      return value.type() == GoType::string;
    case 'i':
      return value.type() == GoType::int_;
    case 'I':
      return value.type() == GoType::int64;
    case 'u':
      return value.type() == GoType::uint32;
    case 'f':
      return value.type() == GoType::float64;
    case 'b':
      return value.type() == GoType::boolean;
    case 'm':
      return is_any_map_type(value.type());
    case 'l':
      return value.type() == GoType::list;
    case 'S':
      return value.type() == GoType::strings || value.type() == GoType::versions ||
             value.type() == GoType::versions_v3;
    case 't':
      return is_object_named(value, "time.Time");
    case 'd':
      return value.type() == GoType::duration;
    case 'c':
      return is_object_named(value, "sprig.certificate");
    case 'w':
      return false;  // nothing in a template is one
    default:
      return true;
  }
}

// The zero value of a parameter that takes nil; false where it takes none.
bool nil_for(char parameter, GoValue& value) {
  switch (parameter) {
    case 'a':
    case 'w':
      value = GoValue::nil();
      return true;
    case 'v':
      value = GoValue();
      return true;
    case 'm':
      value = GoValue::typed_nil(GoType::map);
      return true;
    case 'l':
      value = GoValue::typed_nil(GoType::list);
      return true;
    case 'S':
      value = GoValue::typed_nil(GoType::strings);
      return true;
    default:
      return false;
  }
}

GoValue converted(const GoValue& value, char parameter) {
  if (parameter == 'm') return value.with_type(GoType::map).with_interface(false);
  if (parameter == 'S') return value.with_type(GoType::strings).with_interface(false);
  if (parameter == 'a' && value.type() == GoType::object && value.as_object() != nullptr) {
    return GoValue::object(&value.as_object()->detached());
  }
  return parameter == 'v' ? value : value.with_interface(false);
}

std::string node_text(const Node& node) {
  std::string text;
  append_node(text, node);
  return text;
}

}  // namespace

GoValue Executor::function_node(const GoValue& dot, const IdentifierNode& node, const Node& command,
                                Arguments arguments, const GoValue* final) {
  at(node);
  if (node.lazy != LazyFunction::none) return call_lazy(dot, node, arguments, final);
  GoValue receiver;
  if (node.function->body == builtin_call) {
    // `call` names its callee in errors as it stands in the template.
    std::string callee;
    if (arguments.size() > 1) {
      append_node(callee, *arguments[1]);
    } else if (final != nullptr) {
      callee = final->is_string() ? std::string(final->as_text())
                                  : "<" + std::string(final->type_name()) + " Value>";
    }
    receiver = context_.heap.string(callee);
  }
  return call(dot, *node.function, receiver, command, node.name, arguments, final);
}

GoValue Executor::call_lazy(const GoValue& dot, const IdentifierNode& node, Arguments arguments,
                            const GoValue* final) {
  if (!arguments.empty()) arguments = arguments.subspan(1);
  if (arguments.empty() && final == nullptr) {
    fail("wrong number of args for " + std::string(node.name) + ": want at least 1 got 0");
  }
  GoValue value;
  for (const Node* operand : arguments) {
    value = argument(dot, 'v', *operand);
    if (is_true(value) == (node.lazy == LazyFunction::or_)) return value;
  }
  return final == nullptr ? value : *final;
}

GoValue Executor::call(const GoValue& dot, const Function& function, const GoValue& receiver,
                       const Node& node, std::string_view name, Arguments arguments,
                       const GoValue* final) {
  if (!arguments.empty()) arguments = arguments.subspan(1);
  std::string_view parameters = function.parameters;
  const bool variadic = parameters.ends_with('*');
  if (variadic) parameters.remove_suffix(1);
  const std::size_t given = arguments.size() + (final == nullptr ? 0 : 1);
  const std::size_t fixed = parameters.size() - (variadic ? 1 : 0);
  if (variadic && given < fixed) {
    fail("wrong number of args for " + std::string(name) + ": want at least " +
         std::to_string(fixed) + " got " + std::to_string(arguments.size()));
  }
  if (!variadic && given != fixed) {
    fail("wrong number of args for " + std::string(name) + ": want " + std::to_string(fixed) +
         " got " + std::to_string(given));
  }
  std::array<GoValue, 6> few;
  std::vector<GoValue> many(given > few.size() ? given : 0);
  GoValue* values = many.empty() ? few.data() : many.data();
  const auto parameter = [&](std::size_t i) { return parameters[i < fixed ? i : fixed]; };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    values[i] = argument(dot, parameter(i), *arguments[i]);
  }
  if (final != nullptr) values[given - 1] = validated(*final, parameter(given - 1));
  return invoke(function, receiver, node, name, {values, given});
}

void Executor::charge(std::span<const GoValue> values) {
  std::uint64_t work = steps_per_call + std::exchange(context_.work, 0);
  for (const GoValue& value : values) {
    if (value.is_string()) {
      work += value.as_text().size() / bytes_per_step;
    } else if (value.is_slice()) {
      work += value.length() / items_per_step;
    } else if (value.is_map()) {
      work += value.length() / entries_per_step;
    }
  }
  steps_ += work;
  if (steps_ > limits_.steps_max) check_limits();
}

GoValue Executor::invoke(const Function& function, const GoValue& receiver, const Node& node,
                         std::string_view name, std::span<const GoValue> values) {
  charge(values);
  Call call{context_, values, receiver};
  std::string message;
  std::vector<std::size_t> causes;
  try {
    const GoValue result = function.body(call);
    if (result.is_string()) context_.work += result.as_text().size() / bytes_per_step;
    return result;
  } catch (const FunctionError& error) {
    causes.push_back(std::string_view(error.what()).size());
    message = error.what();
  } catch (const TemplateError& error) {
    causes.push_back(error.message().size());
    causes.insert(causes.end(), error.causes().begin(), error.causes().end());
    message = error.message();
  } catch (const model::Error& error) {
    if (error.code() == model::ErrorCode::limit_exceeded ||
        error.code() == model::ErrorCode::cancelled) {
      throw;
    }
    causes.push_back(error.message().size());
    message = error.message();
  }
  at(node);
  fail("error calling " + std::string(name) + ": " + message, std::move(causes));
}

// Guarantees that `value` may be passed; parameter '\0' takes everything.
GoValue Executor::validated(const GoValue& value, char parameter) {
  if (parameter == '\0') return value;
  if (value.is_none()) {
    GoValue nil;
    if (nil_for(parameter, nil)) return nil;
    fail("invalid value; expected " + parameter_type(parameter));
  }
  if (parameter == 'v') return value;
  if (is_assignable(value, parameter) && (parameter == 'a' || value.type() != GoType::nil)) {
    return converted(value, parameter);
  }
  fail("wrong type for value; expected " + parameter_type(parameter) + "; got " +
       (value.type() == GoType::nil ? "interface {}" : std::string(value.type_name())));
}

GoValue Executor::argument(const GoValue& dot, char parameter, const Node& node) {
  step();
  at(node);
  const Node* self = &node;
  switch (node.kind) {
    case NodeKind::dot:
      return validated(dot, parameter);
    case NodeKind::nil: {
      GoValue nil;
      if (!nil_for(parameter, nil)) fail("cannot assign nil to " + parameter_type(parameter));
      return nil;
    }
    case NodeKind::field:
      return validated(
          field_node(dot, static_cast<const FieldNode&>(node), Arguments(&self, 1), nullptr),
          parameter);
    case NodeKind::variable:
      return validated(variable_node(dot, static_cast<const VariableNode&>(node), {}, nullptr),
                       parameter);
    case NodeKind::pipe: {
      GoValue value;
      stack_.run([&] { value = pipeline(dot, static_cast<const PipeNode*>(&node)); });
      return validated(value, parameter);
    }
    case NodeKind::identifier:
      return validated(
          function_node(dot, static_cast<const IdentifierNode&>(node), node, {}, nullptr),
          parameter);
    case NodeKind::chain:
      return validated(chain_node(dot, static_cast<const ChainNode&>(node), {}, nullptr),
                       parameter);
    default:
      return constant_argument(parameter, node);
  }
}

GoValue Executor::constant_argument(char parameter, const Node& node) {
  const auto* number =
      node.kind == NodeKind::number ? static_cast<const NumberNode*>(&node) : nullptr;
  switch (parameter) {
    case 'b':
      if (node.kind != NodeKind::boolean) fail("expected bool; found " + node_text(node));
      return GoValue::boolean(static_cast<const BooleanNode&>(node).value);
    case 'f':
      if (number == nullptr || !number->is_float) fail("expected float; found " + node_text(node));
      return GoValue::floating(number->floating);
    case 'i':
    case 'I':
    case 'd': {
      if (number == nullptr || !number->is_int) fail("expected integer; found " + node_text(node));
      const GoType type = parameter == 'i'   ? GoType::int_
                          : parameter == 'I' ? GoType::int64
                                             : GoType::duration;
      return GoValue::integer(number->integer, type);
    }
    case 'u':
      if (number == nullptr || !number->is_unsigned) {
        fail("expected unsigned integer; found " + node_text(node));
      }
      return GoValue::unsigned_integer(static_cast<std::uint32_t>(number->unsigned_integer),
                                       GoType::uint32);
    case 's':
      if (node.kind != NodeKind::string) fail("expected string; found " + node_text(node));
      return GoValue::string(static_cast<const StringNode&>(node).text);
    case 'a':
    case 'v':
      if (number != nullptr) return constant(*number);
      if (node.kind == NodeKind::boolean) {
        return GoValue::boolean(static_cast<const BooleanNode&>(node).value);
      }
      if (node.kind == NodeKind::string) {
        return GoValue::string(static_cast<const StringNode&>(node).text);
      }
      break;
    default:
      break;
  }
  fail("can't handle " + node_text(node) + " for arg of type " + parameter_type(parameter));
}

}  // namespace reconcile::gotemplate
