// Functions of Helm 4.3.1's engine that run templates or stop them.
#include <string>

#include "reconcile/gotemplate/template_set.hpp"

namespace reconcile::gotemplate {
namespace {

constexpr std::string_view no_value = "<no value>";

// Helm looks for these marks where it lays out an execution error.
FunctionError user_error(std::string_view text) {
  return FunctionError("HELM_ERR_START" + std::string(text) + "HELM_ERR_END");
}

GoValue helm_include(Call& call) {
  std::string out;
  call.context.templates->include(call.text(0), call[1], out);
  return call.heap().string(out);
}

GoValue helm_tpl(Call& call) {
  std::string out;
  call.context.templates->evaluate(call.text(0), call[1], out);
  remove_no_value(out);
  return call.heap().string(out);
}

GoValue helm_required(Call& call) {
  const GoValue& value = call[1];
  if (value.is_nil() || (value.is_string() && value.as_text().empty())) {
    throw user_error(call.text(0));
  }
  return value;
}

GoValue helm_fail(Call& call) {
  throw user_error(call.text(0));
}

constexpr Function functions[] = {
    {"include", "sa", helm_include},
    {"tpl", "sa", helm_tpl},
    {"required", "sa", helm_required},
    {"fail", "s", helm_fail},
};

}  // namespace

std::span<const Function> helm_template_functions() {
  return functions;
}

void remove_no_value(std::string& text) {
  std::size_t from = text.find(no_value);
  if (from == std::string::npos) return;
  std::string out;
  std::size_t start = 0;
  for (; from != std::string::npos; from = text.find(no_value, start)) {
    out.append(text, start, from - start);
    start = from + no_value.size();
  }
  out.append(text, start, std::string::npos);
  text = std::move(out);
}

}  // namespace reconcile::gotemplate
