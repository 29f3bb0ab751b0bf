#include "engine/inflate/chart_inflator.hpp"

#include "reconcile/helm/render.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Value;

bool flag(Value chart, std::string_view field) {
  return chart[field].boolean().value_or(false);
}

/// The name that `helm template` gives the release for the arguments that kustomize passes.
std::string release_name(Value chart, const helm::RenderRequest& request) {
  const std::string given(chart["releaseName"].text());
  const std::string name_template(chart["nameTemplate"].text());
  if (name_template.empty()) return given.empty() ? "release-name" : given;
  if (!given.empty()) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "cannot set nameTemplate and also specify a releaseName");
  }
  return helm::render_name_template(name_template, request);
}

}  // namespace

std::shared_ptr<const model::FileTree> ChartInflator::pull(
    const kustomize::HelmChartAddress& address) {
  if (options_.pull) return options_.pull(address);
  throw model::Error(model::ErrorCode::unsupported,
                     "chart \"" + address.name + "\" of " +
                         kustomize::without_credentials(address.repository) +
                         " is not among the files, and nothing is downloaded here: expected it in "
                         "chartHome, or --remote-bases");
}

std::string ChartInflator::inflate(const kustomize::HelmInflation& inflation,
                                   renderers::ReadSet& read_set) {
  const Value chart = inflation.chart.root();
  helm::LoadedChart loaded =
      options_.load
          ? options_.load(*inflation.tree, inflation.chart_directory)
          : helm::load_chart(*inflation.tree, inflation.chart_directory, helm::Profile::helm4);
  read_set.insert(loaded.read_set.begin(), loaded.read_set.end());
  helm::RenderRequest request;
  request.chart = std::move(loaded.chart);
  for (const kustomize::HelmInflation::Values& values : inflation.values) {
    request.values.push_back({helm::ValuesForm::file, values.text, values.name});
  }
  const std::string_view namespace_name = chart["namespace"].text();
  if (!namespace_name.empty()) request.release.namespace_name = namespace_name;
  request.capabilities.kube_version = chart["kubeVersion"].text();
  if (request.capabilities.kube_version.empty())
    request.capabilities.kube_version = options_.kube_version;
  const Value versions = chart["apiVersions"];
  for (std::size_t i = 0; i < versions.size(); ++i) {
    request.capabilities.api_versions.emplace_back(versions.at(i).text());
  }
  if (versions.empty()) request.capabilities.api_versions = options_.api_versions;
  request.include_crds = flag(chart, "includeCRDs");
  request.skip_tests = flag(chart, "skipTests");
  request.no_hooks = flag(chart, "skipHooks");
  request.now = options_.now ? *options_.now : model::system_clock().wall_now();
  request.random_bytes = options_.random_bytes ? options_.random_bytes : model::random_bytes;
  request.release.name = release_name(chart, request);
  return helm::output_text(helm::render(request), request);
}

}  // namespace reconcile::engine
