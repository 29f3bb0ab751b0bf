#include "reconcile/cel/expression.hpp"

#include <string>
#include <utility>

#include "base/cel/checker.hpp"
#include "base/cel/evaluator.hpp"
#include "base/cel/literal_text.hpp"
#include "base/cel/parser.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::cel {
namespace {

[[noreturn]] void refuse(std::string message) {
  throw model::Error(model::ErrorCode::invalid_input, std::move(message));
}

void require_clean(const SourceText& source, std::string_view text, std::vector<Issue> issues) {
  if (issues.empty()) return;
  refuse("failed to parse the CEL expression '" + std::string(text) +
         "': " + source.describe(std::move(issues)));
}

std::unique_ptr<const Plan> plan_of(const SyntaxTree& tree, bool checked) {
  try {
    return make_plan(tree, checked);
  } catch (const model::Error& error) {
    throw model::Error(error.code(), "failed to create CEL program: " + error.message());
  }
}

DocumentNumbers document_numbers(Numbers numbers) {
  return numbers == Numbers::doubles ? DocumentNumbers::doubles : DocumentNumbers::integers;
}

}  // namespace

struct Expression::Compiled {
  std::string text;
  std::unique_ptr<const Plan> plan;
};

Variables Variables::fields_of(model::Value object) {
  Variables variables;
  variables.object_ = object;
  return variables;
}

Variables& Variables::set(std::string name, model::Value value, Numbers numbers) {
  bindings_.push_back({std::move(name), value, numbers});
  return *this;
}

const Variables::Binding* Variables::find(std::string_view name) const {
  for (const Binding& binding : bindings_) {
    if (binding.name == name) return &binding;
  }
  return nullptr;
}

Expression::Expression(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {
}

Expression Expression::parse(std::string_view text) {
  const SourceText source(text);
  std::vector<Issue> issues;
  const SyntaxTree tree = parse_syntax(source, issues);
  require_clean(source, text, std::move(issues));
  return Expression(
      std::make_shared<const Compiled>(Compiled{std::string(text), plan_of(tree, false)}));
}

Expression Expression::compile(std::string_view text, const Declarations& declarations) {
  const SourceText source(text);
  std::vector<Issue> issues;
  SyntaxTree tree = parse_syntax(source, issues);
  require_clean(source, text, issues);
  const TypePtr type = check_types(tree, declarations.variables, issues);
  require_clean(source, text, issues);
  check_literals(tree, issues);
  check_formats(tree, issues);
  require_clean(source, text, issues);
  if (const std::string found = declared_type(*type);
      !declarations.result.empty() && found != declarations.result) {
    refuse("CEL expression output type mismatch: expected " + declarations.result + ", got " +
           found);
  }
  return Expression(
      std::make_shared<const Compiled>(Compiled{std::string(text), plan_of(tree, true)}));
}

const std::string& Expression::text() const noexcept {
  return compiled_->text;
}

template <class Use>
auto Expression::run(const Variables& variables, const Limits& limits, Use use) const {
  const std::string prefix = "failed to evaluate the CEL expression '" + text() + "': ";
  Heap heap(limits.memory_bytes_max, limits.steps_max);
  const FindVariable find = [&](Heap& values, std::string_view name, Value& found) {
    if (const Variables::Binding* binding = variables.find(name)) {
      found = values.from_document(binding->value, document_numbers(binding->numbers));
      return true;
    }
    const model::Value field = variables.object_[name];
    if (!field.present()) return false;
    found = values.from_document(field, DocumentNumbers::integers);
    return true;
  };
  try {
    const Value value = cel::evaluate(*compiled_->plan, heap, find);
    if (!value.is_error()) return use(heap, value);
    refuse(std::string(value.view()));
  } catch (const model::Error& error) {
    throw model::Error(error.code(), prefix + error.message());
  }
}

bool Expression::evaluate_boolean(const Variables& variables, const Limits& limits) const {
  const std::optional<bool> result =
      run(variables, limits, [](Heap&, const Value& value) -> std::optional<bool> {
        if (!value.is(ValueKind::boolean)) return std::nullopt;
        return value.boolean;
      });
  if (!result) refuse("failed to evaluate CEL expression as boolean: '" + text() + "'");
  return *result;
}

std::string Expression::evaluate_string(const Variables& variables, const Limits& limits) const {
  const std::optional<std::string> result =
      run(variables, limits, [](Heap&, const Value& value) -> std::optional<std::string> {
        if (!value.is(ValueKind::string)) return std::nullopt;
        return std::string(value.view());
      });
  if (!result) refuse("failed to evaluate CEL expression as string: '" + text() + "'");
  return *result;
}

Expression::Result Expression::evaluate(const Variables& variables, const Limits& limits) const {
  return run(variables, limits, [](Heap& heap, const Value& value) {
    Result result{std::string(type_name(value)), ""};
    append_literal(heap, value, result.text);
    return result;
  });
}

}  // namespace reconcile::cel
