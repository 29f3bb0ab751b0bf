#include "engine/controllers/unit_history.hpp"

#include <algorithm>

namespace reconcile::engine {
namespace {

constexpr std::size_t entries_max = 5;

void set_text(model::Arena& arena, model::Node& map, std::string_view key, std::string_view text) {
  model::set(arena, map, key, model::make_string(arena, text));
}

}  // namespace

UnitHistory UnitHistory::read(model::Value list) {
  UnitHistory history;
  for (std::size_t i = 0; i < std::min(list.size(), entries_max); ++i) {
    const model::Value item = list.at(i);
    history.entries_.push_back(
        {std::string(item["digest"].text()), std::string(item["lastReconciledStatus"].text()),
         std::string(item["metadata"]["revision"].text()),
         std::string(item["firstReconciled"].text()), std::string(item["lastReconciled"].text()),
         std::string(item["lastReconciledDuration"].text()),
         item["totalReconciliations"].integer().value_or(1)});
  }
  return history;
}

void UnitHistory::record(const std::string& digest, const std::string& status,
                         const std::string& revision, model::WallTime now,
                         std::chrono::nanoseconds duration) {
  if (!entries_.empty()) {
    const HistoryEntry& newest = entries_.front();
    if (newest.digest == digest && newest.status == status && newest.revision == revision) return;
  }
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const HistoryEntry& entry) {
    return entry.digest == digest && entry.status == status;
  });
  const std::string time = model::format_rfc3339(now);
  HistoryEntry entry{digest, status, revision, time, time, model::format_duration(duration), 1};
  if (known != entries_.end()) {
    entry.first = known->first;
    entry.total = known->total + 1;
    entries_.erase(known);
  }
  entries_.insert(entries_.begin(), std::move(entry));
  if (entries_.size() > entries_max) entries_.resize(entries_max);
}

model::Node UnitHistory::to_node(model::Arena& arena) const {
  model::Node list = model::make_list();
  for (const HistoryEntry& entry : entries_) {
    model::Node item = model::make_map();
    set_text(arena, item, "digest", entry.digest);
    set_text(arena, item, "firstReconciled", entry.first);
    set_text(arena, item, "lastReconciled", entry.last);
    set_text(arena, item, "lastReconciledDuration", entry.duration);
    set_text(arena, item, "lastReconciledStatus", entry.status);
    model::set(arena, item, "totalReconciliations", model::make_integer(entry.total));
    model::Node& metadata = model::set(arena, item, "metadata", model::make_map());
    set_text(arena, metadata, "revision", entry.revision);
    model::append(arena, list, item);
  }
  return list;
}

ReleaseSnapshot ReleaseSnapshot::read(model::Value history) {
  const model::Value item = history.at(0);
  ReleaseSnapshot snapshot;
  if (history.size() == 0) return snapshot;
  snapshot.digest = item["digest"].text();
  snapshot.config_digest = item["configDigest"].text();
  snapshot.name = item["name"].text();
  snapshot.namespace_name = item["namespace"].text();
  snapshot.chart_name = item["chartName"].text();
  snapshot.chart_version = item["chartVersion"].text();
  snapshot.first = item["firstDeployed"].text();
  snapshot.last = item["lastDeployed"].text();
  snapshot.version = item["version"].integer().value_or(1);
  return snapshot;
}

model::Node ReleaseSnapshot::to_node(model::Arena& arena) const {
  model::Node list = model::make_list();
  if (digest.empty()) return list;
  model::Node item = model::make_map();
  set_text(arena, item, "apiVersion", "v2");
  set_text(arena, item, "action", version <= 1 ? "install" : "upgrade");
  set_text(arena, item, "digest", digest);
  set_text(arena, item, "configDigest", config_digest);
  set_text(arena, item, "name", name);
  set_text(arena, item, "namespace", namespace_name);
  set_text(arena, item, "chartName", chart_name);
  set_text(arena, item, "chartVersion", chart_version);
  set_text(arena, item, "firstDeployed", first);
  set_text(arena, item, "lastDeployed", last);
  set_text(arena, item, "status", "deployed");
  model::set(arena, item, "version", model::make_integer(version));
  model::append(arena, list, item);
  return list;
}

}  // namespace reconcile::engine
