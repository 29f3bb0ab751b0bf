// One pass: a list of stages over one state, each of which may end it. A stage neither logs nor
// sets conditions; it fills the outcome.

#include "engine/pipeline/pass.hpp"

#include <exception>
#include <utility>

#include "engine/pipeline/cluster_values.hpp"
#include "engine/pipeline/failure_text.hpp"
#include "engine/pipeline/generated_values.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/renderers/read_set.hpp"

namespace reconcile::engine {
namespace {

using End = PassOutcome::End;

/// What the stages share.
struct PassState {
  const PassRequest& request;
  PassServices& services;
  PassOutcome outcome;
  /// Of a unit's first render: what the cluster has of it is compared next, object by object.
  appliers::ContentTrees trees = {};
  std::set<model::Gvk> unwatched = {};  ///< kinds that the watch stage could not have told of
};

/// Whether the pass goes on to the next stage.
enum class Next { stage, end };

/// As far as that shows without other machines.
bool render_is_current(const PassState& state, const Rendered& old, const RenderPorts& ports) {
  const PassRequest& request = state.request;
  if (request.render_anew || old.generation != request.generation) return false;
  if (old.render.cluster_values != cluster_values_digest(request.spec, ports)) {
    return false;
  }
  if (!lookups_hold(old.render.lookups, ports.lookup, lookup_namespaces(request.spec),
                    ports.known_lookup)) {
    return false;
  }
  if (old.artifact_digest == request.artifact.digest) return true;
  return renderers::still_holds(old.render.read_set, *request.artifact.tree);
}

/// The same render under the new revision: nothing that it read has changed.
std::shared_ptr<const Rendered> moved_on(const Rendered& old, const sources::Artifact& artifact) {
  if (old.revision == artifact.revision.text()) return nullptr;
  auto moved = std::make_shared<Rendered>(old);
  moved->revision = artifact.revision.text();
  moved->artifact_digest = artifact.digest;
  return moved;
}

UnitDigests digests_of(const PassState& state, const UnitRender& render) {
  const PassServices& services = state.services;
  const bool asks = state.request.unit.kind == appliers::UnitKind::helm_release;
  const std::string kube_version =
      asks && services.ports.capabilities ? services.ports.capabilities().kube_version : "";
  return unit_digests(
      render, typed_reads(render, *state.request.artifact.tree, kube_version, services.digest_key),
      services.digest_key);
}

/// What functions drew when an earlier process rendered the same is in the cluster, and stays: a
/// restart is no reason for other passwords and certificates.
void keep_drawn_values(const PassState& state, const RenderPorts& ports, UnitRender& render) {
  const PassRequest& request = state.request;
  const bool known = state.services.rendered.find(request.unit) != nullptr;
  if (!render.is_random || !request.applied_before || request.render_anew || known) return;
  const UnitRender again = render_unit(request.unit, request.spec, request.artifact.tree, ports);
  keep_generated(render.objects, again.objects, find_in_cluster(state.services.port));
}

std::shared_ptr<const Rendered> render_anew(PassState& state, const RenderPorts& ports) {
  const PassRequest& request = state.request;
  auto rendered = std::make_shared<Rendered>();
  rendered->render = render_unit(request.unit, request.spec, request.artifact.tree, ports);
  keep_drawn_values(state, ports, rendered->render);
  appliers::PrepareOptions options;
  options.secret_key = state.services.live.secret_key();
  options.co_managed = state.services.co_managed;
  options.ignore = request.spec.ignore.get();
  options.spill = state.services.spill;
  if (state.services.rendered.find(request.unit) == nullptr) options.trees = &state.trees;
  rendered->prepared =
      appliers::prepare(request.unit, rendered->render.objects, state.services.port, options);
  if (!state.services.digest_key.empty()) rendered->digests = digests_of(state, rendered->render);
  // The prepared objects are what is needed from here on.
  rendered->render.objects.clear();
  rendered->render.objects.shrink_to_fit();
  rendered->revision = request.artifact.revision.text();
  rendered->artifact_digest = request.artifact.digest;
  rendered->generation = request.generation;
  rendered->index();
  return rendered;
}

Next render_stage(PassState& state) {
  const std::shared_ptr<const Rendered> old = state.services.rendered.find(state.request.unit);
  const RenderPorts ports = read_once(state.services.ports);
  try {
    const bool may_hold = old != nullptr && render_is_current(state, *old, ports);
    const bool holds = may_hold && old->render.remotes.empty();
    if (!holds) state.outcome.rendered = render_anew(state, ports);
    // What templates draw is drawn once where other machines have nothing new either.
    if (holds || (may_hold && old->render.remotes == state.outcome.rendered->render.remotes)) {
      state.outcome.render_reused = true;
      state.outcome.rendered = moved_on(*old, state.request.artifact);
      if (state.outcome.rendered == nullptr) {
        state.outcome.rendered = old;
        return Next::stage;
      }
    }
  } catch (const model::Error& error) {
    state.outcome.end =
        error.code() == model::ErrorCode::unavailable ? End::apply_failed : End::render_failed;
    state.services.rendered.fail(state.request.unit, state.request.artifact.revision.text());
    state.outcome.error = error.what();
    return Next::end;
  }
  state.services.rendered.store(state.request.unit, state.request.spec.source,
                                state.outcome.rendered);
  state.outcome.render_stored = true;
  return Next::stage;
}

Next pause_stage(PassState& state) {
  if (!state.request.paused) return Next::stage;
  state.outcome.end = End::paused;
  return Next::end;
}

Next dependency_stage(PassState& state) {
  if (state.request.dependencies_ready) return Next::stage;
  state.outcome.end = End::waiting;
  return Next::end;
}

/// A plan is held against what is there now, right before anything is written.
Next plan_stage(PassState& state) {
  if (state.request.plan == nullptr) return Next::stage;
  const OpenPlan& open = *state.request.plan;
  const Rendered& rendered = *state.outcome.rendered;
  try {
    state.outcome.error =
        rendered.revision == open.plan.revision
            ? moved_since(open.plan, rendered.prepared,
                          state.request.spec.prune ? state.request.inventory->load()
                                                   : appliers::Inventory(),
                          state.services.port, open.unit_uid)
            : "the source is at " + rendered.revision + " now";
  } catch (const model::Error& error) {
    state.outcome.error = error.what();
  }
  if (state.outcome.error.empty()) return Next::stage;
  state.outcome.error =
      shown_message({}, std::move(state.outcome.error), rendered.render.secret_values);
  state.outcome.end = End::refused;
  return Next::end;
}

Next watch_stage(PassState& state) {
  if (state.services.ports.watch_lookups)
    state.services.ports.watch_lookups(state.request.unit, state.outcome.rendered->render.lookups);
  state.unwatched =
      state.services.watch(state.request.unit, state.outcome.rendered->kinds, state.trees);
  state.trees.clear();
  return Next::stage;
}

appliers::UnitNeighbours neighbours_of(const PassState& state) {
  RenderedUnits& rendered = state.services.rendered;
  const PassRequest& request = state.request;
  appliers::UnitNeighbours neighbours;
  neighbours.claim = [&rendered, &request](const appliers::UnitKey& unit,
                                           const model::ObjectId& id) {
    return rendered.claim(unit, id, request.spec.source, request.artifact.revision.text());
  };
  neighbours.any_other_renders = [&rendered, &request](const model::ObjectId& id) {
    return rendered.any_other_renders(request.unit, id);
  };
  neighbours.on_deleted = [&rendered](const model::ObjectId& id) { rendered.on_deleted(id); };
  neighbours.weight = [&rendered](const model::ObjectId& id) { return rendered.weight(id); };
  neighbours.prune_wait = [&rendered, &request] {
    return rendered.prune_wait(request.unit, request.spec.source, request.artifact.revision.text());
  };
  return neighbours;
}

Next apply_stage(PassState& state) {
  const PassRequest& request = state.request;
  appliers::PassOptions options;
  options.force = request.spec.force;
  options.prune = request.spec.prune;
  options.prune_approved = request.prune_approved;
  options.observe_only = request.observe_only;
  const appliers::ExpectedObjects expected =
      request.plan ? expected_objects(request.plan->plan) : appliers::ExpectedObjects();
  if (request.plan) options.only = &expected;
  options.drift_mode = request.drift_mode;
  options.applied_before = request.applied_before;
  options.unwatched = state.unwatched;
  options.atomic = request.atomic;
  options.take_over_managers = request.take_over_managers;
  const std::vector<std::string>& secrets = state.outcome.rendered->render.secret_values;
  state.services.rendered.mark_applied(request.unit);
  try {
    state.outcome.result = state.services.applier.apply(
        state.outcome.rendered->prepared, *request.inventory, options, neighbours_of(state));
  } catch (const model::Error& error) {
    state.outcome.end = End::apply_failed;
    state.outcome.error = shown_message({}, error.what(), secrets);
    return Next::end;
  }
  mask_messages(*state.outcome.result, secrets);
  if (!state.outcome.result->ok()) {
    state.outcome.end =
        state.outcome.result->awaits_owners() ? End::awaits_owners : End::apply_failed;
    state.outcome.error = describe(state.outcome.result->failures);
  }
  return Next::stage;
}

/// Kinds whose definitions this very pass applied can be watched now.
Next watch_new_kinds_stage(PassState& state) {
  if (state.outcome.result->changes.changes_anything()) return watch_stage(state);
  return Next::stage;
}

using StageFunction = Next (*)(PassState&);
constexpr StageFunction stages[] = {
    render_stage, pause_stage, dependency_stage,      plan_stage,
    watch_stage,  apply_stage, watch_new_kinds_stage,
};

}  // namespace

PassOutcome run_pass(const PassRequest& request, PassServices& services) {
  PassState state{request, services, {}};
  try {
    for (const StageFunction stage : stages) {
      if (stage(state) == Next::end) break;
    }
  } catch (const std::exception& error) {
    // Whatever it is, the unit must hear of the end of its pass, or it never runs again.
    state.outcome.end = End::apply_failed;
    state.outcome.error = error.what();
  }
  return std::move(state.outcome);
}

}  // namespace reconcile::engine
