#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "reconcile/helm/chart.hpp"

namespace reconcile::engine {

/// Charts that releases rendered, so that the next render of the same content neither reads nor
/// parses them again: a loaded chart keeps its parsed templates. Content is compared by the digests
/// of everything that loading looked at. Holds `bytes_max` at most, the longest unused goes first.
/// Safe from any thread.
class ChartCache {
 public:
  explicit ChartCache(std::size_t bytes_max = std::size_t{32} << 20U) : bytes_max_(bytes_max) {}

  /// As helm::load_chart of `path`: the chart that is kept where all it was read from still holds
  /// in `tree`, else it is loaded and kept.
  helm::LoadedChart load(const model::FileTree& tree, const std::string& path,
                         helm::Profile profile);
  /// Charts that are kept.
  [[nodiscard]] std::size_t size() const;

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
  std::size_t bytes_ = 0;
};

}  // namespace reconcile::engine
