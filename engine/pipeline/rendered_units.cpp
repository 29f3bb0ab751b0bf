#include "engine/pipeline/rendered_units.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

/// Of units that render units, as far as they are weighed.
constexpr int unit_depth_max = 16;
constexpr std::uint8_t never_written = diff::reconcile_disabled | diff::ssa_ignore;

/// Absent where `id` names no unit.
std::optional<appliers::UnitKey> unit_named(const model::ObjectId& id) {
  const auto is = [&](const model::Gvk& gvk) {
    return id.group == gvk.group && id.kind == gvk.kind;
  };
  if (is(kustomization_kind))
    return appliers::UnitKey{appliers::UnitKind::kustomization, id.namespace_name, id.name};
  if (is(helm_release_kind))
    return appliers::UnitKey{appliers::UnitKind::helm_release, id.namespace_name, id.name};
  return std::nullopt;
}

model::ObjectId object_of(const appliers::UnitKey& unit) {
  const model::Gvk& gvk =
      unit.kind == appliers::UnitKind::helm_release ? helm_release_kind : kustomization_kind;
  return {gvk.group, gvk.kind, unit.namespace_name, unit.name};
}

std::vector<ChildUnit> children_of(const appliers::PreparedUnit& prepared) {
  std::vector<ChildUnit> children;
  for (std::uint32_t i = 0; i < prepared.objects.size(); ++i) {
    const appliers::PreparedObject& object = prepared.objects[i];
    const std::optional<appliers::UnitKey> key = unit_named(object.object.id());
    if (!key || (object.flags & never_written) != 0) continue;
    try {
      const model::Document document = object.object.document();
      const UnitSpec spec = key->kind == appliers::UnitKind::helm_release
                                ? read_helm_release(document)
                                : read_kustomization(document);
      children.push_back({*key, spec.source, i});
    } catch (const model::Error&) {
      continue;  // its own pass tells people
    }
  }
  return children;
}

}  // namespace

