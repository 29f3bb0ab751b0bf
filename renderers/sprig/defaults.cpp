#include <algorithm>
#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/list_items.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::GoValue;

GoValue default_value(Call& call) {
  return call.size() < 2 || is_empty(call[1]) ? call[0] : call[1];
}
GoValue empty(Call& call) {
  return GoValue::boolean(is_empty(call[0]));
}

GoValue coalesce(Call& call) {
  for (const GoValue& value : call.arguments) {
    if (!is_empty(value)) return value;
  }
  return GoValue::nil();
}

GoValue all(Call& call) {
  return GoValue::boolean(std::none_of(call.arguments.begin(), call.arguments.end(), is_empty));
}
GoValue any(Call& call) {
  return GoValue::boolean(!std::all_of(call.arguments.begin(), call.arguments.end(), is_empty));
}
GoValue ternary(Call& call) {
  return call[2].as_boolean() ? call[0] : call[1];
}

GoValue type_of(Call& call) {
  return GoValue::string(call[0].type_name());
}
GoValue type_is(Call& call) {
  return GoValue::boolean(call[1].type_name() == call.text(0));
}

GoValue type_is_like(Call& call) {
  std::string_view type = call[1].type_name();
  if (type == call.text(0)) return GoValue::boolean(true);
  return GoValue::boolean(type.starts_with('*') && type.substr(1) == call.text(0));
}

std::string_view kind_text(const GoValue& value) {
  return value.is_nil() ? "invalid" : gotemplate::kind_name(value.kind());
}
GoValue kind_of(Call& call) {
  return GoValue::string(kind_text(call[0]));
}
GoValue kind_is(Call& call) {
  return GoValue::boolean(kind_text(call[1]) == call.text(0));
}

GoValue deep_equal(Call& call) {
  if (call[0].is_nil() || call[1].is_nil()) {
    return GoValue::boolean(call[0].is_nil() && call[1].is_nil());
  }
  return GoValue::boolean(gotemplate::deep_equal(call[0], call[1], call.context.work));
}

constexpr Function default_table[] = {
    {"default", "aa*", default_value},
    {"empty", "a", empty},
    {"coalesce", "a*", coalesce},
    {"all", "a*", all},
    {"any", "a*", any},
    {"ternary", "aab", ternary},
};

constexpr Function reflection_table[] = {
    {"typeOf", "a", type_of}, {"typeIs", "sa", type_is}, {"typeIsLike", "sa", type_is_like},
    {"kindOf", "a", kind_of}, {"kindIs", "sa", kind_is}, {"deepEqual", "aa", deep_equal},
};

}  // namespace

std::span<const Function> default_functions() {
  return default_table;
}
std::span<const Function> reflection_functions() {
  return reflection_table;
}

}  // namespace reconcile::sprig
