// What the end of a fetch means for a source: its conditions and status, when the next one runs.

#include <utility>

#include "engine/controllers/source_state.hpp"
#include "engine/controllers/unit.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using model::ErrorCode;

constexpr double jitter_percent = 5;

/// Flux's reason for a failed fetch.
std::string_view reason_of(const Fetched& fetched) {
  if (fetched.objected) return "GateNotConfigured";
  return fetched.error->code() == ErrorCode::unauthorized ? "AuthenticationFailed"
                                                          : "GitOperationFailed";
}

}  // namespace

void SourceController::judge(State& state, Fetched fetched) {
  const SourceKey& key = state.key;
  state.source = fetched.source;
  const bool changed = fetched.artifact.has_value() &&
                       (!state.artifact || state.artifact->revision != fetched.artifact->revision ||
                        state.artifact->digest != fetched.artifact->digest);
  const Conditions before = state.conditions;
  state.conditions.remove("Stalled");
  if (fetched.artifact) state.artifact = std::move(fetched.artifact);
  if (fetched.error)
    judge_failure(state, fetched);
  else
    judge_success(state);
  if (changed) {
    io::log().info("Source fetched",
                   {{"source", key.display()}, {"revision", state.artifact->revision.text()}});
    announce(state, "NewArtifact",
             "stored artifact for revision '" + state.artifact->revision.text() + "'");
  }
  const bool handled = !state.handled.empty() && state.handled != state.meta.last_handled;
  if (changed || handled || !(before == state.conditions)) write_status(state);
  if (handled) state.meta.last_handled = state.handled;
  // Of a gated source the units hear when the gate has looked at its tip (on_admission).
  const bool waits = state.gated && !fetched.error && !changed;
  const bool notify = !waits && std::exchange(state.notify, false);
  if (changed || fetched.error || notify) on_change_(key);
}

void SourceController::judge_failure(State& state, const Fetched& fetched) {
  const model::WallTime now = services_.executor.clock().wall_now();
  ++state.failures;
  state.problem = io::log().masked(fetched.error->what());
  state.problem_reason = fetched.objected ? "GateNotConfigured" : "";
  state.conditions.set("Ready", ConditionStatus::no, std::string(reason_of(fetched)), state.problem,
                       state.meta.generation, now);
  if (state.spec_is_wrong) {
    state.conditions.set("Stalled", ConditionStatus::yes, "InvalidSpec", state.problem,
                         state.meta.generation, now);
  }
  io::log().warning("Source not fetched",
                    {{"source", state.key.display()}, {"err", state.problem}});
  announce(state, std::string(reason_of(fetched)), state.problem);
  schedule(state, retry_delay(state.failures, state.interval()));
}

void SourceController::judge_success(State& state) {
  const model::WallTime now = services_.executor.clock().wall_now();
  state.failures = 0;
  state.problem.clear();
  state.problem_reason.clear();
  schedule(state, with_jitter(state.interval(), jitter_percent));
  if (state.gated) {
    show_admission(state);
    return;
  }
  state.conditions.set("Ready", ConditionStatus::yes, "Succeeded",
                       "stored artifact for revision '" + state.artifact->revision.text() + "'",
                       state.meta.generation, now);
}

/// Ready is about what runs; what is held back, and why, stands beside it.
void SourceController::show_admission(State& state) {
  const model::WallTime now = services_.executor.clock().wall_now();
  const Admission& admission = gate_->admission();
  const std::int64_t generation = state.meta.generation;
  const std::string held = "holds " + revision_name(resolve_options(state).reference) +
                           "@sha1:" + admission.tip + ": " + admission.message;
  state.problem.clear();
  if (admission.held)
    state.conditions.set("Held", ConditionStatus::yes, admission.reason, held, generation, now);
  else if (admission.decided)
    state.conditions.remove("Held");
  if (state.artifact) {
    const std::string stored =
        "stored artifact for revision '" + state.artifact->revision.text() + "'";
    state.conditions.set("Ready", ConditionStatus::yes, "Succeeded",
                         admission.held ? stored + "; " + held : stored, generation, now);
    return;
  }
  if (!admission.decided || !admission.commit.empty()) {
    state.conditions.set("Ready", ConditionStatus::unknown, "Progressing",
                         "waiting for the gate's decision", generation, now);
    return;
  }
  state.problem = held;
  state.conditions.set("Ready", ConditionStatus::no, admission.reason, held, generation, now);
}

/// Writes an event about the source, or about the ConfigMap that stands for the root.
void SourceController::announce(const State& state, const std::string& reason,
                                const std::string& message) {
  EventNote note{git_repository_kind,
                 state.key.namespace_name,
                 state.key.name,
                 state.meta.uid,
                 reason != "NewArtifact",
                 reason,
                 message};
  if (state.is_root) {
    note.about_kind = {"", "v1", "ConfigMap"};
    note.name = root_config_map;
  }
  if (state.artifact)
    note.annotations[git_repository_kind.group + "/revision"] = state.artifact->revision.text();
  services_.statuses.event(note);
}

void SourceController::write_status(State& state) {
  if (state.is_root) return;
  model::Arena arena;
  model::Node root = model::make_map();
  model::Node& status = model::set(arena, root, "status", model::make_map());
  const auto text = [&arena](std::string_view value) { return model::make_string(arena, value); };
  model::set(arena, status, "conditions", state.conditions.to_node(arena));
  model::set(arena, status, "observedGeneration", model::make_integer(state.meta.generation));
  if (!state.handled.empty()) {
    model::set(arena, status, "lastHandledReconcileAt", text(state.handled));
  }
  if (state.artifact) {
    model::Node& artifact = model::set(arena, status, "artifact", model::make_map());
    const std::string path = "gitrepository/" + state.key.namespace_name + "/" + state.key.name +
                             "/" + std::string(state.artifact->revision.hash()) + ".tar.gz";
    model::set(arena, artifact, "revision", text(state.artifact->revision.text()));
    model::set(arena, artifact, "digest", text(state.artifact->digest));
    model::set(arena, artifact, "path", text(path));
    model::set(arena, artifact, "url", text(""));
    model::set(arena, artifact, "lastUpdateTime",
               text(model::format_rfc3339(services_.executor.clock().wall_now())));
  }
  services_.statuses.write(
      {git_repository_kind, state.key.namespace_name, state.key.name, "status"},
      model::write_json(model::Value(&root)));
}

std::optional<sources::Artifact> SourceController::artifact(const SourceKey& key) const {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return std::nullopt;
  if (found->second->gated && !gate_->admission().decided) return std::nullopt;
  return found->second->artifact;
}

bool SourceController::is_gated(const SourceKey& key) const {
  const auto found = sources_.find(key);
  return found != sources_.end() && found->second->gated;
}

std::map<std::pair<std::string, std::string>, std::string> SourceController::gated_repositories()
    const {
  std::map<std::pair<std::string, std::string>, std::string> found;
  for (const auto& [key, state] : sources_) {
    if (state->gated && !state->is_root) found[{key.namespace_name, key.name}] = state->spec.ignore;
  }
  return found;
}

std::string SourceController::problem(const SourceKey& key) const {
  const auto found = sources_.find(key);
  return found == sources_.end() ? "source " + key.display() + " not found"
                                 : found->second->problem;
}

std::string SourceController::stop_reason(const SourceKey& key) const {
  const auto found = sources_.find(key);
  return found == sources_.end() ? std::string() : found->second->problem_reason;
}

}  // namespace reconcile::engine
