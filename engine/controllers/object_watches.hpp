#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/controllers/unclaimed_objects.hpp"
#include "engine/pipeline/rendered_units.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/io/metrics.hpp"
#include "reconcile/kube/watch.hpp"

namespace reconcile::engine {

/// What watching the managed objects leads to; called on pool threads, must not block.
struct ObjectWatchHandlers {
  /// A managed object differs from what was applied (or is gone, `live` absent then).
  std::function<void(const appliers::UnitKey&, const model::ObjectId&, const model::Document& live)>
      on_drift;
  /// The health of an object of the unit changed.
  std::function<void(const appliers::UnitKey&)> on_health;
  /// The object's annotations say something else of when it is written, or its drift is over
  /// without a write of ours. May be empty.
  std::function<void(const appliers::UnitKey&, const model::ObjectId&)> on_policy = {};
};

/// How often everything is listed again, to find what the watches missed.
struct AuditOptions {
  io::Executor* executor = nullptr;  ///< null: never; else outlives the watches
  io::Metrics* metrics = nullptr;    ///< what mismatches are counted in, outlives them too; or null
  std::chrono::nanoseconds interval{std::chrono::hours(6)};  ///< varied by a tenth; 0: never
  /// When the objects of a changed definition are listed again, each counted from the change and
  /// besides at once: an API server goes on answering by the old schema for a while (kube-apiserver
  /// 1.36.3: up to 40 ms idle), and says of no answer by which.
  std::vector<std::chrono::nanoseconds> after_definition{std::chrono::seconds(2),
                                                         std::chrono::seconds(20)};
};

/// One watch per kind, version and owner-label key: everything that units own, folded into
/// LiveState and dropped. Where some of the kinds may be custom ones, one more of the metadata of
/// all definitions. Safe from any thread.
class ObjectWatches {
 public:
  /// All that is referred to must outlive the watches. `spill` takes what a list tells of units
  /// that have not rendered yet; null: memory does, within a bound.
  ObjectWatches(kube::Client& client, appliers::LiveState& live, RenderedUnits& rendered,
                ObjectWatchHandlers handlers, std::shared_ptr<model::SpillFile> spill,
                AuditOptions audit = {});
  ~ObjectWatches();

  /// Watches `kinds` for `unit` and waits, within a bound, until their first lists are complete and
  /// fresh; a stale watch is listed again. Objects of the unit that a list shows as wanted are
  /// adopted without a write. Answers the kinds that no watch tells of all the same: the server
  /// does not serve them, refuses the watch, or takes too long. `trees` are of what the unit wants,
  /// where they are at hand. Blocks; not on the loop.
  std::set<model::Gvk> ensure(const appliers::UnitKey& unit, const std::set<model::Gvk>& kinds,
                              const appliers::ContentTrees& trees = {});
  /// Lists every kind again and judges each object by its content. One that differs without an
  /// event having told of it is logged and counted, and reverted like any drift.
  void audit();
  /// Ends all watches.
  void stop();
  /// Whether every watch whose first list is complete is connected now, but for kinds that are
  /// gone.
  [[nodiscard]] bool hears() const;
  /// Watches now open, for metrics.
  [[nodiscard]] std::size_t size() const;

 private:
  /// (kind, label key) of one watch.
  using WatchKey = std::pair<model::Gvk, std::string>;
  struct Watch {
    Watch(UnclaimedRoom& room, std::string plural_name)
        : plural(std::move(plural_name)), unclaimed(room, std::chrono::steady_clock::now()) {}
    /// The resource version up to which it has told; 0 before the first list.
    [[nodiscard]] std::uint64_t version() const;
    /// Whether there is nothing to wait for: it may not be watched, or is gone since the first
    /// list.
    [[nodiscard]] bool is_refused() const {
      return forbidden || (unserved && watcher->state().synced);
    }

