#include "engine/controllers/object_watches.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "engine/controllers/object_head.hpp"
#include "reconcile/diff/empty_lists.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

constexpr std::chrono::seconds fresh_limit(30);
constexpr std::chrono::milliseconds stop_check(200);

appliers::WatchEventType to_applier_type(kube::WatchEventType type) {
  switch (type) {
    case kube::WatchEventType::added:
      return appliers::WatchEventType::added;
    case kube::WatchEventType::modified:
      return appliers::WatchEventType::modified;
    case kube::WatchEventType::deleted:
      break;
  }
  return appliers::WatchEventType::deleted;
}

model::ObjectId id_of(const model::Gvk& gvk, model::Value object) {
  const model::Value metadata = object["metadata"];
  return {gvk.group, gvk.kind, std::string(metadata["namespace"].text()),
          std::string(metadata["name"].text())};
}

/// Whether a definition may serve the group. What Kubernetes itself serves is `apps`,
/// `networking.k8s.io` and `rbac.authorization.k8s.io`; a definition's group has a dot.
bool may_be_custom(const std::string& group) {
  const std::size_t dot = group.find('.');
  if (dot == std::string::npos || group == "rbac.authorization.k8s.io") return false;
  return group.substr(dot) != ".k8s.io";
}

bool asks_for_a_write(appliers::LiveVerdict verdict) {
  using appliers::LiveVerdict;
  return verdict == LiveVerdict::drifted || verdict == LiveVerdict::disowned ||
         verdict == LiveVerdict::vanishing || verdict == LiveVerdict::gone;
}

}  // namespace

ObjectWatches::ObjectWatches(kube::Client& client, appliers::LiveState& live,
                             RenderedUnits& rendered, ObjectWatchHandlers handlers,
                             std::shared_ptr<model::SpillFile> spill, AuditOptions audit)
    : client_(client),
      live_(live),
      rendered_(rendered),
      handlers_(std::move(handlers)),
      audit_(audit),
      unclaimed_room_(std::move(spill)) {
  schedule_audit();
}

ObjectWatches::~ObjectWatches() {
  stop();
}

void ObjectWatches::stop() {
  stopping_ = true;
  audit_timer_.cancel();
  std::map<WatchKey, std::shared_ptr<Watch>> watches;
  std::unique_ptr<kube::Watcher> definitions;
  {
    const std::lock_guard lock(mutex_);
    watches.swap(watches_);
    definitions.swap(definitions_watch_);
    for (auto& [kind, timers] : later_looks_)
      for (io::Timer& timer : timers) timer.cancel();
  }
  for (auto& [key, watch] : watches) watch->watcher->stop();
  if (definitions != nullptr) definitions->stop();
}

bool ObjectWatches::hears() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(watches_.begin(), watches_.end(), [](const auto& entry) {
    const kube::WatchState state = entry.second->watcher->state();
    return !state.synced || state.connected || entry.second->unserved;
  });
}

std::size_t ObjectWatches::size() const {
  const std::lock_guard lock(mutex_);
  return watches_.size();
}

