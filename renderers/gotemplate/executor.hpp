#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reconcile/gotemplate/template_set.hpp"
#include "renderers/gotemplate/deep_stack.hpp"
#include "renderers/gotemplate/node.hpp"

namespace reconcile::gotemplate {

/// Walks trees and evaluates pipelines by the rules of Go's text/template (go1.26).
class Executor {
 public:
  Executor(const TemplateSet& templates, const FunctionTable& functions, RenderContext& context,
           ExecutionLimits limits, MissingKey missing_key)
      : templates_(&templates),
        functions_(functions),
        context_(context),
        limits_(limits),
        missing_key_(missing_key) {}

  /// Runs `name` with fresh variables, as Template.ExecuteTemplate does.
  void execute(std::string_view name, GoValue data, std::string& out);
  void include(std::string_view name, GoValue data, std::string& out);
  void evaluate(std::string_view text, GoValue data, std::string& out);

 private:
  enum class Flow : std::uint8_t { normal, break_, continue_ };
  struct Variable {
    std::string_view name;
    GoValue value;
  };
  /// What belongs to one running template; saved around a call of another one.
  struct Frame {
    const TemplateSet::Template* running = nullptr;
    const Node* node = nullptr;
    std::size_t first_variable = 0;
    int depth = 0;
    std::string* out = nullptr;
  };
  using Arguments = std::span<const Node* const>;

  [[nodiscard]] const TemplateSet::Template& target(std::string_view name) const;
  void run_frame(const TemplateSet::Template& target, GoValue data, std::string& out, int depth);

  // Statements (executor_walk.cpp).
  Flow walk_list(const GoValue& dot, const ListNode& list);
  Flow walk(const GoValue& dot, const Node& node);
  Flow walk_branch(const GoValue& dot, const BranchNode& node);
  Flow walk_range(const GoValue& dot, const BranchNode& node);
  Flow range_over(const GoValue& dot, const BranchNode& node, const GoValue& value);
  Flow range_integer(const BranchNode& node, const GoValue& value);
  Flow range_once(const BranchNode& node, const GoValue& index, const GoValue& element);
  void walk_template(const GoValue& dot, const TemplateNode& node);
  void print_value(const Node& node, const GoValue& value);
  void write(std::string_view text);

  // Expressions (executor_evaluate.cpp). `final` is the piped value, null where there is none.
  GoValue pipeline(const GoValue& dot, const PipeNode* pipe);
  GoValue command(const GoValue& dot, const CommandNode& node, const GoValue* final);
  GoValue constant(const NumberNode& number);
  GoValue field_node(const GoValue& dot, const FieldNode& node, Arguments arguments,
                     const GoValue* final);
  GoValue chain_node(const GoValue& dot, const ChainNode& node, Arguments arguments,
                     const GoValue* final);
  GoValue variable_node(const GoValue& dot, const VariableNode& node, Arguments arguments,
                        const GoValue* final);
  GoValue field_chain(const GoValue& dot, GoValue receiver, const Node& node,
                      std::span<const std::string_view> fields, Arguments arguments,
                      const GoValue* final);
  GoValue field(const GoValue& dot, std::string_view name, const Node& node, Arguments arguments,
                const GoValue* final, const GoValue& receiver);
  GoValue map_field(const GoValue& receiver, std::string_view name);
  const Function* method_of(const GoValue& receiver, std::string_view name) const;
  void not_a_function(Arguments arguments, const GoValue* final);

  // Calls (executor_call.cpp).
  GoValue function_node(const GoValue& dot, const IdentifierNode& node, const Node& command,
                        Arguments arguments, const GoValue* final);
  GoValue call(const GoValue& dot, const Function& function, const GoValue& receiver,
               const Node& node, std::string_view name, Arguments arguments, const GoValue* final);
  GoValue call_lazy(const GoValue& dot, const IdentifierNode& node, Arguments arguments,
                    const GoValue* final);
  GoValue invoke(const Function& function, const GoValue& receiver, const Node& node,
                 std::string_view name, std::span<const GoValue> values);
  GoValue argument(const GoValue& dot, char parameter, const Node& node);
  GoValue constant_argument(char parameter, const Node& node);
  GoValue validated(const GoValue& value, char parameter);

  // Variables.
  void declare(std::string_view name, const GoValue& value);
  void assign(std::string_view name, const GoValue& value);
  GoValue& variable(std::string_view name);

  void step() {
    if ((++steps_ & 0xFFFU) == 0 || steps_ > limits_.steps_max) check_limits();
  }
  void check_limits() const;
  /// Counts what a call over `values` may read, and what earlier calls told.
  void charge(std::span<const GoValue> values);
  void at(const Node& node) { frame_.node = &node; }
  /// `causes` are the errors that the message ends with, by their sizes.
  [[noreturn]] void fail(const std::string& message, std::vector<std::size_t> causes = {});

  const TemplateSet* templates_;
  const FunctionTable& functions_;
  RenderContext& context_;
  ExecutionLimits limits_;
  MissingKey missing_key_;
  Frame frame_;
  std::vector<Variable> variables_;
  DeepStack stack_;
  std::uint64_t steps_ = 0;
  std::size_t written_ = 0;
  std::unordered_map<std::string_view, int> included_;  // by names in templates_, which live on
  std::unordered_map<std::string_view, std::shared_ptr<const ParsedFile>> parsed_;
};

}  // namespace reconcile::gotemplate
