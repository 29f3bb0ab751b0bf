#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/api/resource.hpp"
#include "engine/controllers/source_fetch.hpp"
#include "engine/controllers/source_gate.hpp"
#include "engine/controllers/status_queue.hpp"
#include "engine/scheduler/work_pool.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/io/metrics.hpp"
#include "reconcile/kube/client.hpp"
#include "reconcile/sources/artifact_store.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// Where the agent itself looks: the root unit's repository, from flags.
struct RootSourceOptions {
  sources::GitOptions git;
  std::chrono::nanoseconds interval{std::chrono::minutes(1)};
  std::string directory;  ///< a directory on disk in place of Git; empty = Git
};

struct SourceServices {
  io::Executor& executor;
  kube::Client& client;
  StatusQueue& statuses;
  sources::ArtifactStore& store;
  WorkPool& fetchers;
  io::Metrics& metrics;
  std::string data_dir;
};

/// Fetches the root source and every GitRepository object on their intervals and on request, keeps
/// the last artifact in force when a fetch fails, and says so in conditions. Every member is called
/// on the control queue only; fetches run on `fetchers`.
class SourceController {
 public:
  /// Tells the units that a source has another artifact, or that its state changed.
  using OnChange = std::function<void(const SourceKey&)>;

  SourceController(SourceServices services, io::SerialQueue& control, OnChange on_change);
  ~SourceController();

  /// The key under which the root source is known.
  static SourceKey root_key(const std::string& agent_namespace);
  void set_root(const SourceKey& key, const RootSourceOptions& options);
  /// A GitRepository was added or changed. A spec that is wrong becomes its condition.
  void upsert(const model::Document& object);
  void remove(const SourceKey& key);
  /// Fetches now, as if the object had been annotated with `value`: the annotation that follows is
  /// no second request. Nothing where there is no such source.
  void request(const SourceKey& key, const std::string& value);
  /// Fetches now; the units hear of its end even where nothing changed. False where nothing is to
  /// be fetched (no such source, suspended): they hear nothing.
  bool trigger(const SourceKey& key);
  /// Gated sources put what `gate` admits in force, not their tip. Before the first source; null:
  /// no gate. It must outlive the fetches.
  void set_gate(SourceGate* gate) { gate_ = gate; }
  /// Asked where there is no gate. Before the first source.
  void set_objection(SourceObjection objection) { objection_ = std::move(objection); }
  /// The gate decided: gated sources put what it admits in force, say what it holds, and the units
  /// of those that were triggered hear of it.
  void on_admission();
  /// Cancels running fetches; none starts afterwards.
  void stop();

  /// The artifact in force; absent where nothing was fetched yet, and until the gate has decided
  /// for the first time: what this replica kept may be older than what another one let in.
  [[nodiscard]] std::optional<sources::Artifact> artifact(const SourceKey& key) const;
  /// Why there is no artifact, or why it is not fresh; empty where all is well.
  [[nodiscard]] std::string problem(const SourceKey& key) const;
  /// Whether the gate governs the source.
  [[nodiscard]] bool is_gated(const SourceKey& key) const;
  /// The gated GitRepositories: (namespace, name) → spec.ignore.
  [[nodiscard]] std::map<std::pair<std::string, std::string>, std::string> gated_repositories()
      const;
  /// A condition's reason where no unit may run on the source, whatever artifact it has; else
  /// empty.
  [[nodiscard]] std::string stop_reason(const SourceKey& key) const;
  [[nodiscard]] bool exists(const SourceKey& key) const { return sources_.contains(key); }

 private:
  struct State;
  enum class Reach { server, mirror };
  State& state_of(const SourceKey& key);
  void poll(const SourceKey& key);
  void start_fetch(State& state, Reach reach = Reach::server);
  void finish_fetch(const SourceKey& key, std::uint64_t epoch, const std::string& admitted,
                    Reach reach, Fetched fetched);
  void judge(State& state, Fetched fetched);
  void judge_failure(State& state, const Fetched& fetched);
  void judge_success(State& state);
  bool is_gated(const State& state) const;
  bool wants_opening(const State& state) const;
  void show_admission(State& state);
  void schedule(State& state, std::chrono::nanoseconds delay);
  void announce(const State& state, const std::string& reason, const std::string& message);
  void write_status(State& state);
  sources::GitOptions resolve_options(const State& state) const;

  SourceServices services_;
  io::SerialQueue& control_;
  OnChange on_change_;
  SourceGate* gate_ = nullptr;
  SourceObjection objection_;
  std::map<SourceKey, std::shared_ptr<State>> sources_;
  bool decided_ = false;  ///< the gate decided once
  bool stopping_ = false;
};

}  // namespace reconcile::engine
