#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

// kustomize 5.8.2 puts one and the same node into all the fields of an object that get a label or
// an annotation in one step, so a later change of one of them is a change of all. Such scalars
// carry a number here, in Node::capacity below the marks of node.hpp.

inline constexpr std::uint32_t share_max = made_bit - 1;

inline std::uint32_t share_of(const Node& node) noexcept {
  return is_scalar(node) ? node.capacity & share_max : 0;
}
inline void set_share(Node& scalar, std::uint32_t share) noexcept {
  scalar.capacity = (scalar.capacity & ~share_max) | share;
}

/// Gives all scalars of share `share` below `root` the value of `changed`.
void spread(Node& root, std::uint32_t share, const Node& changed);

/// What the shared scalars of an object were before a step that changes any field.
class SharedScalars {
 public:
  explicit SharedScalars(const Node& root);
  /// Spreads what has changed since.
  void spread_changes(Node& root) const;

 private:
  std::vector<std::pair<std::uint32_t, Node>> before_;
};

}  // namespace reconcile::kustomize