void Rendered::index() {
  kinds.clear();
  for (const appliers::PreparedObject& object : prepared.objects) kinds.insert(object.object.gvk());
  children = children_of(prepared);
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

RenderedUnits::RenderedUnits(const appliers::LiveState& live) : live_(live) {
}

void RenderedUnits::begin_listing() {
  const std::lock_guard lock(mutex_);
  listing_ = true;
}

void RenderedUnits::end_listing() {
  const std::lock_guard lock(mutex_);
  listing_ = false;
}

void RenderedUnits::expect(const appliers::UnitKey& unit, const SourceKey& source) {
  const std::lock_guard lock(mutex_);
  Entry& entry = units_[unit];
  entry.source = source;
  entry.expected = true;
  entry.leaving = false;
}

void RenderedUnits::excuse(const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  units_[unit].expected = false;
}

void RenderedUnits::leave(const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  Entry& entry = units_[unit];
  entry.expected = false;
  entry.leaving = true;
}

void RenderedUnits::on_deleted(const model::ObjectId& id) {
  const std::optional<appliers::UnitKey> unit = unit_named(id);
  if (!unit) return;
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(*unit);
  if (found == units_.end()) return;
  found->second.expected = false;
  found->second.leaving = true;
}

void RenderedUnits::store(const appliers::UnitKey& unit, const SourceKey& source,
                          std::shared_ptr<const Rendered> rendered) {
  const std::lock_guard lock(mutex_);
  Entry& entry = units_[unit];
  entry.source = source;
  entry.failed_revision.clear();
  entry.rendered = std::move(rendered);
}

void RenderedUnits::fail(const appliers::UnitKey& unit, const std::string& revision) {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  if (found != units_.end()) found->second.failed_revision = revision;
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

void RenderedUnits::remember(const appliers::UnitKey& unit, std::size_t objects) {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  if (found != units_.end()) found->second.remembered = objects;
}

bool RenderedUnits::erase(const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(unit);
  if (found == units_.end()) return false;
  const Entry& entry = found->second;
  const bool counted = entry.expected || entry.leaving || entry.rendered != nullptr;
  units_.erase(found);
  return counted;
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
  const std::lock_guard lock(mutex_);
  const std::optional<appliers::UnitKey> unit = unit_named(id);
  return unit ? weight_of(*unit, 0) : 1;
}

std::size_t RenderedUnits::weight_of(const appliers::UnitKey& unit, int depth) const {
  const auto found = units_.find(unit);
  if (found == units_.end() || depth > unit_depth_max) return 1;
  if (found->second.rendered == nullptr) return 1 + found->second.remembered;
  std::size_t weight = 1;
  for (const appliers::PreparedObject& object : found->second.rendered->prepared.objects) {
    const model::ObjectId& id = object.object.id();
    if (any_renders_but(unit, id)) continue;
    const std::optional<appliers::UnitKey> child = unit_named(id);
    weight += child ? weight_of(*child, depth + 1) : 1;
  }
  return weight;
}

std::string RenderedUnits::prune_wait(const appliers::UnitKey& unit, const SourceKey& source,
                                      const std::string& revision) const {
  const std::lock_guard lock(mutex_);
  if (listing_) return "not all units are known yet";
  const std::optional<appliers::UnitKey> awaited = find_awaited(unit, source, revision);
  return awaited ? awaited->display() + " has yet to render " + revision : std::string();
}

std::optional<appliers::UnitKey> RenderedUnits::find_awaited(const appliers::UnitKey& except,
                                                             const SourceKey& source,
                                                             const std::string& revision) const {
  for (const auto& [unit, entry] : units_) {
    if (!entry.expected) continue;
    if (unit != except && entry.source == source && !entry.has_rendered(revision) &&
        !is_to_go(unit))
      return unit;
    if (entry.rendered == nullptr) continue;
    for (const ChildUnit& child : entry.rendered->children)
      if (child.source == source && is_behind(child, unit, *entry.rendered)) return child.key;
  }
  return std::nullopt;
}

bool RenderedUnits::is_behind(const ChildUnit& child, const appliers::UnitKey& parent,
                              const Rendered& render) const {
  const appliers::PreparedObject& wanted = render.prepared.objects[child.position];
  const std::optional<appliers::LiveRecord> record = live_.find(wanted.object.id());
  if (!record || record->unit != parent) return true;
  // It stays as it is, whatever Git says.
  if ((record->fingerprint.flags & (never_written | diff::ssa_if_not_present)) != 0) return false;
  if (record->desired != wanted.digest) return true;
  const auto found = units_.find(child.key);
  // Deleted or edited by a person, it says nothing of Git.
  if (found == units_.end()) return !record->drifted;
  const Entry& entry = found->second;
  return entry.expected &&
         (entry.rendered == nullptr || entry.rendered->generation < record->fingerprint.generation);
}

bool RenderedUnits::is_to_go(const appliers::UnitKey& unit) const {
  const std::optional<appliers::LiveRecord> record = live_.find(object_of(unit));
  const auto parent = record ? units_.find(record->unit) : units_.end();
  return parent != units_.end() && parent->second.rendered != nullptr &&
         parent->second.rendered->find(record->id) == nullptr;
}

bool RenderedUnits::is_to_change(const appliers::UnitKey& unit) const {
  const std::optional<appliers::LiveRecord> record = live_.find(object_of(unit));
  const auto parent = record ? units_.find(record->unit) : units_.end();
  if (parent == units_.end() || parent->second.rendered == nullptr) return false;
  const Rendered& render = *parent->second.rendered;
  return std::any_of(render.children.begin(), render.children.end(), [&](const ChildUnit& child) {
    return child.key == unit && is_behind(child, parent->first, render);
  });
}

appliers::OwnerClaim RenderedUnits::claim(const appliers::UnitKey& owner, const model::ObjectId& id,
                                          const SourceKey& source,
                                          const std::string& revision) const {
  using appliers::OwnerClaim;
  const std::lock_guard lock(mutex_);
  const auto found = units_.find(owner);
  if (found == units_.end()) return listing_ ? OwnerClaim::open : OwnerClaim::none;
  const Entry& entry = found->second;
  const bool is_known = entry.rendered != nullptr;
  const bool may_want = entry.expected || entry.leaving;
  if (is_known ? entry.rendered->find(id) == nullptr : !may_want) return OwnerClaim::none;
  if (entry.leaving) return OwnerClaim::open;
  const bool is_same = entry.source == source;
  const bool failed = is_same ? entry.failed_revision == revision : !entry.failed_revision.empty();
  if (!entry.expected || failed) return OwnerClaim::stands;
  const bool is_open = !is_known || (is_same && !entry.has_rendered(revision)) || is_to_go(owner) ||
                       is_to_change(owner);
  return is_open ? OwnerClaim::open : OwnerClaim::stands;
}

}  // namespace reconcile::engine
