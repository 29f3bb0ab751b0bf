// Inventories at the start of an agent. Tests: test/appliers/inventory/found_inventories_test.cpp.
#include "reconcile/appliers/found_inventories.hpp"

#include <utility>

#include "reconcile/appliers/inventory.hpp"
#include "reconcile/model/arena.hpp"

namespace reconcile::appliers {

FoundInventories::FoundInventories(ClusterPort& port, std::string namespace_name)
    : port_(port), namespace_name_(std::move(namespace_name)) {
}

std::optional<ClusterAnswer> FoundInventories::take(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::unread) read();
  if (state_ != State::known || !taken_.insert(name).second) return std::nullopt;
  ClusterAnswer answer;
  auto found = secrets_.extract(name);
  answer.code = found.empty() ? 404 : 200;
  if (!found.empty()) answer.object = std::move(found.mapped());
  return answer;
}

void FoundInventories::forget() {
  const std::lock_guard lock(mutex_);
  if (state_ != State::known) return;
  state_ = State::forgotten;
  secrets_.clear();
  taken_.clear();
}

/// With the lock held.
void FoundInventories::read() {
  ClusterRequest request;
  request.verb = Verb::list;
  request.gvk = {"", "v1", "Secret"};
  request.namespace_name = namespace_name_;
  request.field_selector = "type=" + std::string(inventory_secret_type);
  const ClusterAnswer answer = send(port_, std::move(request));
  state_ = answer.ok() ? State::known : State::forgotten;
  if (!answer.ok()) return;
  const model::Value items = answer.object["items"];
  for (std::size_t i = 0; i < items.size(); ++i) {
    const model::Value item = items.at(i);
    // Each of its own: what is taken is let go by itself.
    const auto arena = std::make_shared<model::Arena>();
    model::Node* root = arena->new_node();
    *root = model::copy_node(*arena, item);
    secrets_.emplace(item["metadata"]["name"].text(), model::Document(arena, model::Value(root)));
  }
}

}  // namespace reconcile::appliers
