#include "engine/pipeline/chart_cache.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "reconcile/model/arena.hpp"
#include "reconcile/renderers/read_set.hpp"

namespace reconcile::engine {
namespace {

// What a chart takes beside its texts, once everything in it is parsed (measured over the heap).
constexpr std::size_t file_bytes = 600;                      ///< a file's entries in tables
constexpr std::size_t action_bytes = 400;                    ///< a "{{" of a template
constexpr std::size_t bytes_per_definition_byte = 2;         ///< the values read from it
constexpr std::size_t bytes_per_schema_byte = 2;             ///< the same
constexpr std::size_t schema_bytes = std::size_t{1} << 10U;  ///< a "{" of a schema, compiled
constexpr std::size_t bytes_per_value_byte = 2;  ///< blocks that are not filled to their ends

std::size_t actions_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("{{", at)) != std::string_view::npos; at += 2) ++count;
  return count;
}

std::size_t bytes_of_schema(const std::string& text) {
  const auto parts = static_cast<std::size_t>(std::count(text.begin(), text.end(), '{'));
  return text.size() * (1 + bytes_per_schema_byte) + parts * schema_bytes;
}

std::size_t bytes_of(const helm::Chart& chart) {
  std::size_t bytes = sizeof(helm::Chart);
  if (chart.schema) bytes += bytes_of_schema(*chart.schema);
  if (chart.values.present()) bytes += chart.values.arena()->used_bytes() * bytes_per_value_byte;
  for (const helm::ChartFile& file : chart.files) {
    bytes += file_bytes + file.name.size() + file.data.size();
    if (file.name.starts_with("crds/")) bytes += file.data.size() * bytes_per_definition_byte;
  }
  for (const helm::ChartFile& file : chart.templates) {
    bytes += file_bytes + file.name.size() + file.data.size();
    bytes += actions_in(file.data) * action_bytes;
  }
  for (const auto& child : chart.dependencies) bytes += bytes_of(*child);
  return bytes;
}

constexpr std::size_t charts_bytes_max(std::size_t bytes_max) {
  return bytes_max / 4 * 3;
}

}  // namespace

helm::LoadedChart ChartCache::load(const model::FileTree& tree, const std::string& path,
                                   helm::Profile profile) {
  if (const auto known = find(tree, path, profile)) return known->loaded;
  helm::LoadedChart loaded = helm::load_chart(tree, path, profile);
  const std::size_t bytes = bytes_of(*loaded.chart);
  if (bytes <= charts_bytes_max(bytes_max_)) {
    keep(std::make_shared<const Entry>(Entry{path, profile, loaded, bytes}));
  }
  return loaded;
}

// Digests are compared without the lock: other units go on meanwhile.
std::shared_ptr<const ChartCache::Entry> ChartCache::find(const model::FileTree& tree,
                                                          const std::string& path,
                                                          helm::Profile profile) {
  std::vector<std::shared_ptr<const Entry>> candidates;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : entries_) {
      if (entry->path == path && entry->profile == profile) candidates.push_back(entry);
    }
  }
  for (const auto& candidate : candidates) {
    if (!renderers::still_holds(candidate->loaded.read_set, tree)) continue;
    const std::lock_guard lock(mutex_);
    const auto place = std::find(entries_.begin(), entries_.end(), candidate);
    if (place != entries_.end()) entries_.splice(entries_.begin(), entries_, place);
    return candidate;
  }
  return nullptr;
}

void ChartCache::keep(std::shared_ptr<const Entry> entry) {
  const std::lock_guard lock(mutex_);
  const bool is_known = std::any_of(entries_.begin(), entries_.end(), [&](const auto& other) {
    return other->path == entry->path && other->profile == entry->profile &&
           other->loaded.read_set == entry->loaded.read_set;
  });
  if (is_known) return;
  bytes_ += entry->bytes;
  entries_.push_front(std::move(entry));
  while (bytes_ > charts_bytes_max(bytes_max_)) {
    bytes_ -= entries_.back()->bytes;
    entries_.pop_back();
  }
  manifests_.set_bytes_max(bytes_max_ - bytes_);
}

std::size_t ChartCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t ChartCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_ + manifests_.bytes();
}

}  // namespace reconcile::engine
