#include "appliers/apply/unwatched_objects.hpp"

#include <vector>

#include "appliers/apply/object_request.hpp"
#include "reconcile/appliers/sighting.hpp"
#include "reconcile/diff/fingerprint.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::size_t in_flight_max = 16;

/// What has no record at that version is applied whatever it is like.
bool is_recorded(const LiveState& live, const PreparedUnit& unit, const PreparedObject& object) {
  const std::optional<LiveRecord> record = live.find(object.object.id());
  return record && record->unit == unit.unit && record->gvk == object.object.gvk();
}

/// Whether the object was written since the record was made.
bool has_moved(const LiveState& live, const model::ObjectId& id, const Sighting& seen) {
  const std::optional<LiveRecord> record = live.find(id);
  return record &&
         diff::resource_version(seen.object.root()) != record->fingerprint.resource_version;
}

void read(ClusterPort& port, LiveState& live, const std::vector<const PreparedObject*>& objects) {
  std::optional<model::Error> refusal;
  port.exchange(
      objects.size(), in_flight_max,
      [&](std::size_t index) { return object_request(*objects[index], Verb::get); },
      [&](std::size_t index, const ClusterAnswer& answer) {
        const model::ObjectId& id = objects[index]->object.id();
        if (answer.ok())
          live.observe(WatchEventType::modified, objects[index]->object.gvk(),
                       answer.object.root());
        else if (answer.code == 404)
          live.mark_missing(id);
        else if (!refusal)
          refusal = error_of(answer, "look at " + id.display());
        return std::optional<FollowUp>();
      });
  if (refusal) throw *refusal;
}

}  // namespace

void look_at_unwatched(ClusterPort& port, LiveState& live, const PreparedUnit& unit,
                       const std::set<model::Gvk>& kinds) {
  std::vector<SightingTarget> targets;
  for (const PreparedObject& object : unit.objects)
    if (kinds.contains(object.object.gvk()) && is_recorded(live, unit, object))
      targets.emplace_back(object.object.id(), object.object.gvk());
  if (targets.empty()) return;
  const std::map<model::ObjectId, Sighting> sightings = look_up(port, targets);
  std::vector<const PreparedObject*> moved;
  for (const PreparedObject& object : unit.objects) {
    const auto seen = sightings.find(object.object.id());
    if (seen == sightings.end()) continue;
    if (!seen->second.exists())
      live.mark_missing(seen->first);
    else if (has_moved(live, seen->first, seen->second))
      moved.push_back(&object);
  }
  if (!moved.empty()) read(port, live, moved);
}

}  // namespace reconcile::appliers
