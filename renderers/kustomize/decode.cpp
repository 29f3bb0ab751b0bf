#include "renderers/kustomize/decode.hpp"

#include <algorithm>
#include <optional>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/number_format.hpp"
#include "renderers/kustomize/diagnosis.hpp"

namespace reconcile::kustomize {

using model::Arena;
using model::Error;
using model::ErrorCode;
using model::Kind;
using model::Node;
using model::Value;

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_fold(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

using Fields = std::vector<std::pair<std::string, Shape>>;

[[noreturn]] void throw_unknown(std::string_view key, const Fields& fields,
                                const std::string& path) {
  std::vector<std::string_view> names;
  for (const auto& field : fields) names.push_back(field.first);
  throw DecodeError("json: unknown field \"" + std::string(key) + "\"" +
                    (path.empty() ? "" : " in " + path) + did_you_mean(key, names));
}

std::string_view json_type(Value value) {
  switch (value.kind()) {
    case Kind::boolean:
      return "bool";
    case Kind::integer:
    case Kind::floating:
      return "number";
    case Kind::string:
      return "string";
    case Kind::list:
      return "array";
    case Kind::map:
      return "object";
    case Kind::null:
      break;
  }
  return "null";
}

[[noreturn]] void throw_type(Value value, std::string_view wanted, const std::string& path) {
  throw DecodeError("json: cannot unmarshal " + std::string(json_type(value)) + " into field " +
                    path + " of type " + std::string(wanted));
}

// The text of a boolean or number.
std::optional<std::string> worded(Value value) {
  if (const auto boolean = value.boolean()) return *boolean ? "true" : "false";
  if (value.kind() == Kind::integer) {
    if (const auto natural = value.unsigned_integer()) return std::to_string(*natural);
    return std::to_string(value.integer().value_or(0));
  }
  if (value.kind() != Kind::floating) return std::nullopt;
  std::string text;
  model::append_go_float(value.number().value_or(0), text);
  return text;
}

class Decoder {
 public:
  Decoder(Arena& arena, bool strict, Scalars scalars)
      : arena_(arena), strict_(strict), scalars_(scalars) {}

  Node value(Value source, const Shape& shape, const std::string& path) {
    if (shape.type() == Shape::Type::any) return model::copy_node(arena_, source);
    if (source.is_null()) return model::make_null();
    switch (shape.type()) {
      case Shape::Type::string:
        return scalar(source, Kind::string, "string", path);
      case Shape::Type::boolean:
        return scalar(source, Kind::boolean, "bool", path);
      case Shape::Type::integer:
        if (!source.integer().has_value()) throw_type(source, "int", path);
        return model::make_integer(*source.integer());
      case Shape::Type::list:
        return list(source, shape, path);
      case Shape::Type::map:
        return map(source, shape, path);
      default:
        return object(source, shape, path);
    }
  }

 private:
  Node scalar(Value source, Kind kind, std::string_view wanted, const std::string& path) {
    if (kind == Kind::string && scalars_ == Scalars::worded) {
      if (const auto text = worded(source)) return model::make_string(arena_, *text);
    }
    if (source.kind() != kind) throw_type(source, wanted, path);
    return model::copy_node(arena_, source);
  }

  Node list(Value source, const Shape& shape, const std::string& path) {
    if (!source.is_list()) throw_type(source, "list", path);
    Node result = model::make_list();
    for (std::size_t i = 0; i < source.size(); ++i) {
      const std::string inner = path + "[" + std::to_string(i) + "]";
      Node item = value(source.at(i), shape.element(), inner);
      if (item.kind == Kind::null && shape.element().type() == Shape::Type::string) {
        item = model::make_string_view("");
      }
      model::append(arena_, result, item);
    }
    return result;
  }

  Node map(Value source, const Shape& shape, const std::string& path) {
    if (!source.is_map()) throw_type(source, "map", path);
    Node result = model::make_map();
    for (std::size_t i = 0; i < source.size(); ++i) {
      Node item = value(source.value_at(i), shape.element(), path);
      if (item.kind == Kind::null && shape.element().type() == Shape::Type::string) {
        item = model::make_string_view("");
      }
      model::set(arena_, result, source.key_at(i), item);
    }
    return result;
  }

  Node object(Value source, const Shape& shape, const std::string& path) {
    if (!source.is_map()) throw_type(source, "object", path);
    Node result = model::make_map();
    for (std::size_t i = 0; i < source.size(); ++i) {
      const auto* field = find_field(shape.fields(), source.key_at(i));
      if (field == nullptr && !strict_) continue;
      const Node decoded = entry(source, i, shape, field, path);
      if (decoded.kind == Kind::null && model::find(result, field->first) != nullptr) continue;
      model::set(arena_, result, field->first, decoded);
    }
    return result;
  }

  // The value of entry `index`; what fails in it is told with the line of its key.
  Node entry(Value source, std::size_t index, const Shape& shape,
             const std::pair<std::string, Shape>* field, const std::string& path) {
    try {
      if (field == nullptr) throw_unknown(source.key_at(index), shape.fields(), path);
      const std::string inner = path.empty() ? field->first : path + "." + field->first;
      return value(source.value_at(index), field->second, inner);
    } catch (DecodeError& error) {
      if (error.line == 0) error.line = static_cast<int>(source.node()->entries[index].line);
      throw;
    }
  }

  static const std::pair<std::string, Shape>* find_field(const Fields& fields,
                                                         std::string_view key) {
    for (const auto& field : fields) {
      if (field.first == key) return &field;
    }
    for (const auto& field : fields) {
      if (equal_fold(field.first, key)) return &field;
    }
    return nullptr;
  }

  Arena& arena_;
  bool strict_;
  Scalars scalars_;
};

}  // namespace

Shape Shape::any() {
  return {};
}

Shape Shape::string() {
  Shape shape;
  shape.type_ = Type::string;
  return shape;
}

Shape Shape::boolean() {
  Shape shape;
  shape.type_ = Type::boolean;
  return shape;
}

Shape Shape::integer() {
  Shape shape;
  shape.type_ = Type::integer;
  return shape;
}

Shape Shape::list(Shape items) {
  Shape shape;
  shape.type_ = Type::list;
  shape.element_ = std::make_shared<const Shape>(std::move(items));
  return shape;
}

Shape Shape::map(Shape values) {
  Shape shape;
  shape.type_ = Type::map;
  shape.element_ = std::make_shared<const Shape>(std::move(values));
  return shape;
}

Shape Shape::object(Fields fields) {
  Shape shape;
  shape.type_ = Type::object;
  shape.fields_ = std::make_shared<const Fields>(std::move(fields));
  return shape;
}

model::Document decode(const model::Document& document, const Shape& shape, bool strict,
                       Scalars scalars) {
  auto arena = std::make_shared<Arena>();
  Node* root = arena->new_node();
  *root = document.root().is_null()
              ? model::make_map()
              : Decoder(*arena, strict, scalars).value(document.root(), shape, "");
  return {arena, Value(root)};
}

}  // namespace reconcile::kustomize
