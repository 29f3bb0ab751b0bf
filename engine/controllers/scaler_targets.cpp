// The field manager of an autoscaler stays in an object when the autoscaler goes: managedFields
// alone never give the replicas back. Tests: test/engine/scaler_targets_test.cpp.
#include "engine/controllers/scaler_targets.hpp"

#include <optional>
#include <string_view>

#include "reconcile/model/arena.hpp"

namespace reconcile::engine {
namespace {

/// It runs the controller of the autoscalers, and writes no other scale.
constexpr std::string_view scaler_manager = "kube-controller-manager";

bool is_claim(model::Value entry) {
  return entry["manager"].text() == scaler_manager && entry["subresource"].text() == "scale" &&
         entry["fieldsV1"]["f:spec"]["f:replicas"].present();
}

}  // namespace

ScalerTargets::ScalerTargets(io::Executor& executor, kube::Client& client,
                             const appliers::LiveState& live, WorkPool& pool, OnFree on_free)
    : executor_(executor),
      client_(client),
      live_(live),
      pool_(pool),
      on_free_(std::move(on_free)),
      watch_(client, executor, pool, {"autoscaling", "v2", "HorizontalPodAutoscaler"},
             {[this](const model::Document& scaler) { upsert(scaler); },
              [this](const std::string& space, const std::string& name) { remove(space, name); }}) {
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
  release(found->second);
  targets_.erase(found);
}

void ScalerTargets::release(const model::ObjectId& target) {
  executor_.schedule_after(grace,
                           [this, target] { pool_.post([this, target] { look_at(target); }); });
}

void ScalerTargets::look_at(const model::ObjectId& target) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, scaled] : targets_)
      if (scaled == target) return;
  }
  const std::optional<appliers::LiveRecord> record = live_.find(target);
  if (!record) return;
  const kube::Response answer =
      client_.send(kube::Request::get(record->gvk, target.namespace_name, target.name));
  if (!answer.ok()) return;
  const model::Document live = without_scaler(answer.document());
  if (live.present()) on_free_(record->unit, target, live);
}

model::Document without_scaler(const model::Document& live) {
  const model::Value entries = live["metadata"]["managedFields"];
  std::size_t claim = 0;
  while (claim < entries.size() && !is_claim(entries.at(claim))) ++claim;
  if (claim == entries.size()) return {};
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::copy_node(*arena, live.root());
  model::erase_item(*model::find(*model::find(*root, "metadata"), "managedFields"), claim);
  return {arena, model::Value(root)};
}

}  // namespace reconcile::engine
