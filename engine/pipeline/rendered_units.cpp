#include "engine/pipeline/rendered_units.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace reconcile::engine {

void Rendered::index() {
  kinds.clear();
  for (const appliers::PreparedObject& object : prepared.objects) kinds.insert(object.object.gvk());
  positions.resize(prepared.objects.size());
  std::iota(positions.begin(), positions.end(), 0U);
  std::sort(positions.begin(), positions.end(), [this](std::uint32_t left, std::uint32_t right) {
    return prepared.objects[left].object.id() < prepared.objects[right].object.id();
  });
}

const appliers::PreparedObject* Rendered::find(const model::ObjectId& id) const {
  const auto id_at = [this](std::uint32_t position) -> const model::ObjectId& {
    return prepared.objects[position].object.id();
  };
  const auto found = std::lower_bound(positions.begin(), positions.end(), id,
                                      [&](std::uint32_t position, const model::ObjectId& wanted) {
                                        return id_at(position) < wanted;
                                      });
  if (found == positions.end() || id_at(*found) != id) return nullptr;
  return &prepared.objects[*found];
}

void RenderedUnits::expect(const appliers::UnitKey& unit, const SourceKey& source) {
  const std::lock_guard lock(mutex_);
  Entry& entry = units_[unit];
  entry.source = source;
  entry.expected = true;
}

void RenderedUnits::excuse(const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  units_[unit].expected = false;
}

void RenderedUnits::store(const appliers::UnitKey& unit, const SourceKey& source,
                          std::shared_ptr<const Rendered> rendered) {
  const std::lock_guard lock(mutex_);
  Entry& entry = units_[unit];
  entry.source = source;
  entry.expected = true;
  entry.rendered = std::move(rendered);
}

void RenderedUnits::mark_applied(const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  if (found != units_.end()) found->second.applied = found->second.rendered;
}

std::shared_ptr<const Rendered> RenderedUnits::find_applied(const appliers::UnitKey& unit) const {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  return found == units_.end() ? nullptr : found->second.applied;
}

void RenderedUnits::erase(const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  units_.erase(unit);
}

std::shared_ptr<const Rendered> RenderedUnits::find(const appliers::UnitKey& unit) const {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  return found == units_.end() ? nullptr : found->second.rendered;
}

bool RenderedUnits::renders(const appliers::UnitKey& unit, const model::ObjectId& id) const {
  const std::shared_ptr<const Rendered> rendered = find(unit);
  return rendered != nullptr && rendered->find(id) != nullptr;
}

std::pair<appliers::UnitKey, std::shared_ptr<const Rendered>> RenderedUnits::find_owner(
    const model::ObjectId& id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [unit, entry] : units_)
    if (entry.rendered != nullptr && entry.rendered->find(id) != nullptr)
      return {unit, entry.rendered};
  return {};
}

bool RenderedUnits::any_other_renders(const appliers::UnitKey& except,
                                      const model::ObjectId& id) const {
  const std::lock_guard lock(mutex_);
  return any_renders_but(except, id);
}

bool RenderedUnits::any_renders_but(const appliers::UnitKey& except,
                                    const model::ObjectId& id) const {
  return std::any_of(units_.begin(), units_.end(), [&](const auto& entry) {
    const auto& [unit, state] = entry;
    return unit != except && state.rendered != nullptr && state.rendered->find(id) != nullptr;
  });
}

bool RenderedUnits::keeps(const appliers::UnitKey& unit, const model::ObjectId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  if (found == units_.end()) return false;
  const Entry& entry = found->second;
  if (entry.applied == nullptr || entry.applied->find(id) == nullptr) return false;
  return entry.rendered->find(id) != nullptr || !any_renders_but(unit, id);
}

std::size_t RenderedUnits::weight(const model::ObjectId& id) const {
  appliers::UnitKey unit{appliers::UnitKind::kustomization, id.namespace_name, id.name};
  if (id.group == helm_release_kind.group && id.kind == helm_release_kind.kind)
    unit.kind = appliers::UnitKind::helm_release;
  else if (id.group != kustomization_kind.group || id.kind != kustomization_kind.kind)
    return 1;
  const std::shared_ptr<const Rendered> rendered = find(unit);
  return 1 + (rendered == nullptr ? 0 : rendered->prepared.objects.size());
}

bool RenderedUnits::awaits_others(const appliers::UnitKey& except, const SourceKey& source,
                                  const std::string& revision) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [unit, entry] : units_) {
    if (unit == except || !entry.expected || entry.source != source) continue;
    if (entry.rendered == nullptr || entry.rendered->revision != revision) return true;
  }
  return false;
}

}  // namespace reconcile::engine
