#pragma once

#include <string>
#include <vector>

#include "test/support/temporary_directory.hpp"

namespace reconcile::test {

/// The charts of the corpus: read in place where $RECONCILE_CORPUS (or ../shared/corpus) holds the
/// folder helm/charts, else unpacked from its helm.tar.zst.
class ChartCorpus {
 public:
  /// Unpacks the folders `charts`, "cilium/cilium-1.20", where the corpus is an archive.
  explicit ChartCorpus(const std::vector<std::string>& charts);
  /// Where the corpus was looked for.
  static std::string root();
  static bool exists();
  /// The chart's folder; empty where the corpus has no such chart.
  [[nodiscard]] std::string path_of(const std::string& chart) const;
  /// The version in its Chart.yaml.
  [[nodiscard]] std::string version_of(const std::string& chart) const;

 private:
  TemporaryDirectory unpacked_;
  std::string charts_;
};

}  // namespace reconcile::test
