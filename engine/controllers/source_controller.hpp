#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/api/resource.hpp"
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
  /// Fetches now; the units hear of its end even where nothing changed.
  void trigger(const SourceKey& key);
  /// Cancels running fetches; none starts afterwards.
  void stop();

  /// The artifact in force; absent where nothing was fetched yet.
  [[nodiscard]] std::optional<sources::Artifact> artifact(const SourceKey& key) const;
  /// Why there is no artifact, or why it is not fresh; empty where all is well.
  [[nodiscard]] std::string problem(const SourceKey& key) const;
  [[nodiscard]] bool exists(const SourceKey& key) const { return sources_.contains(key); }

 private:
  struct State;
  struct Fetched;
  State& state_of(const SourceKey& key);
  void poll(const SourceKey& key);
  void start_fetch(State& state);
  void finish_fetch(const SourceKey& key, std::uint64_t epoch, Fetched fetched);
  void judge(State& state, Fetched fetched);
  void schedule(State& state, std::chrono::nanoseconds delay);
  void write_status(State& state);
  sources::GitOptions resolve_options(const State& state) const;

  SourceServices services_;
  io::SerialQueue& control_;
  OnChange on_change_;
  std::map<SourceKey, std::shared_ptr<State>> sources_;
  bool stopping_ = false;
};

}  // namespace reconcile::engine
