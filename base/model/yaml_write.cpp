#include "reconcile/model/arena.hpp"
#include "reconcile/model/yaml.hpp"
#include "reconcile/model/yaml_writer.hpp"

namespace reconcile::model {

template <>
struct YamlAccess<Value> {
  static YamlShape shape(const Value& value) {
    if (value.is_map()) return YamlShape::map;
    return value.is_list() ? YamlShape::list : YamlShape::scalar;
  }

  static std::size_t size(const Value& value) { return value.size(); }

  static void scalar(const Value& value, YamlEmitter& emitter) {
    switch (value.kind()) {
      case Kind::boolean:
        return emitter.boolean(value.node()->boolean);
      case Kind::integer:
        if (value.is_unsigned()) return emitter.unsigned_integer(value.node()->unsigned_integer);
        return emitter.integer(value.node()->integer);
      case Kind::floating:
        return emitter.floating(value.node()->floating);
      case Kind::string:
        if (value.is_timestamp()) return emitter.plain_text(value.text());
        return emitter.text(value.text());
      default:
        return emitter.null();
    }
  }

  template <class Visit>
  static void each_item(const Value& list, Visit visit) {
    for (std::size_t i = 0; i < list.size(); ++i) visit(list.at(i));
  }

  template <class Visit>
  static void each_entry(const Value& map, Visit visit) {
    for (std::size_t i = 0; i < map.size(); ++i) visit(map.key_at(i), map.value_at(i));
  }
};

void write_yaml_form(Value value, YamlForm form, std::string& out) {
  YamlTreeWriter<Value>(out, form).write(value);
}

void write_yaml(Value value, std::string& out) {
  write_yaml_form(value, YamlForm::v2, out);
}

std::string write_yaml(Value value) {
  std::string out;
  write_yaml(value, out);
  return out;
}

std::string write_yaml_pretty(Value value) {
  std::string out;
  write_yaml_form(value, YamlForm::v3_wide, out);
  return out;
}

}  // namespace reconcile::model
