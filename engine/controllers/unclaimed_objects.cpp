// Tests: test/engine/unclaimed_objects_test.cpp.
#include "engine/controllers/unclaimed_objects.hpp"

#include "reconcile/model/archive.hpp"

namespace reconcile::engine {
namespace {

/// Units that did not render by then are suspended, broken or not ours.
constexpr std::chrono::minutes kept_for(5);
constexpr int compression_level = 1;

}  // namespace

UnclaimedObjects::UnclaimedObjects(std::atomic<std::int64_t>& room, model::SteadyTime now)
    : room_(room), begun_(now) {
}

UnclaimedObjects::~UnclaimedObjects() {
  drop_all();
}

void UnclaimedObjects::restart(model::SteadyTime now) {
  drop_all();
  begun_ = now;
  complete_ = true;
}

void UnclaimedObjects::drop_all() {
  for (const auto& [unit, objects] : kept_)
    for (const auto& [id, json] : objects) room_ += static_cast<std::int64_t>(json.size());
  kept_.clear();
  complete_ = false;
}

void UnclaimedObjects::keep(const appliers::UnitKey& owner, const model::ObjectId& id,
                            std::string_view json, model::SteadyTime now) {
  if (!complete_ || claimed_.contains(owner)) return;
  if (now - begun_ > kept_for) return drop_all();
  std::string& kept = kept_[owner][id];
  room_ += static_cast<std::int64_t>(kept.size());
  kept.clear();
  if (json.empty()) {
    kept_[owner].erase(id);
    return;
  }
  kept = model::zstd_compress(json, compression_level);
  room_ -= static_cast<std::int64_t>(kept.size());
  if (room_ < 0) drop_all();
}

std::optional<std::vector<std::string>> UnclaimedObjects::claim(const appliers::UnitKey& unit) {
  claimed_.insert(unit);
  if (!complete_) return std::nullopt;
  std::vector<std::string> objects;
  const auto found = kept_.find(unit);
  if (found == kept_.end()) return objects;
  for (const auto& [id, json] : found->second) {
    room_ += static_cast<std::int64_t>(json.size());
    objects.push_back(model::zstd_decompress(json));
  }
  kept_.erase(found);
  return objects;
}

}  // namespace reconcile::engine
