#include "engine/controllers/source_controller.hpp"

#include <algorithm>
#include <utility>

#include "engine/controllers/source_state.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using std::chrono::nanoseconds;

/// No source is asked more often by itself, whatever its spec says.
constexpr std::chrono::seconds delay_min(1);

}  // namespace

SourceController::SourceController(SourceServices services, io::SerialQueue& control,
                                   OnChange on_change)
    : services_(std::move(services)), control_(control), on_change_(std::move(on_change)) {
}

SourceController::~SourceController() = default;

SourceKey SourceController::root_key(const std::string& agent_namespace) {
  return {"Root", agent_namespace, "root"};
}

SourceController::State& SourceController::state_of(const SourceKey& key) {
  std::shared_ptr<State>& state = sources_[key];
  if (state == nullptr) {
    state = std::make_shared<State>();
    state->key = key;
    // After a restart the last artifact is there before the network is.
    state->artifact = services_.store.get(key.display());
    state->notify = true;
  }
  return *state;
}

void SourceController::set_root(const SourceKey& key, const RootSourceOptions& options) {
  State& state = state_of(key);
  state.is_root = true;
  state.root = options;
  state.gated = is_gated(state);
  start_fetch(state);
}

void SourceController::upsert(const model::Document& object) {
  ResourceMeta meta = ResourceMeta::read(object.root());
  const SourceKey key{git_repository_kind.kind, meta.namespace_name, meta.name};
  const bool is_new = !sources_.contains(key);
  State& state = state_of(key);
  meta.keep_request(state.meta);
  const bool spec_changed =
      is_new || state.meta.generation != meta.generation || state.meta.uid != meta.uid;
  const bool requested = !meta.requested_at.empty() &&
                         meta.requested_at != state.meta.requested_at &&
                         meta.requested_at != meta.last_handled;
  if (is_new) state.conditions = Conditions::read(object["status"]["conditions"]);
  state.meta = meta;
  if (!spec_changed) {
    if (requested) start_fetch(state);
    return;
  }
  ++state.epoch;
  if (state.source != nullptr) state.source->cancel();
  state.source = nullptr;
  state.failures = 0;
  state.timer.cancel();
  try {
    state.spec = GitRepositorySpec::read(object["spec"]);
    state.spec_is_wrong = false;
    state.gated = is_gated(state);
  } catch (const Error& error) {
    state.spec_is_wrong = true;
    state.handled = meta.requested_at;
    Fetched wrong;
    wrong.error = error;
    judge(state, std::move(wrong));
    return;
  }
  start_fetch(state);
}

void SourceController::remove(const SourceKey& key) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  found->second->timer.cancel();
  if (found->second->source != nullptr) found->second->source->cancel();
  sources_.erase(found);
  services_.store.remove(key.display());
  on_change_(key);
}

void SourceController::request(const SourceKey& key, const std::string& value) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  found->second->meta.request_here(value);
  start_fetch(*found->second);
}

bool SourceController::trigger(const SourceKey& key) {
  const auto found = sources_.find(key);
  if (found == sources_.end() || found->second->rests()) return false;
  found->second->notify = true;
  start_fetch(*found->second);
  return true;
}

void SourceController::poll(const SourceKey& key) {
  const auto found = sources_.find(key);
  if (found != sources_.end()) start_fetch(*found->second);
}

void SourceController::stop() {
  stopping_ = true;
  for (auto& [key, state] : sources_) {
    state->timer.cancel();
    if (state->source != nullptr) state->source->cancel();
  }
}

sources::GitOptions SourceController::resolve_options(const State& state) const {
  if (state.root) return state.root->git;
  sources::GitOptions options;
  options.url = state.spec.url;
  options.reference = {state.spec.branch, state.spec.tag, state.spec.semver, state.spec.commit,
                       state.spec.ref_name};
  options.limits.total_timeout =
      std::chrono::duration_cast<std::chrono::milliseconds>(state.spec.timeout);
  options.ignore.ignore = state.spec.ignore;
  options.scope = state.key.namespace_name;
  return options;
}

