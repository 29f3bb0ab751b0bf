#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/model/error.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::kustomize {

/// The form of a decoded structure, as Go's types of kustomize have it.
class Shape {
 public:
  enum class Type : std::uint8_t { any, string, boolean, integer, list, map, object };

  static Shape any();
  static Shape string();
  static Shape boolean();
  static Shape integer();
  static Shape list(Shape items);
  /// A map with any keys and values of one form.
  static Shape map(Shape values);
  static Shape strings() { return list(string()); }
  static Shape string_map() { return map(string()); }
  static Shape object(std::vector<std::pair<std::string, Shape>> fields);

  [[nodiscard]] Type type() const noexcept { return type_; }
  [[nodiscard]] const Shape& element() const { return *element_; }
  [[nodiscard]] const std::vector<std::pair<std::string, Shape>>& fields() const {
    return *fields_;
  }

 private:
  Type type_ = Type::any;
  std::shared_ptr<const Shape> element_;
  std::shared_ptr<const std::vector<std::pair<std::string, Shape>>> fields_;
};

/// What a number or a boolean is where the form says text.
enum class Scalars : std::uint8_t {
  exact,   ///< an error, as for a kustomization
  worded,  ///< its text, as sigs.k8s.io/yaml has it for plugins and the files of replacements
};

/// A field that is unknown or of another type, with the line where it stands, 0 where unknown.
class DecodeError : public model::Error {
 public:
  explicit DecodeError(std::string message)
      : Error(model::ErrorCode::invalid_input, std::move(message)) {}
  int line = 0;
};

/// Decodes as Go's encoding/json does into a type of this form: field names match without regard to
/// case and come out as written in the form; null is as absent. With `strict` an unknown field
/// fails and the message names the nearest known one. Throws Error(invalid_input) naming the field.
model::Document decode(const model::Document& document, const Shape& shape, bool strict,
                       Scalars scalars = Scalars::exact);

/// Forms that several files share.
const Shape& field_spec_shape();
const Shape& selector_shape();
const Shape& kustomization_shape();
const Shape& replacement_shape();
/// The form of one field of a kustomization, e.g. "images".
const Shape& kustomization_field_shape(std::string_view field);

}  // namespace reconcile::kustomize
