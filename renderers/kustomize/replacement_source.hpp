#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/commented_yaml.hpp"
#include "renderers/kustomize/res_map.hpp"

namespace reconcile::kustomize {

/// What a replacement copies. kustomize 5.8.2 keeps the node itself and not its value, so where a
/// target changes the source, later targets get what was made of it.
class ReplacementSource {
 public:
  /// Throws Error(not_found) or Error(invalid_input) where `replacement` names no one value.
  static ReplacementSource of(Arena& arena, const ResMap& objects, model::Value replacement);

  /// As it is now; valid until the object it is part of is changed.
  [[nodiscard]] const Node& node() const;
  /// As node(), with the comments that its text has.
  [[nodiscard]] model::CommentedNode commented() const;
  /// To be called before `field` becomes another node: what was inside of it stays as it is.
  void detach_from(Arena& arena, const Node& field);
  /// The object whose metadata, or whose metadata.`field`, is copied; null where it is else.
  [[nodiscard]] const Resource* owner_of(std::string_view field) const;

 private:
  explicit ReplacementSource(Node value) : detached_(value) {}
  ReplacementSource(const Resource& object, const Node& found, std::vector<std::string> path);

  const Resource* object_ = nullptr;
  std::vector<std::uint32_t> way_;  ///< positions from the object's root down
  std::optional<Node> detached_;
  std::string_view text_;
  std::vector<std::string> path_;
};

/// The ids that an object has and had. kustomize does not ask for the scope here, so every id
/// counts as namespaced.
std::vector<ResourceId> replacement_ids(const Resource& object);
std::vector<std::string> split_text(std::string_view text, std::string_view delimiter);
[[noreturn]] void throw_delimiter_needs_scalar();

}  // namespace reconcile::kustomize
