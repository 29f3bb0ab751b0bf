#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reconcile/model/value.hpp"
#include "renderers/kustomize/default_field_specs.hpp"
#include "renderers/kustomize/resource.hpp"

namespace reconcile::kustomize {

/// A place in objects: which objects (empty parts mean any) and the path of a field in them.
struct FieldSpec {
  struct Segment {
    std::string name;
    bool demands_list = false;  ///< written "name[]"
  };

  std::string group;
  std::string version;
  std::string kind;
  std::string path;
  bool create = false;
  std::vector<Segment> segments;

  static FieldSpec from_row(const FieldSpecRow& row);
  /// From a map with group, version, kind, path, create.
  static FieldSpec from(model::Value value);
  static FieldSpec at(std::string path, bool create);
  [[nodiscard]] GvkView gvk() const noexcept { return {group, version, kind}; }
};

using FieldSpecs = std::vector<FieldSpec>;

/// Adds what `specs` does not have. Throws Error(invalid_input) "conflicting fieldspecs" where the
/// same place is there with another `create`.
void merge_field_spec(FieldSpecs& specs, const FieldSpec& spec);
void merge_field_specs(FieldSpecs& specs, const FieldSpecs& incoming);

/// What a missing field is made as.
enum class Creates : std::uint8_t { nothing, scalar, map };

/// Calls `visit` for every field at `spec` in the object, through lists. Does nothing where the
/// object is not selected. Throws Error(invalid_input) naming the field and the object.
void visit_fields(Arena& arena, Node& object, const FieldSpec& spec, Creates creates,
                  const std::function<void(Node&)>& visit);
/// The same for one spec behind the other.
void visit_fields(Arena& arena, Node& object, const FieldSpecs& specs, Creates creates,
                  const std::function<void(Node&)>& visit);
/// The same without looking at the object's kind.
void visit_path(Arena& arena, Node& object, const FieldSpec& spec, Creates creates,
                const std::function<void(Node&)>& visit);

}  // namespace reconcile::kustomize
