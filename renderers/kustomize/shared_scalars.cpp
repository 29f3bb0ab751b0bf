#include "renderers/kustomize/shared_scalars.hpp"

#include <algorithm>

namespace reconcile::kustomize {

namespace {

template <class AnyNode, class Visit>
void visit_shared(AnyNode& node, const Visit& visit) {
  if (is_scalar(node)) {
    if (share_of(node) != 0) visit(node);
  } else if (node.kind == Kind::list) {
    for (auto& item : items_of(node)) visit_shared(item, visit);
  } else {
    for (auto& entry : entries_of(node)) visit_shared(entry.value, visit);
  }
}

bool same_scalar(const Node& left, const Node& right) {
  return left.kind == right.kind && raw_text(left) == raw_text(right);
}

}  // namespace

void spread(Node& root, std::uint32_t share, const Node& changed) {
  Node value = changed;
  set_share(value, share);
  visit_shared(root, [&](Node& node) {
    if (share_of(node) == share) node = value;
  });
}

SharedScalars::SharedScalars(const Node& root) {
  visit_shared(root, [this](const Node& node) {
    const auto known = [&](const auto& item) { return item.first == share_of(node); };
    if (std::none_of(before_.begin(), before_.end(), known)) {
      before_.emplace_back(share_of(node), node);
    }
  });
}

void SharedScalars::spread_changes(Node& root) const {
  for (const auto& [share, before] : before_) {
    Node changed = before;
    visit_shared(root, [&, share = share](const Node& node) {
      if (share_of(node) == share && !same_scalar(node, before)) changed = node;
    });
    if (!same_scalar(changed, before)) spread(root, share, changed);
  }
}

}  // namespace reconcile::kustomize
