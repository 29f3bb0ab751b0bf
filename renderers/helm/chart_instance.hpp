#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reconcile/gotemplate/heap.hpp"
#include "reconcile/helm/chart.hpp"

namespace reconcile::helm {

/// One dependency entry while it is processed: aliases rename it, tags and conditions switch it.
struct DependencyState {
  const Dependency* entry = nullptr;
  std::string name;  ///< the alias once aliases were applied
  bool enabled = true;
  gotemplate::GoValue import_values;  ///< what `.Chart.Dependencies` shows, rewritten by the import
};

/// A chart in one render: the immutable Chart, and what processing its dependencies changes. A
/// chart that serves several aliases has an instance for each. Owned by its parent; used by one
/// thread.
struct ChartInstance {
  const Chart* chart = nullptr;
  std::string name;  ///< the alias, or the chart's name
  ChartInstance* parent = nullptr;
  /// Where the paths of its files start instead of at its parent: Helm 3 keeps the parent that the
  /// charts below an aliased one were loaded with. Empty otherwise.
  std::string loaded_below = {};
  gotemplate::GoMap* values = nullptr;  ///< defaults, replaced by import-values; may be null
  std::vector<std::shared_ptr<DependencyState>> dependencies;  ///< never null
  bool lists_dependencies = false;
  std::vector<std::unique_ptr<ChartInstance>> children;

  [[nodiscard]] bool is_root() const noexcept { return parent == nullptr; }
  /// "parent/charts/child".
  [[nodiscard]] std::string full_path() const {
    if (is_root()) return name;
    return (loaded_below.empty() ? parent->full_path() : loaded_below) + "/charts/" + name;
  }
};

/// The instances of `chart` and all its subcharts as loaded, with defaults converted into `heap`.
std::unique_ptr<ChartInstance> instantiate(const Chart& chart, gotemplate::Heap& heap);
/// A copy of a whole instance; values are shared, as in Helm.
std::unique_ptr<ChartInstance> copy_instance(const ChartInstance& instance, ChartInstance* parent);

}  // namespace reconcile::helm
