#include "engine/controllers/lookup_watches.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/kube/watch.hpp"

namespace reconcile::engine {

struct LookupWatches::Entry {
  std::mutex mutex;
  std::map<std::string, std::string> objects;  ///< digests by name
  std::map<std::string, std::string> listed;   ///< of the running relist
  bool is_complete = false;                    ///< a list has ended
  std::unique_ptr<kube::Watcher> watcher;
};

namespace {

/// What a watch of the answer selects; absent where there is nothing to watch: the kind is not
/// served, or an object is asked for without its namespace.
std::optional<kube::Selection> selection_of(kube::Client& client, const LookupQuery& query) {
  const model::Gvk gvk = model::Gvk::from_api_version(query.api_version, query.kind);
  const std::optional<kube::ApiResource> resource = client.resource(gvk);
  if (!resource) return std::nullopt;
  const bool is_namespaced = resource->scope == kube::Scope::namespaced;
  if (is_namespaced && query.namespace_name.empty() && !query.name.empty()) return std::nullopt;
  return kube::Selection{gvk, is_namespaced ? query.namespace_name : "", "",
                         query.name.empty() ? "" : "metadata.name=" + query.name};
}

}  // namespace

LookupWatches::~LookupWatches() {
  stop();
}

LookupWatches::Entries LookupWatches::take_unwanted() {
  std::set<LookupQuery> wanted;
  for (const auto& [unit, queries] : wanted_) wanted.insert(queries.begin(), queries.end());
  Entries gone;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const auto next = std::next(it);
    if (stopped_ || !wanted.contains(it->first)) gone.insert(entries_.extract(it));
    it = next;
  }
  return gone;
}

void LookupWatches::keep(const appliers::UnitKey& unit, const std::vector<LookupNote>& notes) {
  std::set<LookupQuery> queries;
  for (const LookupNote& note : notes) queries.insert(note.query);
  Entries gone;
  std::vector<LookupQuery> missing;
  {
    const std::lock_guard lock(mutex_);
    if (queries.empty() && !wanted_.contains(unit)) return;
    for (const LookupQuery& query : queries) {
      if (!entries_.contains(query)) missing.push_back(query);
    }
    if (queries.empty())
      wanted_.erase(unit);
    else
      wanted_[unit] = std::move(queries);
    gone = take_unwanted();
  }
  for (const auto& [query, entry] : gone) entry->watcher->stop();
  for (const LookupQuery& query : missing) add(query);
}

void LookupWatches::add(const LookupQuery& query) {
  const std::optional<kube::Selection> selection = selection_of(client_, query);
  if (!selection) return;
  const auto entry = std::make_shared<Entry>();
  kube::WatchHandlers handlers;
  // The watcher, and with it every callback, ends before its entry goes.
  handlers.on_event = [held = entry.get()](const kube::WatchEvent& event) {
    const std::string name = lookup_object_name(event.object.root());
    const std::lock_guard lock(held->mutex);
    if (event.type == kube::WatchEventType::deleted) {
      held->objects.erase(name);
      return;
    }
    const std::string digest = lookup_object_digest(event.object.root());
    (event.initial ? held->listed : held->objects).insert_or_assign(name, digest);
  };
  handlers.on_relist_begin = [held = entry.get()] { held->listed.clear(); };
  handlers.on_relist_end = [held = entry.get()] {
    const std::lock_guard lock(held->mutex);
    held->objects = std::exchange(held->listed, {});
    held->is_complete = true;
  };
  entry->watcher = std::make_unique<kube::Watcher>(client_, *selection, std::move(handlers));
  const std::lock_guard lock(mutex_);
  const bool wanted = std::any_of(wanted_.begin(), wanted_.end(),
                                  [&](const auto& unit) { return unit.second.contains(query); });
  if (stopped_ || !wanted || entries_.size() >= watches_max) return;
  if (entries_.emplace(query, entry).second) entry->watcher->start();
}

std::optional<std::string> LookupWatches::digest(const LookupNote& note) const {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(note.query);
    if (found == entries_.end()) return std::nullopt;
    entry = found->second;
  }
  if (!entry->watcher->fresh()) return std::nullopt;
  const std::lock_guard lock(entry->mutex);
  if (!entry->is_complete) return std::nullopt;
  if (note.query.name.empty()) return lookup_list_digest(entry->objects, note.own);
  return entry->objects.empty() ? "" : entry->objects.begin()->second;
}

void LookupWatches::stop() {
  Entries gone;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    gone = take_unwanted();
  }
  for (const auto& [query, entry] : gone) entry->watcher->stop();
}

}  // namespace reconcile::engine
