// Tests: test/engine/unclaimed_objects_test.cpp.
#include "engine/controllers/unclaimed_objects.hpp"

#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

/// Units that did not render by then are suspended, broken or not ours.
constexpr std::chrono::minutes kept_for(5);
constexpr std::int64_t bytes_max_in_memory = 48 << 20;
constexpr std::int64_t bytes_max_spilled = std::int64_t{1} << 30;

}  // namespace

UnclaimedRoom::UnclaimedRoom(std::shared_ptr<model::SpillFile> file)
    : spill(std::move(file)),
      bytes_left(spill == nullptr ? bytes_max_in_memory : bytes_max_spilled) {
}

UnclaimedObjects::UnclaimedObjects(UnclaimedRoom& room, model::SteadyTime now)
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
    for (const auto& [id, json] : objects)
      room_.bytes_left += static_cast<std::int64_t>(json.packed_size());
  kept_.clear();
  packer_.reset();
  complete_ = false;
}

/// A disk that takes no more leaves what it should have taken in memory.
bool UnclaimedObjects::has_room() const {
  return room_.bytes_left >= 0 &&
         (room_.spill == nullptr || packer_->bytes_in_memory() < model::TextPacker::block_bytes);
}

void UnclaimedObjects::keep(const appliers::UnitKey& owner, const model::ObjectId& id,
                            std::string_view json, model::SteadyTime now) {
  if (!complete_ || claimed_.contains(owner)) return;
  if (now - begun_ > kept_for) return drop_all();
  model::PackedText& kept = kept_[owner][id];
  room_.bytes_left += static_cast<std::int64_t>(kept.packed_size());
  kept = {};
  if (json.empty()) {
    kept_[owner].erase(id);
    return;
  }
  if (!packer_) packer_.emplace(room_.spill);
  kept = packer_->pack(json);
  room_.bytes_left -= static_cast<std::int64_t>(kept.packed_size());
  if (!has_room()) drop_all();
}

std::optional<std::vector<std::string>> UnclaimedObjects::claim(const appliers::UnitKey& unit) {
  claimed_.insert(unit);
  if (!complete_) return std::nullopt;
  std::vector<std::string> objects;
  const auto found = kept_.find(unit);
  if (found == kept_.end()) return objects;
  try {
    for (const auto& [id, json] : found->second) objects.push_back(json.text());
  } catch (const model::Error&) {
    drop_all();
    return std::nullopt;
  }
  for (const auto& [id, json] : found->second)
    room_.bytes_left += static_cast<std::int64_t>(json.packed_size());
  kept_.erase(found);
  if (kept_.empty()) packer_.reset();
  return objects;
}

}  // namespace reconcile::engine
