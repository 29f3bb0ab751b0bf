#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/controllers/source_controller.hpp"
#include "engine/controllers/unit_controller.hpp"
#include "test/engine/engine_api.hpp"
#include "test/support/fake_cluster.hpp"
#include "test/support/temporary_directory.hpp"
#include "test/support/wait_for.hpp"

namespace reconcile::test {

/// A FakeCluster that several threads may use. A request can be kept on its way while others are
/// answered.
class LockedCluster final : public appliers::ClusterPort {
 public:
  explicit LockedCluster(FakeCluster& cluster) : cluster_(cluster) {}

  /// The next request of this line (`line_of`) waits on its way until it is let go.
  void hold(const std::string& line);
  /// Waits until it is there; false where it does not come.
  bool await_held(const std::string& line);
  void let_go(const std::string& line);
  /// Requests that wait now.
  [[nodiscard]] std::size_t held() const;

  void exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                const OnAnswer& on_answer) override;
  std::optional<appliers::KindInfo> find_kind(const model::Gvk& gvk) override {
    const std::lock_guard lock(mutex_);
    return cluster_.find_kind(gvk);
  }
  std::optional<appliers::KindInfo> find_kind(std::string_view group,
                                              std::string_view kind) override {
    const std::lock_guard lock(mutex_);
    return cluster_.find_kind(group, kind);
  }
  bool may_be_served(std::string_view group) override {
    const std::lock_guard lock(mutex_);
    return cluster_.may_be_served(group);
  }
  void forget_kinds() override {
    const std::lock_guard lock(mutex_);
    cluster_.forget_kinds();
  }

 private:
  enum class Hold { expected, waiting, over };
  void wait_where_held(const std::string& line);

  FakeCluster& cluster_;
  std::recursive_mutex mutex_;
  Watched<std::map<std::string, Hold>> holds_;
};

using Files = std::map<std::string, std::string>;

/// The controllers on one control queue, as the agent connects them, over a cluster in memory, with
/// a clock that stands still. Members are read by a test only after `settle`.
struct UnitWorld {
  explicit UnitWorld(const engine::UnitOptions& options = {}, int pass_workers = 1);
  ~UnitWorld();
  UnitWorld(const UnitWorld&) = delete;
  UnitWorld& operator=(const UnitWorld&) = delete;

  /// Runs `task` on the control queue and waits until everything that it started has ended, but
  /// for what waits for a held request.
  void run(const std::function<void()>& task);
  void settle();
  /// Moves the clock and starts the timers that are due.
  void advance(std::chrono::nanoseconds by);

  /// The GitRepository flux-system/repo has these files at "main@sha1:<digit>…".
  void commit(char digit, const Files& files);
  /// Adds or changes a Kustomization of "flux-system"; `spec` are JSON members beside the required
  /// ones, `metadata` members beside name and namespace.
  void kustomization(const std::string& name, const std::string& spec, int generation = 1,
                     const std::string& metadata = "", const std::string& status = "");
  /// status of the last patch of that Kustomization with one.
  model::Document status(const std::string& name) const;
  /// "True ReconciliationSucceeded" of its Ready condition; empty where none was written.
  std::string ready(const std::string& name) const;
  std::string message(const std::string& name) const;
  /// Ids of that Kustomization's inventory in the last patch of its status that has one.
  std::vector<std::string> shown_objects(const std::string& name) const;
  static appliers::UnitKey key(const std::string& name) {
    return {appliers::UnitKind::kustomization, "flux-system", name};
  }
  static std::string revision(char digit) { return "main@sha1:" + std::string(40, digit); }
  /// Which unit a ConfigMap of namespace "a" is labelled for; empty where it does not stand.
  [[nodiscard]] std::string owner_of(const std::string& name) const;
  static std::string config_map(const std::string& name, const std::string& value = "1");
  /// Manifests of ConfigMaps of these names.
  static std::string config_maps(const std::vector<std::string>& names);

  FakeClock clock;
  TemporaryDirectory directory;
  io::Executor executor{{.workers = 2, .clock = &clock}};
  EngineApi api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.server.config()};
  FakeCluster cluster{clock};
  LockedCluster port{cluster};
  appliers::LiveState live{"key", clock};
  appliers::UnitApplier applier{port, live, clock};
  engine::RenderedUnits rendered{live};
  sources::ArtifactStore store{directory.path() + "/artifacts"};
  engine::StatusQueue statuses{client, clock};
  io::SerialQueue control{executor};
  engine::WorkPool fetchers{"fetch", 1};
  engine::WorkPool passes;
  engine::WorkPool reverts{"revert", 1};
  io::Metrics metrics;
  std::mutex watched_mutex;
  std::vector<appliers::UnitKey> watched;  ///< units whose passes came to their watch stage
  /// What units may take values from, as "Secret/namespace/name". Before the first unit.
  std::map<std::string, engine::ConfigData> configs;
  bool sources_muted = false;
  std::atomic<bool> leads{true};
  std::unique_ptr<engine::SourceController> sources;
  std::unique_ptr<engine::UnitController> units;
};

}  // namespace reconcile::test