bool SourceController::is_gated(const State& state) const {
  return gate_ != nullptr && (state.is_root || gate_->governs(resolve_options(state)));
}

bool SourceController::wants_opening(const State& state) const {
  if (!state.gated) return false;
  const std::string& admitted = gate_->admission().commit;
  return !admitted.empty() && admitted != state.commit_in_force();
}

void SourceController::start_fetch(State& state, Reach reach) {
  if (stopping_ || state.rests()) return;
  if (state.fetching) {
    (reach == Reach::server ? state.fetch_again : state.open_again) = true;
    return;
  }
  state.fetching = true;
  if (reach == Reach::server) state.handled = state.meta.requested_at;
  state.timer.cancel();
  FetchJob job;
  job.key = state.key;
  job.options = resolve_options(state);
  job.directory = state.root ? state.root->directory : std::string();
  job.secret = state.is_root ? std::string() : state.spec.secret_name;
  job.source = state.source;
  job.asks_server = reach == Reach::server;
  job.in_force = state.commit_in_force();
  job.objection = objection_;
  if (state.gated) {
    job.gate = gate_;
    job.admitted = gate_->admission().commit;
    if (state.source != nullptr) job.known = state.tip;
  } else if (state.artifact && state.source != nullptr) {
    job.known = state.artifact->revision;
  }
  services_.fetchers.post([this, held = sources_.at(state.key), job = std::move(job), reach,
                           epoch = state.epoch]() mutable {
    const SourceKey key = job.key;
    const std::string admitted = job.admitted;
    Fetched fetched =
        run_fetch(std::move(job), services_.client, services_.store, services_.data_dir);
    control_.post([this, key, epoch, admitted, reach, fetched = std::move(fetched)]() mutable {
      finish_fetch(key, epoch, admitted, reach, std::move(fetched));
    });
  });
}

void SourceController::finish_fetch(const SourceKey& key, std::uint64_t epoch,
                                    const std::string& admitted, Reach reach, Fetched fetched) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  State& state = *found->second;
  state.fetching = false;
  const bool again = std::exchange(state.fetch_again, false);
  state.open_again = false;
  if (epoch != state.epoch) {
    start_fetch(state);
    return;
  }
  // Who asked again hears of the end of that fetch.
  const bool held_back = again && state.notify;
  if (held_back) state.notify = false;
  if (fetched.tip) state.tip = fetched.tip;
  const bool failed = fetched.error.has_value();
  const bool branch_gone = fetched.branch_gone;
  judge(state, std::move(fetched));
  if (held_back) state.notify = true;
  if (again) {
    start_fetch(state);
    return;
  }
  if (!state.gated) return;
  if (gate_->admission().commit != admitted && wants_opening(state))
    start_fetch(state, Reach::mirror);
  if (reach == Reach::server)
    gate_->on_fetched(key, failed ? std::nullopt : state.tip, branch_gone);
}

void SourceController::on_admission() {
  const bool first = !std::exchange(decided_, true);
  for (auto& [key, state] : sources_) {
    if (state->rests() || !state->gated) continue;
    if (wants_opening(*state)) {
      start_fetch(*state, Reach::mirror);
      continue;
    }
    // Until now nothing of it was to be had: see `artifact`.
    if (first) state->notify = true;
    const Conditions before = state->conditions;
    if (state->problem.empty() || !state->artifact) show_admission(*state);
    if (!(before == state->conditions)) write_status(*state);
    // A fetch under way tells its end itself.
    if (!state->fetching && std::exchange(state->notify, false)) on_change_(key);
  }
}

void SourceController::schedule(State& state, nanoseconds delay) {
  if (stopping_ || state.rests()) return;
  state.timer.cancel();
  state.timer = services_.executor.schedule_after(
      std::max<nanoseconds>(delay, delay_min),
      [this, key = state.key] { control_.post([this, key] { poll(key); }); });
}

}  // namespace reconcile::engine
