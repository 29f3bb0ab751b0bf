#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::kustomize {

/// Which lists of which kinds merge by key: the part of an OpenAPI document that strategic merge
/// needs. Immutable; the built-in one is shared by the process.
class MergeSchema {
 public:
  /// A type; compare with `none`.
  using Type = int;
  static constexpr Type none = -1;

  struct Field {
    Type type = none;  ///< of the field, or of the items where it is a list
    bool is_list = false;
    bool merges = false;
    std::vector<std::string> keys;  ///< empty where the items are scalars
  };

  /// Kubernetes v1.21.2 with the additions of kustomize 5.8.2.
  static std::shared_ptr<const MergeSchema> built_in();
  /// What a document given by `openapi.path` is read on top of.
  enum class Base : std::uint8_t { nothing, built_in };
  /// From an OpenAPI document. On top of the built-in schema, built-in definitions win. Throws
  /// Error(invalid_input).
  static std::shared_ptr<const MergeSchema> parse(std::string_view text, Base base);

  /// The type of an object kind; `none` where unknown.
  [[nodiscard]] Type root(std::string_view api_version, std::string_view kind) const;
  /// Field `name` of `type`; null where it plays no part in merging.
  [[nodiscard]] const Field* field(Type type, std::string_view name) const;

 private:
  struct TypeFields {
    std::unordered_map<std::string, Field> fields;
    std::shared_ptr<Field> any;  ///< of additionalProperties
  };

  class Reader;

  std::vector<TypeFields> types_;
  std::unordered_map<std::string, Type> roots_;
};

}  // namespace reconcile::kustomize
