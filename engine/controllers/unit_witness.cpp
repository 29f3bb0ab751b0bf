#include "engine/controllers/unit_witness.hpp"

#include <utility>

#include "reconcile/io/log.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::engine {
namespace {

using appliers::HealthState;
using gates::UnitEvidence;
using gates::UnitState;
using End = PassOutcome::End;

/// Controllers need a moment to see what was applied: nothing is green before.
constexpr std::chrono::seconds settle_time(5);
constexpr std::string_view unit_label = "gates.reconcile.dev/unit";

std::string commit_of(const std::string& revision) {
  return std::string(sources::Revision::parse(revision).hash());
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

void UnitWitness::resume(const gates::ChainMoment& last) {
  resumed_at_ = last.observed_at;
  for (const auto& [name, unit] : last.units) resumed_[name] = *unit;
}

/// Another content begins anew; the same content goes on, under its new revision.
void UnitWitness::take_render(Seen& seen, const Rendered& rendered, const std::string& commit) {
  const UnitDigests& digests = rendered.digests;
  const bool is_first = seen.said.revision.empty();
  const auto resumed = resumed_.find(seen.said.unit);
  if (is_first && resumed != resumed_.end()) {
    const UnitEvidence& last = resumed->second;
    if (last.read_set_digest == digests.read_set && last.render_digest == digests.render) {
      seen.streak = gates::HealthStreak::resumed(last, resumed_at_);
      seen.said.change_set_digest = last.change_set_digest;
      seen.said.read_set_digest = last.read_set_digest;
      seen.said.render_digest = last.render_digest;
      seen.said.revision = last.revision;
    }
    resumed_.erase(resumed);
  }
  const bool same =
      seen.said.read_set_digest == digests.read_set && seen.said.render_digest == digests.render;
  if (seen.said.revision != commit || !same) seen.streak.begin(commit, same);
  seen.said.revision = commit;
  seen.said.read_set_digest = digests.read_set;
  seen.said.render_digest = digests.render;
}

std::string UnitWitness::change_set_digest(const diff::ChangeSet& changes) const {
  std::string text;
  for (const diff::ObjectChange& change : changes.objects) {
    if (change.action == diff::Action::unchanged) continue;
    text += change.id.display() + " " + std::string(diff::to_string(change.action)) + "\n";
    for (const diff::FieldChange& field : change.fields)
      text += "  " + diff::to_string(field.path) + "\n";
  }
  return "hmac-sha256:" + model::hmac_sha256_hex(ports_.digest_key, text);
}

void UnitWitness::on_pass(const Unit& unit, const PassOutcome& outcome, model::WallTime now) {
  Seen& seen = units_[unit.key];
  seen.said.unit = unit.key.display();
  seen.said.label = unit.spec.object["metadata"]["labels"][unit_label].text();
  seen.said.depends_on.clear();
  for (const appliers::UnitKey& key : unit.spec.depends_on)
    seen.said.depends_on.push_back(key.display());
  seen.end = outcome.end;
  seen.error = outcome.error;
  seen.suspended = unit.spec.suspend;
  const bool was_tried = outcome.end == End::applied || outcome.end == End::apply_failed;
  if (was_tried && outcome.rendered != nullptr)
    take_render(seen, *outcome.rendered, commit_of(outcome.rendered->revision));
  if (outcome.end == End::render_failed && seen.said.revision.empty())
    seen.said.revision = commit_of(unit.attempted_revision);
  seen.said.applied = outcome.end == End::applied;
  if (outcome.result) {
    const appliers::PassResult& result = *outcome.result;
    seen.prune_left = unit.spec.prune && (!result.prune_guard.allowed || !result.pruned);
    seen.prune_reason = result.prune_guard.reason;
    if (result.changes.changes_anything()) {
      seen.written_at = now;
      seen.said.change_set_digest = change_set_digest(result.changes);
    }
  }
  note(unit.key, seen, now);
}

void UnitWitness::on_write(const appliers::UnitKey& key, model::WallTime now) {
  const auto found = units_.find(key);
  if (found != units_.end()) found->second.written_at = now;
}

UnitWitness::Sight UnitWitness::look(const appliers::UnitKey& key, const Seen& seen,
                                     model::WallTime now) const {
  if (seen.end == End::render_failed || seen.end == End::apply_failed)
    return {UnitState::failed, first_line(io::log().masked(seen.error))};
  if (seen.suspended) return {UnitState::unknown, "suspended"};
  if (!ports_.hears()) return {UnitState::unknown, "the watches do not hear from the server"};
  if (seen.end == End::waiting) return {UnitState::pending, "waits for its dependencies"};
  if (seen.end == End::awaits_owners) return {UnitState::pending, "waits for other units' objects"};
  if (seen.end == End::paused) return {UnitState::pending, "is paused"};
  if (seen.prune_left) {
    return {UnitState::pending, seen.prune_reason.empty() ? "something is left to be pruned"
                                                          : first_line(seen.prune_reason)};
  }
  const appliers::LiveSummary live = ports_.live.summary_of(key);
  if (live.drifted) return {UnitState::pending, live.drifted->display() + " differs"};
  const appliers::Health& health = live.health;
  const std::string message = first_line(io::log().masked(health.message));
  if (health.state == HealthState::failed) return {UnitState::failed, message};
  if (health.state == HealthState::unknown && live.objects > 0)
    return {UnitState::unknown, message};
  if (health.state != HealthState::current && live.objects > 0) {
    return {UnitState::pending, std::string(appliers::to_string(health.state)) +
                                    (message.empty() ? "" : ": ") + message};
  }
  if (seen.written_at && now - *seen.written_at < settle_time && now >= *seen.written_at)
    return {UnitState::pending, "settling"};
  return {UnitState::green, ""};
}

void UnitWitness::note(const appliers::UnitKey& key, Seen& seen, model::WallTime now) {
  const UnitEvidence before = seen.said;
  const Sight sight = look(key, seen, now);
  seen.streak.observe(sight.state, now);
  seen.said.state = sight.state;
  seen.said.failing = sight.failing;
  seen.said.healthy_since = seen.streak.healthy_since();
  seen.said.flaps = seen.streak.flaps();
  if (!(before == seen.said)) ++changes_;
}

bool UnitWitness::observe(const appliers::UnitKey& key, model::WallTime now) {
  const auto found = units_.find(key);
  if (found == units_.end()) return false;
  note(key, found->second, now);
  return true;
}

void UnitWitness::observe_unsettled(model::WallTime now, bool all) {
  for (auto& [key, seen] : units_) {
    if (all || seen.said.state != UnitState::green) note(key, seen, now);
  }
}

void UnitWitness::forget_others(const std::set<std::string>& known) {
  std::erase_if(resumed_, [&known](const auto& unit) { return !known.contains(unit.first); });
}

std::map<std::string, UnitEvidence> UnitWitness::evidence(model::WallTime now) const {
  std::map<std::string, UnitEvidence> units;
  // Not observed since the agent started.
  for (const auto& [name, last] : resumed_) {
    UnitEvidence unit = last;
    unit.state = UnitState::unknown;
    unit.healthy_since.reset();
    unit.failing = "not looked at since the agent started";
    units[name] = std::move(unit);
  }
  for (const auto& [key, seen] : units_) {
    // Before its first apply there is nothing to be said of a unit but that it is on its way.
    if (seen.said.revision.empty()) continue;
    UnitEvidence unit = seen.said;
    unit.unhealthy = seen.streak.unhealthy(now);
    units[unit.unit] = std::move(unit);
  }
  return units;
}

}  // namespace reconcile::engine
