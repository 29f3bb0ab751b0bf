#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reconcile/model/object.hpp"

namespace reconcile::engine {

/// Labels and annotations that are put on every object of a unit, over what the object has.
struct ObjectMarks {
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> annotations;
  /// Namespace of objects that name none; the applier drops it from cluster-scoped kinds. Empty:
  /// none.
  std::string default_namespace;

  [[nodiscard]] bool empty() const noexcept {
    return labels.empty() && annotations.empty() && default_namespace.empty();
  }
  /// Adds the texts of `spec.commonMetadata`. Throws Error(invalid_input) where one is no text.
  void add_common_metadata(model::Value common_metadata);
};

/// A copy of `object` with the marks.
model::Object with_marks(const model::Object& object, const ObjectMarks& marks);

}  // namespace reconcile::engine
