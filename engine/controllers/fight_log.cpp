#include "engine/controllers/fight_log.hpp"

#include <algorithm>

namespace reconcile::engine {
namespace {

constexpr std::chrono::hours window(1);
constexpr std::chrono::milliseconds delay_first(20);
constexpr std::chrono::minutes delay_max(5);
/// With so many flips the longest delay is reached; older ones need not be kept.
constexpr std::size_t flips_max = 16;
/// Of one object: a writer that makes up field names must not fill the memory.
constexpr std::size_t fields_max = 64;

std::string shown(const std::optional<std::string>& value) {
  constexpr std::size_t bytes_max = 120;
  if (!value) return "nothing";
  return value->size() > bytes_max ? value->substr(0, bytes_max) + "…" : *value;
}

}  // namespace

std::string Fight::display() const {
  return field + " of " + object.display() + ": " + manager + " sets " + theirs + ", Git has " +
         ours + " (" + std::to_string(flips) + " times within an hour)";
}

void FightLog::forget_old(Flips& flips, model::SteadyTime now) {
  while (!flips.times.empty() && now - flips.times.front() > window) flips.times.pop_front();
  flips.fight.flips = flips.times.size();
}

std::vector<Fight> FightLog::note(const appliers::UnitKey& unit, const diff::ObjectChange& change,
                                  model::SteadyTime now) {
  std::vector<Fight> begun;
  if (change.fields.empty()) return begun;
  Object& object = objects_[change.id];
  object.unit = unit;
  for (const diff::FieldChange& field : change.fields) {
    // Nobody takes it back, so nobody fights over it.
    if (field.reason == diff::Reason::handed_over) continue;
    const bool is_foreign = field.owner && field.owner->manager != diff::field_manager;
    const std::string manager = is_foreign ? field.owner->manager : "somebody";
    const std::pair<std::string, std::string> key(diff::to_string(field.path), manager);
    if (object.fields.size() >= fields_max && !object.fields.contains(key)) continue;
    Flips& flips = object.fields[key];
    flips.times.push_back(now);
    if (flips.times.size() > flips_max) flips.times.pop_front();
    // Most fields are set by others once only: their texts are not kept.
    if (flips.times.size() > 1)
      flips.fight = {change.id, key.first, manager, shown(field.before), shown(field.after), 0};
    const std::size_t before = flips.times.size() - 1;
    forget_old(flips, now);
    if (flips.fight.flips == fight_flips && before < fight_flips) begun.push_back(flips.fight);
  }
  return begun;
}

std::chrono::nanoseconds FightLog::delay(const model::ObjectId& object,
                                         model::SteadyTime now) const {
  const auto found = objects_.find(object);
  if (found == objects_.end()) return {};
  std::size_t most = 0;
  for (const auto& [key, flips] : found->second.fields) {
    const auto recent = std::count_if(flips.times.begin(), flips.times.end(),
                                      [&](model::SteadyTime time) { return now - time <= window; });
    most = std::max(most, static_cast<std::size_t>(recent));
  }
  if (most < 2) return {};
  return std::min<std::chrono::nanoseconds>(delay_first * (1LL << (most - 2)), delay_max);
}

std::vector<Fight> FightLog::fights_of(const appliers::UnitKey& unit, model::SteadyTime now) {
  std::vector<Fight> fights;
  for (auto object = objects_.begin(); object != objects_.end();) {
    for (auto& [key, flips] : object->second.fields) {
      forget_old(flips, now);
      if (object->second.unit == unit && flips.fight.flips >= fight_flips)
        fights.push_back(flips.fight);
    }
    std::erase_if(object->second.fields,
                  [](const auto& entry) { return entry.second.times.empty(); });
    object = object->second.fields.empty() ? objects_.erase(object) : std::next(object);
  }
  return fights;
}

std::size_t FightLog::size() const noexcept {
  std::size_t count = 0;
  for (const auto& [id, object] : objects_) count += object.fields.size();
  return count;
}

}  // namespace reconcile::engine
