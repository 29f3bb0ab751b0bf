// When objects are written, and what people are told where they are not: drift that stays, pauses,
// fights with other writers.

#include <algorithm>
#include <utility>

#include "engine/controllers/unit_controller.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

using appliers::ObjectPolicy;
using appliers::Pause;
using appliers::UnitKey;

constexpr std::size_t shown_max = 5;
constexpr std::chrono::seconds pause_look_interval(10);

/// Up to `shown_max` texts, one after the other.
std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (std::size_t i = 0; i < std::min(texts.size(), shown_max); ++i)
    out += (out.empty() ? "" : "; ") + texts[i];
  if (texts.size() > shown_max)
    out += "; and " + std::to_string(texts.size() - shown_max) + " more";
  return out;
}

/// "spec.replicas 2 -> 5 (kubectl-edit)": from what was applied to what is there.
std::string difference(const diff::ObjectChange& change) {
  std::vector<std::string> texts;
  for (const diff::FieldChange& field : change.fields) {
    std::string text = diff::to_string(field.path) + " " + field.after.value_or("nothing") +
                       " -> " + field.before.value_or("nothing");
    if (field.owner && field.owner->manager != diff::field_manager)
      text += " (" + field.owner->manager + ")";
    texts.push_back(std::move(text));
  }
  if (texts.empty()) return std::string(diff::to_string(change.reason));
  return joined(texts);
}

}  // namespace

bool UnitController::is_paused(const Unit& unit) const {
  return unit.meta.policy.paused(services_.executor.clock().wall_now()) != nullptr;
}

void UnitController::set_note(Unit& unit, const std::string& type, const std::string& reason,
                              const std::string& text) {
  if (text.empty())
    unit.conditions.remove(type);
  else
    unit.conditions.set(type, ConditionStatus::yes, reason, io::log().masked(text),
                        unit.meta.generation, services_.executor.clock().wall_now());
}

/// Shows what is paused, and sees to it that the next pause to end ends and what it held is done.
bool UnitController::show_pauses(Unit& unit) {
  const model::WallTime now = services_.executor.clock().wall_now();
  const Pause* own = unit.meta.policy.paused(now);
  const auto ended =
      std::erase_if(unit.held, [now](const auto& entry) { return entry.second.until <= now; });
  appliers::Pauses paused = unit.held;
  for (const auto& [id, policy] : services_.passes.live.policies_of(unit.key))
    if (const Pause* pause = policy.paused(now)) paused.insert_or_assign(id, *pause);
  std::optional<model::WallTime> next;
  std::vector<std::string> texts;
  if (own != nullptr) next = own->until;
  for (const auto& [id, pause] : paused) {
    texts.push_back(id.display() + " " + pause.display());
    next = next ? std::min(*next, pause.until) : pause.until;
  }
  const bool is_paused = own != nullptr;
  if (is_paused != std::exchange(unit.was_paused, is_paused)) {
    announce(unit, EventType::normal, is_paused ? "Paused" : "Resumed",
             is_paused ? "Nothing is written " + own->display() : "The pause is over");
  }
  set_note(unit, "Paused", is_paused ? "UnitPaused" : "ObjectsPaused",
           is_paused ? own->display() : joined(texts));
  // Also of a pause that was never shown: it ended while its pass waited or rendered.
  const bool is_over = ended != 0 || (!is_paused && std::exchange(unit.is_held, false));
  if (is_over) control_.post([this, key = unit.key] { trigger(key); });
  unit.pause_timer.cancel();
  if (!next || stopping_) return is_over;
  // The end is a time of day: a clock that is set meanwhile moves it.
  const auto wait = std::min<std::chrono::nanoseconds>(*next - now, pause_look_interval);
  unit.pause_timer = services_.executor.schedule_after(
      wait, [this, key = unit.key] { control_.post([this, key] { end_pause(key); }); });
  return is_over;
}

