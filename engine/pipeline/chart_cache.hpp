#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "reconcile/helm/chart.hpp"
#include "reconcile/helm/kept_manifests.hpp"

namespace reconcile::engine {

/// Charts that releases rendered, so that the next render of the same content neither reads nor
/// parses them again: a loaded chart keeps its parsed templates, definitions and schemas. Content
/// is compared by the digests of everything that loading looked at. Beside them, what rendered
/// files were read as. Holds `bytes_max` at most: charts up to three quarters of it, rendered files
/// what the charts leave; the longest unused goes first. Safe from any thread.
class ChartCache {
 public:
  explicit ChartCache(std::size_t bytes_max = std::size_t{32} << 20U)
      : bytes_max_(bytes_max), manifests_(bytes_max) {}

  /// As helm::load_chart of `path`: the chart that is kept where all it was read from still holds
  /// in `tree`, else it is loaded and kept.
  helm::LoadedChart load(const model::FileTree& tree, const std::string& path,
                         helm::Profile profile);
  /// Charts that are kept.
  [[nodiscard]] std::size_t size() const;
  /// Held now by charts and rendered files, by an estimate.
  [[nodiscard]] std::size_t bytes() const;
  /// What renders of the charts read, for their requests; lives as long as the cache.
  [[nodiscard]] helm::KeptManifests& manifests() noexcept { return manifests_; }

 private:
  struct Entry {
    std::string path;
    helm::Profile profile;
    helm::LoadedChart loaded;
    std::size_t bytes;
  };
  std::shared_ptr<const Entry> find(const model::FileTree& tree, const std::string& path,
                                    helm::Profile profile);
  void keep(std::shared_ptr<const Entry> entry);

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<const Entry>> entries_;  ///< the last used first
  std::size_t bytes_ = 0;                            ///< of the entries
  helm::KeptManifests manifests_;
};

}  // namespace reconcile::engine
