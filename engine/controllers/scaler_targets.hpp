#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "engine/controllers/kind_watch.hpp"
#include "engine/scheduler/work_pool.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// Watches the HorizontalPodAutoscalers of the cluster, whoever made them, and finds managed
/// objects that one of them scaled and none scales any more, also where the last one went while no
/// agent ran. Sends no request for objects. Safe from any thread.
class ScalerTargets {
 public:
  /// How long an object has to be without an autoscaler before it counts as free: one that is made
  /// anew must not meet the replicas of Git.
  static constexpr std::chrono::seconds grace{5};
  /// Hears of such an object, on the executor's loop, and again after each pass while it stays so.
  using OnFree = std::function<void(const appliers::UnitKey&, const model::ObjectId&)>;

  /// All must outlive the targets; `pool` looks kinds up.
  ScalerTargets(io::Executor& executor, kube::Client& client, const appliers::LiveState& live,
                WorkPool& pool, OnFree on_free);

  void start() { watch_.start(); }
  void stop() { watch_.stop(); }
  /// A pass of the unit left its objects as they are to be, replicas of autoscalers aside.
  void on_pass(const appliers::UnitKey& unit);
  /// Autoscalers that are known.
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return targets_.size();
  }

 private:
  void upsert(const model::Document& scaler);
  void remove(const std::string& space, const std::string& name);
  void on_listed();
  [[nodiscard]] bool is_scaled(const model::ObjectId& target) const;
  void release(const model::ObjectId& target);
  void look_at(const model::ObjectId& target);

  io::Executor& executor_;
  const appliers::LiveState& live_;
  const OnFree on_free_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, model::ObjectId> targets_;  ///< by autoscaler
  std::set<model::ObjectId> releasing_;  ///< to be looked at when the grace is over
  std::set<appliers::UnitKey> unheard_;  ///< had a pass before the autoscalers were known
  bool listed_ = false;                  ///< the autoscalers are known
  KindWatch watch_;
};

}  // namespace reconcile::engine
