#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "renderers/kustomize/context.hpp"
#include "renderers/kustomize/res_map.hpp"

namespace reconcile::kustomize {

/// What objects were before a validator ran. kustomize 5.8.2 compares the nodes of its trees, with
/// tags, styles and the lines they were read from: a validator that writes what is there already is
/// refused as one that changes it.
class ObjectsBefore {
 public:
  /// `plugin` is the kind of the validator.
  ObjectsBefore(Context& context, const ResMap& objects, std::string_view plugin);
  /// Whether kustomize would find `after` the same.
  [[nodiscard]] bool equal(const ResMap& after) const;

 private:
  std::unordered_map<std::string, Resource> objects_;  ///< by id
  bool is_patch_;
};

}  // namespace reconcile::kustomize
