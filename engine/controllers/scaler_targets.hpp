#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "engine/controllers/kind_watch.hpp"
#include "engine/scheduler/work_pool.hpp"
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/io/executor.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// Watches the HorizontalPodAutoscalers of the cluster, whoever made them, and finds managed
/// objects that one of them scaled and none scales any more. Safe from any thread.
class ScalerTargets {
 public:
  /// How long an object has to be without an autoscaler before it counts as free: one that is made
  /// anew must not meet the replicas of Git.
  static constexpr std::chrono::seconds grace{5};
  /// Hears of such an object: `live` is as the server has it, without the autoscaler's claim.
  using OnFree = std::function<void(const appliers::UnitKey&, const model::ObjectId&,
                                    const model::Document& live)>;

  /// All must outlive the targets; `pool` reads objects.
  ScalerTargets(io::Executor& executor, kube::Client& client, const appliers::LiveState& live,
                WorkPool& pool, OnFree on_free);

  void start() { watch_.start(); }
  void stop() { watch_.stop(); }

 private:
  void upsert(const model::Document& scaler);
  void remove(const std::string& space, const std::string& name);
  void release(const model::ObjectId& target);
  void look_at(const model::ObjectId& target);

  io::Executor& executor_;
  kube::Client& client_;
  const appliers::LiveState& live_;
  WorkPool& pool_;
  const OnFree on_free_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, model::ObjectId> targets_;
  KindWatch watch_;
};

/// `live` without the claim that the controller of the autoscalers has on `spec.replicas`; absent
/// where it has none.
model::Document without_scaler(const model::Document& live);

}  // namespace reconcile::engine
