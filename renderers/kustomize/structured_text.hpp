#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

/// Text of a field that is YAML or JSON in itself, so that a part of it can be replaced.
class StructuredText {
 public:
  /// Absent where `text` does not parse.
  static std::optional<StructuredText> parse(Arena& arena, std::string_view text);

  [[nodiscard]] Node& root() noexcept { return *root_; }
  /// The text anew: JSON where it began with a bracket (indented where it was), else YAML.
  [[nodiscard]] std::string write() const;

 private:
  std::string original_;
  Node* root_ = nullptr;
};

}  // namespace reconcile::kustomize
