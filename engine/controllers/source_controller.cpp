#include "engine/controllers/source_controller.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "engine/controllers/source_credentials.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/sources/directory_source.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;
using std::chrono::nanoseconds;

constexpr double jitter_percent = 5;
/// No source is asked more often by itself, whatever its spec says.
constexpr std::chrono::seconds delay_min(1);

/// Flux's reason for a failed fetch.
std::string_view reason_of(ErrorCode code) {
  return code == ErrorCode::unauthorized ? "AuthenticationFailed" : "GitOperationFailed";
}

}  // namespace

/// One source. Owned by the control queue; `source` is used by one fetch at a time.
struct SourceController::State {
  SourceKey key;
  bool is_root = false;
  ResourceMeta meta;
  GitRepositorySpec spec;
  std::string secret_version;
  std::optional<RootSourceOptions> root;
  std::shared_ptr<sources::Source>
      source;  ///< null until the first fetch after a change of the spec
  std::optional<sources::Artifact> artifact;
  Conditions conditions;
  std::string problem;
  bool spec_is_wrong = false;  ///< nothing is fetched until it changes
  std::string handled;         ///< the request that the running fetch answers
  std::size_t failures = 0;
  std::uint64_t epoch = 0;  ///< counts spec changes: a fetch of an older one is dropped
  bool fetching = false;
  bool fetch_again = false;
  bool notify = false;  ///< the units hear of the end of the fetch, whatever it brings
  io::Timer timer;

  [[nodiscard]] nanoseconds interval() const { return root ? root->interval : spec.interval; }
  [[nodiscard]] bool rests() const { return !is_root && (spec.suspend || spec_is_wrong); }
};

/// What a fetch brings back to the control queue.
struct SourceController::Fetched {
  std::shared_ptr<sources::Source> source;
  std::optional<sources::Artifact> artifact;  ///< absent where unchanged or failed
  std::optional<Error> error;
};

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
  start_fetch(state);
}

void SourceController::upsert(const model::Document& object) {
  const ResourceMeta meta = ResourceMeta::read(object.root());
  const SourceKey key{git_repository_kind.kind, meta.namespace_name, meta.name};
  const bool is_new = !sources_.contains(key);
  State& state = state_of(key);
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
  } catch (const Error& error) {
    state.spec_is_wrong = true;
    state.handled = meta.requested_at;
    judge(state, {nullptr, std::nullopt, error});
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
  found->second->meta.requested_at = value;
  start_fetch(*found->second);
}

void SourceController::trigger(const SourceKey& key) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  found->second->notify = true;
  start_fetch(*found->second);
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

void SourceController::start_fetch(State& state) {
  if (stopping_ || state.rests()) return;
  if (state.fetching) {
    state.fetch_again = true;
    return;
  }
  state.fetching = true;
  state.handled = state.meta.requested_at;
  state.timer.cancel();
  const auto held = sources_.at(state.key);
  const std::optional<sources::Revision> known = state.artifact && state.source != nullptr
                                                     ? std::optional(state.artifact->revision)
                                                     : std::nullopt;
  const auto options = std::make_shared<sources::GitOptions>(resolve_options(state));
  services_.fetchers.post(
      [this, held, known, options, source = state.source, epoch = state.epoch, key = state.key,
       secret = state.spec.secret_name,
       directory = state.root ? state.root->directory : std::string()]() mutable {
        Fetched fetched;
        try {
          if (source == nullptr && !directory.empty()) {
            source = std::make_shared<sources::DirectorySource>(directory);
          } else if (source == nullptr) {
            if (!secret.empty())
              read_git_secret(services_.client, key.namespace_name, secret, *options);
            source = std::make_shared<sources::GitSource>(*options, services_.data_dir);
          }
          fetched.source = source;
          fetched.artifact = source->fetch(known);
          if (fetched.artifact)
            fetched.artifact = services_.store.put(key.display(), *fetched.artifact);
        } catch (const Error& error) {
          // Credentials may have been changed: the next fetch reads them anew.
          if (error.code() == ErrorCode::unauthorized) fetched.source = nullptr;
          fetched.error = error;
        } catch (const std::exception& error) {
          fetched.error = Error(ErrorCode::internal, error.what());
        }
        control_.post([this, key, epoch, fetched = std::move(fetched)]() mutable {
          finish_fetch(key, epoch, std::move(fetched));
        });
      });
}

void SourceController::finish_fetch(const SourceKey& key, std::uint64_t epoch, Fetched fetched) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  State& state = *found->second;
  state.fetching = false;
  const bool again = std::exchange(state.fetch_again, false);
  if (epoch != state.epoch) {
    start_fetch(state);
    return;
  }
  // Who asked again hears of the end of that fetch.
  const bool held_back = again && state.notify;
  if (held_back) state.notify = false;
  judge(state, std::move(fetched));
  if (held_back) state.notify = true;
  if (again) start_fetch(state);
}

void SourceController::judge(State& state, Fetched fetched) {
  const SourceKey& key = state.key;
  state.source = fetched.source;
  const model::WallTime now = services_.executor.clock().wall_now();
  const bool changed = fetched.artifact.has_value() &&
                       (!state.artifact || state.artifact->revision != fetched.artifact->revision ||
                        state.artifact->digest != fetched.artifact->digest);
  const Conditions before = state.conditions;
  state.conditions.remove("Stalled");
  if (fetched.error) {
    ++state.failures;
    state.problem = io::log().masked(fetched.error->what());
    state.conditions.set("Ready", ConditionStatus::no,
                         std::string(reason_of(fetched.error->code())), state.problem,
                         state.meta.generation, now);
    if (state.spec_is_wrong) {
      state.conditions.set("Stalled", ConditionStatus::yes, "InvalidSpec", state.problem,
                           state.meta.generation, now);
    }
    io::log().warning("Source not fetched", {{"source", key.display()}, {"err", state.problem}});
    schedule(state, retry_delay(state.failures, state.interval()));
  } else {
    state.failures = 0;
    state.problem.clear();
    if (fetched.artifact) state.artifact = std::move(fetched.artifact);
    state.conditions.set("Ready", ConditionStatus::yes, "Succeeded",
                         "stored artifact for revision '" + state.artifact->revision.text() + "'",
                         state.meta.generation, now);
    schedule(state, with_jitter(state.interval(), jitter_percent));
  }
  if (changed) {
    io::log().info("Source fetched",
                   {{"source", key.display()}, {"revision", state.artifact->revision.text()}});
  }
  const bool handled = !state.handled.empty() && state.handled != state.meta.last_handled;
  if (changed || handled || !(before == state.conditions)) write_status(state);
  if (handled) state.meta.last_handled = state.handled;
  const bool notify = std::exchange(state.notify, false);
  if (changed || fetched.error || notify) on_change_(key);
}

void SourceController::schedule(State& state, nanoseconds delay) {
  if (stopping_ || state.rests()) return;
  state.timer.cancel();
  state.timer = services_.executor.schedule_after(
      std::max<nanoseconds>(delay, delay_min),
      [this, key = state.key] { control_.post([this, key] { poll(key); }); });
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
  return found == sources_.end() ? std::nullopt : found->second->artifact;
}

std::string SourceController::problem(const SourceKey& key) const {
  const auto found = sources_.find(key);
  return found == sources_.end() ? "source " + key.display() + " not found"
                                 : found->second->problem;
}

}  // namespace reconcile::engine
