#include <algorithm>
#include <string>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "renderers/sprig/conversion.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoEntry;
using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;

/// The entries of a map argument; a nil map has none.
std::span<const GoEntry> entries_of(const GoValue& map) {
  return map.as_map() == nullptr ? std::span<const GoEntry>() : map.as_map()->entries();
}
const GoValue* find(const GoValue& map, std::string_view key) {
  return map.as_map() == nullptr ? nullptr : map.as_map()->find(key);
}

GoValue dict(Call& call) {
  GoMap* map = call.heap().map(GoType::map, (call.size() + 1) / 2);
  for (std::size_t i = 0; i < call.size(); i += 2) {
    const GoValue value = i + 1 < call.size() ? call[i + 1] : GoValue::string("");
    if (call[i].is_string()) {
      map->set(call.text(i), value);
    } else {
      map->set_copy(to_text(call[i]), value);
    }
  }
  return GoValue::map(map);
}

GoValue get(Call& call) {
  const GoValue* found = find(call[0], call.text(1));
  return found == nullptr ? GoValue::string("") : *found;
}

GoValue set(Call& call) {
  if (call[0].as_map() == nullptr) throw FunctionError("assignment to entry in nil map");
  call[0].as_map()->set(call.text(1), call[2]);
  return call[0];
}

GoValue unset(Call& call) {
  if (call[0].as_map() != nullptr) call[0].as_map()->erase(call.text(1));
  return call[0];
}

GoValue has_key(Call& call) {
  return GoValue::boolean(find(call[0], call.text(1)) != nullptr);
}

GoValue pluck(Call& call) {
  std::vector<GoValue> found;
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (const GoValue* value = find(call[i], call.text(0))) found.push_back(*value);
  }
  return call.heap().slice(found);
}

/// Go ranges over maps in random order; keys and values are answered sorted by key.
GoValue keys(Call& call) {
  std::vector<GoValue> names;
  for (const GoValue& map : call.arguments) {
    check_result_items("keys", names.size());
    for (const GoEntry& entry : entries_of(map)) names.push_back(GoValue::string(entry.name()));
  }
  return call.heap().slice(names, GoType::strings);
}

GoValue values(Call& call) {
  std::vector<GoValue> all;
  for (const GoEntry& entry : entries_of(call[0])) all.push_back(entry.value);
  return call.heap().slice(all);
}

GoValue pick(Call& call) {
  GoMap* picked = call.heap().map();
  for (std::size_t i = 1; i < call.size(); ++i) {
    if (const GoValue* value = find(call[0], call.text(i))) picked->set(call.text(i), *value);
  }
  return GoValue::map(picked);
}

GoValue omit(Call& call) {
  GoMap* kept = call.heap().map();
  const auto omitted = call.arguments.subspan(1);
  for (const GoEntry& entry : entries_of(call[0])) {
    const bool is_omitted = std::any_of(omitted.begin(), omitted.end(), [&](const GoValue& name) {
      return name.as_text() == entry.name();
    });
    if (!is_omitted) kept->set(entry.name(), entry.value);
  }
  return GoValue::map(kept);
}

[[noreturn]] void fail_conversion(const GoValue& value, std::string_view wanted) {
  const std::string_view found = value.is_nil() ? "nil" : value.type_name();
  throw FunctionError("interface conversion: interface {} is " + std::string(found) + ", not " +
                      std::string(wanted));
}

/// dig "a" "b" default map: only map[string]interface {} itself is walked, as Go's type assertion
/// has it.
GoValue dig(Call& call) {
  if (call.size() < 3) throw FunctionError("dig needs at least three arguments");
  GoValue current = call[call.size() - 1];
  const auto check_map = [](const GoValue& value) {
    if (value.type() != GoType::map) fail_conversion(value, "map[string]interface {}");
  };
  check_map(current);
  const std::size_t steps = call.size() - 2;
  for (std::size_t i = 0; i < steps; ++i) {
    if (!call[i].is_string()) fail_conversion(call[i], "string");
  }
  for (std::size_t i = 0; i < steps; ++i) {
    if (i > 0) check_map(current);
    const GoValue* next = find(current, call.text(i));
    if (next == nullptr) return call[call.size() - 2];
    current = *next;
  }
  return current;
}

/// A struct without what its fields that are not exported hold: they cannot be set from outside.
GoValue copied_struct(gotemplate::Heap& heap, const gotemplate::GoStruct& object) {
  const std::span<GoValue> values = heap.elements(object.fields().size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_lost = object.fields()[i].is_hidden && object.values()[i].is_string();
    values[i] = is_lost ? GoValue::string({}) : object.values()[i];
  }
  return GoValue::object(heap.make<gotemplate::GoStruct>(object.type(), values));
}

/// copystructure.Copy: types are kept, other objects are shared as they never change.
GoValue copied(Call& call, const GoValue& value, int depth) {
  if (depth > depth_max) {
    throw FunctionError("deepCopy: the value is cyclic or deeper than the limit of " +
                        std::to_string(depth_max));
  }
  if (value.is_typed_nil()) return value;
  if (value.type() == GoType::object && value.type_name().ends_with("semver.Version")) {
    return copied_version(call.heap(), value.kind());
  }
  if (value.type() == GoType::object) {
    const auto* object = dynamic_cast<const gotemplate::GoStruct*>(value.as_object());
    const auto is_hidden = [](const gotemplate::GoField& field) { return field.is_hidden; };
    if (object != nullptr &&
        std::any_of(object->fields().begin(), object->fields().end(), is_hidden)) {
      return copied_struct(call.heap(), *object);
    }
  }
  if (value.is_map()) {
    GoMap* map = value.as_map()->clone(value.type());
    for (const GoEntry& entry : entries_of(value)) {
      if (entry.value.is_map() || entry.value.is_slice() || entry.value.type() == GoType::object) {
        map->set(entry.name(), copied(call, entry.value, depth + 1));
      }
    }
    return GoValue::map(map);
  }
  if (!value.is_slice() || value.type() == GoType::bytes) return value;
  const std::span<GoValue> items = call.heap().elements(value.length());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = copied(call, value.as_items()[i], depth + 1);
  }
  return GoValue::slice(items, value.type());
}

GoValue deep_copy(Call& call) {
  if (call[0].is_nil()) throw FunctionError("reflect: call of reflect.Value.Type on zero Value");
  return copied(call, call[0], 0);
}

constexpr Function functions[] = {
    {"dict", "a*", dict},
    {"get", "ms", get},
    {"set", "msa", set},
    {"unset", "ms", unset},
    {"hasKey", "ms", has_key},
    {"pluck", "sm*", pluck},
    {"keys", "m*", keys},
    {"values", "m", values},
    {"pick", "ms*", pick},
    {"omit", "ms*", omit},
    {"dig", "a*", dig},
    {"deepCopy", "a", deep_copy},
    {"mustDeepCopy", "a", deep_copy},
};

}  // namespace

std::span<const Function> dict_functions() {
  return functions;
}

}  // namespace reconcile::sprig
