#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {

/// Chart archives on disk by their digest: `<folder>/<sha256>.tgz`. Safe from several threads and
/// processes: files appear in one step.
class ChartStore {
 public:
  ChartStore(std::string folder, std::uint64_t bytes_max)
      : folder_(std::move(folder)), bytes_max_(bytes_max) {}

  /// The archive of `digest` ("sha256:<hex>"); empty where it is not there or damaged.
  [[nodiscard]] std::string find(const std::string& digest) const;
  /// Keeps an archive; what cannot be written is left out.
  void keep(const std::string& archive) const;

 private:
  std::string folder_;
  std::uint64_t bytes_max_;
};

/// The files of a chart's archive, without the folder that all of them are in. Throws
/// Error(invalid_input) for an archive that is none or whose paths lead out of it,
/// Error(limit_exceeded).
std::shared_ptr<const model::FileTree> tree_of_chart_archive(const std::string& archive);

}  // namespace reconcile::engine
