// Lists again what the watches have told already: at intervals, to find what they missed, and where
// a definition changed, since that changes objects without an event.

#include <algorithm>
#include <charconv>

#include "engine/controllers/object_watches.hpp"
#include "engine/scheduler/delay.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/io/log.hpp"

namespace reconcile::engine {
namespace {

constexpr double audit_jitter_percent = 10;

}  // namespace

std::uint64_t ObjectWatches::Watch::version() const {
  const std::string text = watcher->state().resource_version;
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void ObjectWatches::schedule_audit() {
  if (audit_.executor == nullptr || audit_.interval.count() == 0 || stopping_) return;
  audit_timer_ =
      audit_.executor->schedule_after(with_jitter(audit_.interval, audit_jitter_percent), [this] {
        audit();
        schedule_audit();
      });
}

void ObjectWatches::audit() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  for (auto& [key, watch] : watches_) {
    if (!watch->watcher->state().synced) continue;
    watch->audited_to = watch->version();
    judge_by_content(key.first, *watch, kube::RequestPurpose::audit);
  }
}

void ObjectWatches::judge_by_content(const model::Gvk& gvk, Watch& watch,
                                     kube::RequestPurpose purpose) {
  live_.forget_versions(gvk);
  watch.watcher->relist(purpose);
}

void ObjectWatches::note_version(Watch& watch, const appliers::Observation& seen,
                                 model::Value object) {
  if (diff::resource_version(object) >= seen.known_version) return;
  std::uint64_t& lowest = watch.overtaken_version;
  lowest = lowest == 0 ? seen.known_version : std::min(lowest, seen.known_version);
}

/// A store that was restored has lower versions than were known, or, where it was made to go on
/// from a higher one (etcdutl's --bump-revision), objects in an older state than a list as new as
/// their records can show. By their versions alone they would count as old news.
void ObjectWatches::check_versions(const model::Gvk& gvk, Watch& watch) {
  const std::uint64_t listed = watch.version();
  const bool went_back = listed < watch.known_version;
  const bool is_restored = watch.overtaken_version != 0 && watch.overtaken_version <= listed;
  if (!went_back && !is_restored) return;
  io::log().warning("Resource versions went back, judging by content", {{"kind", gvk.kind}});
  judge_by_content(gvk, watch, kube::RequestPurpose::renewal);
}

void ObjectWatches::check_audited(const Watch& watch, const appliers::Observation& seen,
                                  const model::ObjectId& id, const kube::WatchEvent& event) {
  const bool differs = seen.verdict == appliers::LiveVerdict::drifted ||
                       seen.verdict == appliers::LiveVerdict::disowned;
  // What was written since the audit began may be on its way as an event.
  const std::uint64_t version = diff::resource_version(event.object.root());
  if (!differs || seen.known_to_differ || version > watch.audited_to) return;
  io::log().error("Watch missed a difference", {{"unit", seen.unit.display()},
                                                {"object", id.display()},
                                                {"verdict", to_string(seen.verdict)}});
  if (audit_.metrics == nullptr) return;
  audit_.metrics
      ->counter("reconcile_audit_mismatches_total",
                "Objects that an audit found different without an event having said so")
      .add();
}

/// Of any definition, whoever applied it; what is in it is not asked for. Nobody waits for it, and
/// where it may not be watched, changes of definitions show in the next audit.
void ObjectWatches::watch_definitions() {
  const std::lock_guard lock(mutex_);
  if (stopping_ || definitions_watch_ != nullptr) return;
  const model::Gvk gvk{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
  kube::WatchHandlers handlers;
  handlers.on_event = [this](const kube::WatchEvent& event) { on_definition(event); };
  definitions_watch_ = std::make_unique<kube::Watcher>(
      client_, kube::Selection{gvk, {}, {}, {}}, std::move(handlers),
      kube::WatchOptions{.content = kube::ListContent::metadata});
  definitions_watch_->start();
}

void ObjectWatches::on_definition(const kube::WatchEvent& event) {
  const model::Value metadata = event.object["metadata"];
  const std::string name(metadata["name"].text());
  const std::int64_t generation = metadata["generation"].integer().value_or(0);
  {
    const std::lock_guard lock(mutex_);
    if (event.type == kube::WatchEventType::deleted) {
      definitions_.erase(name);
      return;
    }
    const auto [known, is_new] = definitions_.try_emplace(name, generation);
    if (is_new || known->second == generation) return;
    known->second = generation;
    const std::size_t dot = name.find('.');
    const std::string plural = name.substr(0, dot);
    const std::string group = name.substr(dot + 1);
    judge_kind(group, plural);
    judge_later(group, plural);
  }
  client_.invalidate_discovery();
}

/// With the lock held.
void ObjectWatches::judge_kind(const std::string& group, const std::string& plural) {
  for (auto& [key, watch] : watches_)
    if (key.first.group == group && watch->plural == plural && watch->watcher->state().synced)
      judge_by_content(key.first, *watch, kube::RequestPurpose::audit);
}

/// With the lock held. What was set for an earlier change is due later now.
void ObjectWatches::judge_later(const std::string& group, const std::string& plural) {
  if (audit_.executor == nullptr || stopping_) return;
  std::vector<io::Timer>& timers = later_looks_[{group, plural}];
  for (io::Timer& timer : timers) timer.cancel();
  timers.clear();
  for (const std::chrono::nanoseconds delay : audit_.after_definition)
    timers.push_back(audit_.executor->schedule_after(delay, [this, group, plural] {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      client_.invalidate_discovery();
      judge_kind(group, plural);
    }));
}

/// Ends the watches of versions that a unit's definition does not serve (any more): they would ask
/// in vain for ever.
void ObjectWatches::on_own_definition(model::Value spec) {
  const std::string group(spec["group"].text());
  const std::string kind(spec["names"]["kind"].text());
  const model::Value versions = spec["versions"];
  std::vector<std::shared_ptr<Watch>> ended;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(unserved_,
                  [&](const model::Gvk& gvk) { return gvk.group == group && gvk.kind == kind; });
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (versions.at(i)["served"].boolean().value_or(true)) continue;
      const model::Gvk gvk{group, std::string(versions.at(i)["name"].text()), kind};
      unserved_.insert(gvk);
      std::erase_if(watches_, [&](const auto& entry) {
        if (entry.first.first == gvk) ended.push_back(entry.second);
        return entry.first.first == gvk;
      });
    }
  }
  // Their callbacks may wait for the lock.
  for (const std::shared_ptr<Watch>& watch : ended) watch->watcher->stop();
}

}  // namespace reconcile::engine