bool UnitController::show_notes(Unit& unit) {
  const appliers::LiveState& live = services_.passes.live;
  std::erase_if(unit.drifted, [&](const auto& entry) {
    const auto record = live.find(entry.first);
    return !record || !record->drifted;
  });
  std::vector<std::string> texts;
  for (const auto& [id, text] : unit.drifted) texts.push_back(id.display() + ": " + text);
  set_note(unit, "Drifted", "DriftDetected", joined(texts));
  texts.clear();
  for (const Fight& fight : fights_.fights_of(unit.key, services_.executor.clock().steady_now()))
    texts.push_back(fight.display());
  set_note(unit, "Fighting", "FieldFight", joined(texts));
  return show_pauses(unit);
}

/// Reverts what differs and may be written now.
void UnitController::look_at_drift(Unit& unit) {
  for (const appliers::LiveRecord& record : services_.passes.live.records_of(unit.key))
    if (record.drifted) on_drift(unit.key, record.id, {});
}

void UnitController::end_pause(const UnitKey& key) {
  const auto found = units_.find(key);
  if (found == units_.end() || stopping_) return;
  Unit& unit = *found->second;
  const bool starts_pass = show_notes(unit);
  publish(unit);
  if (!starts_pass) look_at_drift(unit);
}

void UnitController::on_policy(const UnitKey& key, const model::ObjectId& id) {
  const auto found = units_.find(key);
  if (found == units_.end() || stopping_ || options_.observe_only) return;
  Unit& unit = *found->second;
  const ObjectPolicy policy = services_.passes.live.policy_of(id);
  if (!policy.problem.empty())
    announce(unit, EventType::warning, "InvalidAnnotation", id.display() + ": " + policy.problem);
  const model::WallTime now = services_.executor.clock().wall_now();
  const Pause* pause = policy.paused(now);
  if (pause != nullptr)
    announce(unit, EventType::normal, "Paused", id.display() + " " + pause->display());
  if (const auto held = unit.held.find(id); held != unit.held.end())
    held->second = pause == nullptr ? Pause{now, {}, {}} : *pause;
  const bool starts_pass = show_notes(unit);
  publish(unit);
  if (starts_pass) return;
  const auto record = services_.passes.live.find(id);
  if (record && record->drifted) on_drift(key, id, {});
}

/// What a pass found without having looked at the fields, and what it left for pauses.
void UnitController::note_left_drift(Unit& unit, const appliers::PassResult& result) {
  unit.held = result.paused;
  for (const diff::ObjectChange& change : result.changes.objects)
    if (change.action == diff::Action::skipped && change.reason == diff::Reason::drift)
      unit.drifted.emplace(change.id, "differs from what was applied");
}

/// A revert found that the object is to stay as it is, or wrote it.
void UnitController::note_revert(const UnitKey& key, const diff::ObjectChange& change) {
  const auto found = units_.find(key);
  if (found == units_.end() || stopping_) return;
  Unit& unit = *found->second;
  if (change.action != diff::Action::skipped) {
    const model::SteadyTime now = services_.executor.clock().steady_now();
    const std::vector<Fight> begun = fights_.note(key, change, now);
    // A revert as most are has nothing to show.
    if (begun.empty() && unit.drifted.empty() && unit.conditions.find("Fighting") == nullptr)
      return;
    for (const Fight& fight : begun) {
      announce(unit, EventType::warning, "FieldFight", fight.display());
      io::log().warning("Field fought over", {{"unit", key.display()},
                                              {"object", fight.object.display()},
                                              {"field", fight.field},
                                              {"manager", fight.manager},
                                              {"theirs", fight.theirs},
                                              {"ours", fight.ours}});
    }
  } else if (change.reason == diff::Reason::drift) {
    const std::string text = difference(change);
    if (std::exchange(unit.drifted[change.id], text) != text)
      announce(unit, EventType::warning, "DriftDetected", change.id.display() + ": " + text);
  }
  show_notes(unit);
  publish(unit);
}

}  // namespace reconcile::engine
