#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/commented_yaml.hpp"
#include "renderers/kustomize/path_matcher.hpp"

namespace reconcile::kustomize {

/// Text of a field that is YAML or JSON in itself, so that a part of it can be replaced and the
/// rest, comments included, stays.
class StructuredText {
 public:
  /// Absent where `text` does not parse or has no document.
  static std::optional<StructuredText> parse(std::string_view text);

  /// The nodes at a path, as match_path finds them. Throws Error(invalid_input) where a step does
  /// not fit.
  std::vector<model::CommentedNode*> match(std::span<const std::string> path,
                                           PathCreation creation);
  /// The text anew: JSON where it began with a bracket (indented where it was), else YAML.
  [[nodiscard]] std::string write() const;

 private:
  std::string original_;
  model::CommentedYaml document_;
  std::vector<std::unique_ptr<model::CommentedNode>> detached_;
};

/// The node as yaml.Node holds it: with tag and style, without the comments of its source.
model::CommentedNode commented_copy(const Node& node);
/// As above, with the comments that stand at `path` (as lookup_path reads it) of the document
/// `text`, where its structure is still the same.
model::CommentedNode commented_copy(const Node& node, std::string_view text,
                                    std::span<const std::string> path);

}  // namespace reconcile::kustomize