std::shared_ptr<ObjectWatches::Watch> ObjectWatches::open(const WatchKey& key,
                                                          const std::string& plural,
                                                          const appliers::UnitKey& unit) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Watch>& watch = watches_[key];
  if (watch != nullptr) return watch;
  watch = std::make_shared<Watch>(unclaimed_room_, plural);
  watch->claimed.insert(unit);
  static_cast<void>(watch->unclaimed.claim(unit));
  kube::WatchHandlers handlers;
  const std::weak_ptr<Watch> weak = watch;
  handlers.on_event = [this, gvk = key.first, weak](const kube::WatchEvent& event) {
    if (const std::shared_ptr<Watch> held = weak.lock()) on_event(gvk, *held, event);
  };
  handlers.on_unread = [this, gvk = key.first, weak](std::string_view json) {
    const std::shared_ptr<Watch> held = weak.lock();
    return held != nullptr && on_unread(gvk, *held, json);
  };
  handlers.on_relist_begin = [weak] {
    const std::shared_ptr<Watch> held = weak.lock();
    if (held == nullptr) return;
    held->seen.clear();
    held->known_version = held->version();
    held->overtaken_version = 0;
    const std::lock_guard adoption(held->adoption);
    held->unclaimed.restart(std::chrono::steady_clock::now());
  };
  handlers.on_relist_end = [this, key, weak] {
    const std::shared_ptr<Watch> held = weak.lock();
    if (held == nullptr) return;
    held->unserved = false;
    held->forbidden = false;
    on_relist_end(key.first, key.second, *held);
  };
  handlers.on_trouble = [gvk = key.first, weak](const kube::ApiStatus& status) {
    const std::shared_ptr<Watch> held = weak.lock();
    if (held == nullptr) return;
    held->forbidden = status.code == 403;
    // The definition is gone: told once, the watch goes on asking whether it is back.
    const bool was_unserved = held->unserved.exchange(status.code == 404);
    if (was_unserved && status.code == 404) return;
    io::log().warning("Watch interrupted", {{"kind", gvk.kind}, {"err", status.display()}});
  };
  watch->watcher = std::make_unique<kube::Watcher>(
      client_, kube::Selection{key.first, "", key.second, ""}, std::move(handlers));
  watch->watcher->start();
  return watch;
}

std::set<model::Gvk> ObjectWatches::ensure(const appliers::UnitKey& unit,
                                           const std::set<model::Gvk>& kinds,
                                           const appliers::ContentTrees& trees) {
  // Definitions first: they tell what others of the unit's objects are filled with.
  const auto definitions = std::find_if(kinds.begin(), kinds.end(), [](const model::Gvk& gvk) {
    return gvk.kind == "CustomResourceDefinition";
  });
  if (definitions != kinds.end() && kinds.size() > 1) ensure(unit, {*definitions}, trees);
  const std::string label = unit.name_label().first;
  std::set<model::Gvk> unwatched;
  std::vector<std::pair<WatchKey, std::shared_ptr<Watch>>> opened;
  for (const model::Gvk& gvk : kinds) {
    if (is_unserved(gvk)) {
      // What was applied at that version cannot be kept: the next apply says why.
      for (const appliers::LiveRecord& record : live_.records_of(unit))
        if (record.gvk == gvk) live_.mark_drifted(record.id);
      continue;
    }
    const std::optional<kube::ApiResource> resource = client_.resource(gvk);
    if (!resource || !resource->allows("watch")) {
      unwatched.insert(gvk);
      continue;
    }
    std::shared_ptr<Watch> watch = open({gvk, label}, resource->plural, unit);
    if (may_be_custom(gvk.group)) watch_definitions();
    const kube::WatchState state = watch->watcher->state();
    if (state.synced && !state.fresh && !watch->is_refused())
      watch->watcher->relist(kube::RequestPurpose::renewal);
    opened.emplace_back(WatchKey{gvk, label}, std::move(watch));
  }
  const auto end = std::chrono::steady_clock::now() + fresh_limit;
  for (const auto& [key, watch] : opened) {
    const bool is_fresh = wait_fresh(*watch, end);
    if (!is_fresh) {
      io::log().warning("Watch not fresh", {{"kind", key.first.kind}, {"unit", unit.display()}});
      unwatched.insert(key.first);
    }
    live_.set_label_watched(key.first, label, is_fresh);
    claim(key.first, *watch, unit, trees);
  }
  return unwatched;
}

bool ObjectWatches::is_unserved(const model::Gvk& gvk) const {
  const std::lock_guard lock(mutex_);
  return unserved_.contains(gvk);
}

