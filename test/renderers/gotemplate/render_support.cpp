#include "test/renderers/gotemplate/render_support.hpp"

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::gotemplate::testing {
namespace {

GoValue make_dict(Call& call) {
  GoMap* map = call.heap().map();
  for (std::size_t i = 0; i + 1 < call.size(); i += 2) {
    std::string key;
    append_printed(key, call[i]);
    map->set_copy(key, call[i + 1]);
  }
  return GoValue::map(map);
}

GoValue put(Call& call) {
  if (call[0].as_map() == nullptr) throw FunctionError("assignment to entry in nil map");
  call[0].as_map()->set_copy(call.text(1), call[2]);
  return call[0];
}

GoValue list(Call& call) {
  return call.heap().slice(call.arguments);
}
GoValue upper(Call& call) {
  std::string text(call.text(0));
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return call.heap().string(text);
}
GoValue count_up(Call& call) {
  return GoValue::integer(call.integer(0) + 1);
}
GoValue int_of(Call& call) {
  return GoValue::integer(static_cast<std::int64_t>(call[0].as_floating()));
}

constexpr Function extra[] = {
    {"dict", "a*", make_dict}, {"set", "msa", put},          {"list", "a*", list},
    {"upper", "s", upper},     {"increment", "i", count_up}, {"int", "a", int_of},
};

}  // namespace

std::string rendered(std::string_view text, std::string_view data) {
  FunctionTable functions;
  functions.add(builtin_functions());
  functions.add(helm_template_functions());
  functions.add(extra);
  Heap heap;
  RenderContext context{.heap = heap};
  try {
    const model::Document document = model::parse_json(data);
    TemplateSet set;
    set.add(parse_template("t", std::string(text), functions));
    Execution execution(set, functions, context);
    return execution.render("t", to_go_value(heap, document.root()));
  } catch (const model::Error& error) {
    return "error: " + error.message();
  }
}

}  // namespace reconcile::gotemplate::testing