    const std::string plural;  ///< as the kind's definition is called by
    std::unique_ptr<kube::Watcher> watcher;
    std::unordered_set<model::ObjectId>
        seen;  ///< of the relist under way; watcher's callbacks only
    std::unordered_set<appliers::UnitKey>
        claimed;                         ///< units whose objects were offered for adoption
    std::mutex adoption;                 ///< an event and a claim do not cross; locked first
    UnclaimedObjects unclaimed;          ///< guarded by `adoption`
    std::atomic<bool> forbidden{false};  ///< the server refused it; nobody waits for it
    std::atomic<bool> unserved{false};   ///< the last answer: the kind is not there (any more)
    /// While an audit lists: the resource version up to which events had come; else 0.
    std::atomic<std::uint64_t> audited_to{0};
    std::uint64_t known_version = 0;  ///< before the relist under way; watcher's callbacks only
    /// The lowest version of a record that the relist under way shows in an older state; 0: none.
    std::uint64_t overtaken_version = 0;
  };

  std::shared_ptr<Watch> open(const WatchKey& key, const std::string& plural,
                              const appliers::UnitKey& unit);
  bool wait_fresh(const Watch& watch, std::chrono::steady_clock::time_point end) const;
  bool is_unserved(const model::Gvk& gvk) const;
  void claim(const model::Gvk& gvk, Watch& watch, const appliers::UnitKey& unit,
             const appliers::ContentTrees& trees);
  bool on_unread(const model::Gvk& gvk, Watch& watch, std::string_view json);
  void on_event(const model::Gvk& gvk, Watch& watch, const kube::WatchEvent& event);
  void on_relist_end(const model::Gvk& gvk, const std::string& label_group, Watch& watch);
  static void keep_unclaimed(Watch& watch, const model::ObjectId& id,
                             const kube::WatchEvent& event);
  void adopt_unread(const model::Gvk& gvk, const appliers::UnitKey& unit, const std::string& json,
                    const appliers::ContentTrees& trees);
  void try_adopt(const model::Gvk& gvk, const model::Document& object,
                 const appliers::ContentTrees& trees = {});
  /// `body` is what would be applied to `live`.
  [[nodiscard]] bool is_as_wanted(const model::Gvk& gvk, model::Document body,
                                  model::Value live) const;
  [[nodiscard]] model::Document unpack(const appliers::PreparedObject& definition) const;
  void schedule_audit();
  void judge_by_content(const model::Gvk& gvk, Watch& watch, kube::RequestPurpose purpose);
  static void note_version(Watch& watch, const appliers::Observation& seen, model::Value object);
  void check_versions(const model::Gvk& gvk, Watch& watch);
  void check_audited(const Watch& watch, const appliers::Observation& seen,
                     const model::ObjectId& id, const kube::WatchEvent& event);
  void watch_definitions();
  void on_definition(const kube::WatchEvent& event);
  void on_own_definition(model::Value spec);
  void judge_kind(const std::string& group, const std::string& plural);
  void judge_later(const std::string& group, const std::string& plural);

  kube::Client& client_;
  appliers::LiveState& live_;
  RenderedUnits& rendered_;
  ObjectWatchHandlers handlers_;
  AuditOptions audit_;
  io::Timer audit_timer_;
  std::atomic<bool> stopping_{false};
  UnclaimedRoom unclaimed_room_;  ///< of all watches together
  mutable std::mutex definition_mutex_;
  mutable model::Document definition_;  ///< the last one that was unpacked; guarded, as its digest
  mutable model::Hash128 definition_digest_;
  mutable std::mutex mutex_;
  std::map<WatchKey, std::shared_ptr<Watch>> watches_;
  std::unique_ptr<kube::Watcher> definitions_watch_;  ///< null: no custom kind is under watch
  std::map<std::string, std::int64_t> definitions_;   ///< generations of CRDs by name
  std::map<std::pair<std::string, std::string>, std::vector<io::Timer>>
      later_looks_;                ///< by group and plural whose definition changed
  std::set<model::Gvk> unserved_;  ///< versions that a unit's CRD keeps back
};

}  // namespace reconcile::engine