/// Until `end`; not where the agent stops or the server refuses.
bool ObjectWatches::wait_fresh(const Watch& watch,
                               std::chrono::steady_clock::time_point end) const {
  while (!stopping_ && !watch.is_refused() && std::chrono::steady_clock::now() < end) {
    if (watch.watcher->wait_fresh(stop_check)) return true;
  }
  return watch.watcher->fresh();
}

void ObjectWatches::claim(const model::Gvk& gvk, Watch& watch, const appliers::UnitKey& unit,
                          const appliers::ContentTrees& trees) {
  {
    const std::lock_guard lock(mutex_);
    if (!watch.claimed.insert(unit).second) return;
  }
  // The kind was listed before this unit had rendered: look at its objects once more.
  {
    const std::lock_guard adoption(watch.adoption);
    if (const auto objects = watch.unclaimed.claim(unit)) {
      for (const std::string& json : *objects) adopt_unread(gvk, unit, json, trees);
      return;
    }
  }
  const auto [name_key, name] = unit.name_label();
  const auto [space_key, space] = unit.namespace_label();
  kube::ListOptions options;
  options.purpose = kube::RequestPurpose::watch;
  client_.list(
      {gvk, "", name_key + "=" + name + "," + space_key + "=" + space, ""},
      [&](const model::Document& object, std::string_view) { try_adopt(gvk, object, trees); },
      options);
}

/// An object that cannot be read is applied like one that was not there; the others are adopted.
void ObjectWatches::adopt_unread(const model::Gvk& gvk, const appliers::UnitKey& unit,
                                 const std::string& json, const appliers::ContentTrees& trees) {
  model::Document object;
  try {
    object = model::parse_json(json);
  } catch (const model::Error& error) {
    io::log().warning("The API server listed an object that is no JSON",
                      {{"kind", gvk.kind}, {"unit", unit.display()}, {"err", error.what()}});
    return;
  }
  try_adopt(gvk, object, trees);
}

void ObjectWatches::try_adopt(const model::Gvk& gvk, const model::Document& object,
                              const appliers::ContentTrees& trees) {
  const model::ObjectId id = id_of(gvk, object.root());
  const std::optional<appliers::UnitKey> owner = appliers::owner_of(object.root());
  if (!owner || live_.find(id)) return;
  const std::shared_ptr<const Rendered> rendered = rendered_.find(*owner);
  const appliers::PreparedObject* wanted = rendered == nullptr ? nullptr : rendered->find(id);
  if (wanted == nullptr || wanted->object.gvk() != gvk) return;
  const auto tree = trees.find(id);
  if (!is_as_wanted(
          gvk,
          wanted->body_for(object.root(), tree == trees.end() ? model::Document() : tree->second),
          object.root()))
    return;
  live_.set_left_fields(id, wanted->left, wanted->empty_lists);
  live_.adopt(*owner, gvk, wanted->digest, object.root());
}

/// Whether nothing is to be sent, as far as that is certain without asking.
bool ObjectWatches::is_as_wanted(const model::Gvk& gvk, model::Document body,
                                 model::Value live) const {
  if ((diff::management_flags(live) & diff::replicas_handed_over) != 0) {
    const std::vector<diff::LeftField> replicas{{{"spec", "replicas"}, {}}};
    body = diff::leave_fields(body, live, replicas);
  }
  if (diff::proves_unchanged(body.root(), live)) return true;
  // A definition that a unit applied, and that is as it was applied, says what the server fills in.
  const std::optional<kube::ApiResource> resource = client_.resource(gvk);
  if (!resource) return false;
  const model::ObjectId id{"apiextensions.k8s.io", "CustomResourceDefinition", "",
                           resource->plural + "." + gvk.group};
  const auto [unit, rendered] = rendered_.find_owner(id);
  if (rendered == nullptr) return false;
  const appliers::PreparedObject& definition = *rendered->find(id);
  if (!live_.is_settled(unit, id, definition.digest)) return false;
  const model::Document unpacked = unpack(definition);
  const model::Value schema = diff::definition_schema(unpacked.root(), gvk.version);
  return schema.present() && diff::proves_unchanged(body.root(), live, diff::field_manager, schema);
}

