#include "test/renderers/sprig/call_support.hpp"

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/sprig/functions.hpp"

namespace reconcile::sprig {
namespace {

using namespace gotemplate;

const FunctionTable& functions_of(HelmProfile profile) {
  const auto made = [](HelmProfile wanted) {
    FunctionTable table;
    table.add(builtin_functions());
    add_functions(table, wanted);
    return table;
  };
  static const FunctionTable helm3 = made(HelmProfile::helm3);
  static const FunctionTable helm4 = made(HelmProfile::helm4);
  return profile == HelmProfile::helm3 ? helm3 : helm4;
}

std::string rendered_with(const FunctionTable& functions, std::string_view text,
                          std::string_view data) {
  Heap heap;
  RenderContext context{.heap = heap};
  context.now = model::parse_rfc3339("2024-02-29T12:34:56Z");
  unsigned char next = 0;
  context.random_bytes = [&next](std::size_t count) {
    std::string bytes;
    while (bytes.size() < count) bytes += static_cast<char>(next++);
    return bytes;
  };
  try {
    const model::Document document = model::parse_json(data);
    TemplateSet set;
    set.add(parse_template("t", std::string(text), functions));
    Execution execution(set, functions, context);
    return execution.render("t", to_go_value(heap, document.root()));
  } catch (const model::Error& error) {
    const std::string& message = error.message();
    const std::size_t found = message.find("error calling ");
    return "error: " + (found == std::string::npos ? message : message.substr(found + 14));
  }
}

}  // namespace

std::string rendered(std::string_view text, std::string_view data) {
  return rendered_with(functions_of(HelmProfile::helm4), text, data);
}

std::string rendered_helm3(std::string_view text) {
  return rendered_with(functions_of(HelmProfile::helm3), text, "{}");
}

}  // namespace reconcile::sprig
