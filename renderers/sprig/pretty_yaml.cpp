#include "renderers/sprig/pretty_yaml.hpp"

#include <algorithm>
#include <cctype>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml_writer.hpp"
#include "renderers/sprig/duration.hpp"
#include "renderers/sprig/encoded_node.hpp"
#include "renderers/sprig/time_object.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::GoType;
using gotemplate::GoValue;

/// A value on its way to the writer: a type of its own, since other writers see GoValue otherwise.
struct PrettyValue {
  GoValue value;
  model::Arena* names;  ///< of the fields of structs
};

bool is_struct(const GoValue& value) {
  return value.type() == GoType::object && value.as_object() != nullptr &&
         !value.as_object()->fields().empty();
}

/// The key of a struct's field without a yaml tag.
std::string_view field_key(std::string_view name, model::Arena& names) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return names.copy(lower);
}

void write_object(const GoValue& value, model::YamlEmitter& emitter) {
  if (value.as_object() == nullptr) return emitter.null();
  if (const GoTime* time = as_time(value)) return emitter.plain_text(time->format(rfc3339_nano));
  std::string text;
  value.as_object()->append_text(text);
  emitter.text(text);
}

}  // namespace
}  // namespace reconcile::sprig

namespace reconcile::model {

template <>
struct YamlAccess<sprig::PrettyValue> {
  using PrettyValue = sprig::PrettyValue;

  static YamlShape shape(const PrettyValue& node) {
    if (node.value.is_map() || sprig::is_struct(node.value)) return YamlShape::map;
    return node.value.is_slice() ? YamlShape::list : YamlShape::scalar;
  }

  static bool is_ordered(const PrettyValue& node) { return !node.value.is_map(); }

  static std::size_t size(const PrettyValue& node) {
    if (!sprig::is_struct(node.value)) return node.value.length();
    return node.value.as_object()->fields().size();
  }

  static void scalar(const PrettyValue& node, YamlEmitter& emitter) {
    const gotemplate::GoValue& value = node.value;
    const gotemplate::GoType type = value.type();
    if (value.is_nil()) return emitter.null();
    if (value.is_string()) return emitter.text(value.as_text());
    if (type == gotemplate::GoType::boolean) return emitter.boolean(value.as_boolean());
    if (type == gotemplate::GoType::duration) {
      return emitter.text(sprig::duration_text(value.as_integer()));
    }
    if (gotemplate::is_float_type(type)) return emitter.floating(value.as_floating());
    if (gotemplate::is_signed_type(type)) return emitter.integer(value.as_integer());
    if (gotemplate::is_unsigned_type(type)) return emitter.unsigned_integer(value.as_unsigned());
    if (type == gotemplate::GoType::object) return sprig::write_object(value, emitter);
    throw gotemplate::FunctionError("cannot marshal type: " + std::string(value.type_name()));
  }

  template <class Visit>
  static void each_item(const PrettyValue& list, Visit visit) {
    if (list.value.type() != gotemplate::GoType::bytes) {
      for (const gotemplate::GoValue& item : list.value.as_items())
        visit(PrettyValue{item, list.names});
      return;
    }
    for (const char c : list.value.as_text()) {
      visit(PrettyValue{gotemplate::GoValue::integer(static_cast<unsigned char>(c)), list.names});
    }
  }

  template <class Visit>
  static void each_entry(const PrettyValue& map, Visit visit) {
    if (map.value.is_map()) {
      for (const gotemplate::GoEntry& entry : map.value.as_map()->entries()) {
        visit(entry.name(), PrettyValue{entry.value, map.names});
      }
      return;
    }
    const gotemplate::GoObject& object = *map.value.as_object();
    for (std::size_t i = 0; i < object.fields().size(); ++i) {
      if (!object.fields()[i].is_hidden) {
        visit(sprig::field_key(object.fields()[i].name, *map.names),
              PrettyValue{object.values()[i], map.names});
      }
    }
  }
};

}  // namespace reconcile::model

namespace reconcile::sprig {

std::string write_pretty_yaml(const GoValue& value) {
  check_encoded_size(value, "toYamlPretty");
  std::string text;
  model::Arena names;
  try {
    model::YamlTreeWriter<PrettyValue>(text, model::YamlForm::v3_wide).write({value, &names});
  } catch (const model::Error& error) {
    throw EncodingError{error.message()};
  }
  return text;
}

}  // namespace reconcile::sprig