/// A list is of one kind, so the definition is the same for object after object.
model::Document ObjectWatches::unpack(const appliers::PreparedObject& definition) const {
  const std::lock_guard lock(definition_mutex_);
  if (!definition_.present() || definition_digest_ != definition.digest) {
    definition_ = definition.object.document();
    definition_digest_ = definition.digest;
  }
  return definition_;
}

/// What no unit wanted so far waits until its unit claims it.
void ObjectWatches::keep_unclaimed(Watch& watch, const model::ObjectId& id,
                                   const kube::WatchEvent& event) {
  const std::optional<appliers::UnitKey> owner = appliers::owner_of(event.object.root());
  if (!owner) return;
  std::string written;
  if (event.raw.empty()) written = model::write_json(event.object.root());
  const std::string_view json = written.empty() ? event.raw : std::string_view(written);
  watch.unclaimed.keep(*owner, id, event.type == kube::WatchEventType::deleted ? "" : json,
                       std::chrono::steady_clock::now());
}

/// After a restart most of a list is of units that have not rendered yet.
bool ObjectWatches::on_unread(const model::Gvk& gvk, Watch& watch, std::string_view json) {
  const std::optional<model::Document> head = object_head(json);
  if (!head) return false;
  const model::ObjectId id = id_of(gvk, head->root());
  const std::optional<appliers::UnitKey> owner = appliers::owner_of(head->root());
  const std::lock_guard adoption(watch.adoption);
  if (!owner || rendered_.find(*owner) != nullptr || !live_.observe_stranger(id)) return false;
  watch.seen.insert(id);
  watch.unclaimed.keep(*owner, id, json, std::chrono::steady_clock::now());
  return true;
}

void ObjectWatches::on_event(const model::Gvk& gvk, Watch& watch, const kube::WatchEvent& event) {
  const model::ObjectId id = id_of(gvk, event.object.root());
  const std::lock_guard adoption(watch.adoption);
  if (event.initial) {
    watch.seen.insert(id);
    try_adopt(gvk, event.object);
  }
  // A list is judged by content: an audit asks whether what is remembered is true.
  const appliers::Observation seen =
      live_.observe(to_applier_type(event.type), gvk, event.object.root(),
                    event.initial ? std::string_view() : event.raw);
  if (seen.verdict == appliers::LiveVerdict::untracked) return keep_unclaimed(watch, id, event);
  if (gvk.kind == "CustomResourceDefinition") on_own_definition(event.object["spec"]);
  if (event.initial) {
    check_audited(watch, seen, id, event);
    note_version(watch, seen, event.object.root());
  }
  if ((seen.policy_changed || seen.drift_ended) && handlers_.on_policy)
    handlers_.on_policy(seen.unit, id);
  if (asks_for_a_write(seen.verdict)) {
    const bool gone = seen.verdict == appliers::LiveVerdict::gone;
    handlers_.on_drift(seen.unit, id, gone ? model::Document() : event.object);
  }
  if (seen.health_changed) handlers_.on_health(seen.unit);
}

void ObjectWatches::on_relist_end(const model::Gvk& gvk, const std::string& label_group,
                                  Watch& watch) {
  std::vector<appliers::UnitKey> units;
  {
    const std::lock_guard lock(mutex_);
    units.assign(watch.claimed.begin(), watch.claimed.end());
  }
  for (const appliers::UnitKey& unit : units) {
    if (unit.name_label().first != label_group) continue;
    for (const appliers::LiveRecord& record : live_.records_of(unit)) {
      if (record.gvk != gvk || watch.seen.contains(record.id)) continue;
      live_.mark_missing(record.id);
      handlers_.on_drift(unit, record.id, {});
    }
  }
  watch.seen.clear();
  watch.audited_to = 0;
  check_versions(gvk, watch);
}

}  // namespace reconcile::engine
