#include "engine/pipeline/chart_cache.hpp"

#include <algorithm>
#include <vector>

#include "reconcile/renderers/read_set.hpp"

namespace reconcile::engine {
namespace {

/// What a chart takes for each byte of its templates and definitions: the text and the tree that is
/// parsed from it.
constexpr std::size_t bytes_per_text_byte = 5;

std::size_t bytes_of(const helm::Chart& chart) {
  std::size_t bytes = sizeof(helm::Chart) + chart.schema.value_or("").size();
  for (const helm::ChartFile& file : chart.files) {
    const std::size_t factor = file.name.starts_with("crds/") ? bytes_per_text_byte : 1;
    bytes += file.name.size() + file.data.size() * factor;
  }
  for (const helm::ChartFile& file : chart.templates) {
    bytes += file.name.size() + file.data.size() * bytes_per_text_byte;
  }
  for (const auto& child : chart.dependencies) bytes += bytes_of(*child);
  return bytes;
}

}  // namespace

helm::LoadedChart ChartCache::load(const model::FileTree& tree, const std::string& path,
                                   helm::Profile profile) {
  if (const auto known = find(tree, path, profile)) return known->loaded;
  helm::LoadedChart loaded = helm::load_chart(tree, path, profile);
  const std::size_t bytes = bytes_of(*loaded.chart);
  if (bytes <= bytes_max_) {
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
  while (bytes_ > bytes_max_) {
    bytes_ -= entries_.back()->bytes;
    entries_.pop_back();
  }
}

std::size_t ChartCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace reconcile::engine
