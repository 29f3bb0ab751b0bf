// Tests: test/engine/scaler_targets_test.cpp.
#include "engine/controllers/scaler_targets.hpp"

#include <algorithm>
#include <optional>

namespace reconcile::engine {

ScalerTargets::ScalerTargets(io::Executor& executor, kube::Client& client,
                             const appliers::LiveState& live, WorkPool& pool, OnFree on_free)
    : executor_(executor),
      live_(live),
      on_free_(std::move(on_free)),
      watch_(client, executor, pool, {"autoscaling", "v2", "HorizontalPodAutoscaler"},
             {[this](const model::Document& scaler) { upsert(scaler); },
              [this](const std::string& space, const std::string& name) { remove(space, name); },
              [this] { on_listed(); }}) {
}

void ScalerTargets::on_pass(const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  if (!listed_) {
    unheard_.insert(unit);
    return;
  }
  for (const model::ObjectId& id : live_.autoscaled_of(unit)) release(id);
}

void ScalerTargets::on_listed() {
  const std::lock_guard lock(mutex_);
  listed_ = true;
  for (const appliers::UnitKey& unit : std::exchange(unheard_, {}))
    for (const model::ObjectId& id : live_.autoscaled_of(unit)) release(id);
}

void ScalerTargets::upsert(const model::Document& scaler) {
  const model::Value metadata = scaler["metadata"];
  const std::string space(metadata["namespace"].text());
  const model::Value reference = scaler["spec"]["scaleTargetRef"];
  const model::Gvk gvk =
      model::Gvk::from_api_version(reference["apiVersion"].text(), reference["kind"].text());
  const model::ObjectId target{gvk.group, gvk.kind, space, std::string(reference["name"].text())};
  const std::lock_guard lock(mutex_);
  model::ObjectId& known = targets_[{space, std::string(metadata["name"].text())}];
  const model::ObjectId before = std::exchange(known, target);
  if (!before.name.empty() && before != target) release(before);
}

void ScalerTargets::remove(const std::string& space, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = targets_.find({space, name});
  if (found == targets_.end()) return;
  const model::ObjectId target = found->second;
  targets_.erase(found);
  release(target);
}

bool ScalerTargets::is_scaled(const model::ObjectId& target) const {
  return std::any_of(targets_.begin(), targets_.end(),
                     [&](const auto& entry) { return entry.second == target; });
}

/// Under the lock.
void ScalerTargets::release(const model::ObjectId& target) {
  if (is_scaled(target) || !releasing_.insert(target).second) return;
  executor_.schedule_after(grace, [this, target] { look_at(target); });
}

void ScalerTargets::look_at(const model::ObjectId& target) {
  {
    const std::lock_guard lock(mutex_);
    releasing_.erase(target);
    if (is_scaled(target)) return;
  }
  const std::optional<appliers::LiveRecord> record = live_.find(target);
  if (record && record->fingerprint.autoscaled) on_free_(record->unit, target);
}

}  // namespace reconcile::engine
