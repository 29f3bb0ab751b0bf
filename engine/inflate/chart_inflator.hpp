#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/helm/chart.hpp"
#include "reconcile/kustomize/build.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::engine {

/// What a build gives to all its charts that say nothing of their own.
struct InflateOptions {
  std::string kube_version;
  std::vector<std::string> api_versions;
  /// Brings charts that are not in the tree. Empty: they are an error that names the chart and what
  /// to do.
  std::function<std::shared_ptr<const model::FileTree>(const kustomize::HelmChartAddress&)> pull;
  /// Loads a chart; empty: helm::load_chart.
  std::function<helm::LoadedChart(const model::FileTree&, const std::string& path)> load;
  /// The time that templates see; absent: now.
  std::optional<model::WallTime> now = {};
  /// What templates draw; empty: model::random_bytes.
  std::function<std::string(std::size_t count)> random_bytes = {};
};

/// `helmCharts` of kustomizations by our own renderer, as kustomize 5.8.2 has Helm 4.3.1 do it:
/// offline, without a cluster. One at a time.
class ChartInflator final : public kustomize::HelmInflator {
 public:
  explicit ChartInflator(InflateOptions options) : options_(std::move(options)) {}

  std::shared_ptr<const model::FileTree> pull(const kustomize::HelmChartAddress& address) override;
  std::string inflate(const kustomize::HelmInflation& inflation,
                      renderers::ReadSet& read_set) override;

 private:
  InflateOptions options_;
};

}  // namespace reconcile::engine
