// usage: reconcile_bench_renders CHART...
// Renders each chart directory twice as the agent does, where a loaded chart is kept, and what
// rendered files were read as: the first render reads, hashes (as libgit2 does with what it reads)
// and parses everything, the second one has other values, executes, and reads the files that came
// out otherwise; that the chart is the same a Git tree knows without reading it. Prints a line
// "NAME FIRST_MS SECOND_MS MB/S" for each, medians of the process's processor time over several
// rounds; the last figure is the text that comes out of a render that does not read it as objects.

#include <algorithm>
#include <ctime>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "reconcile/helm/kept_manifests.hpp"
#include "reconcile/helm/render.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/file_tree.hpp"

namespace {

using namespace reconcile;

constexpr int rounds = 11;
constexpr std::size_t kept_bytes_max = std::size_t{8} << 20U;
constexpr double bytes_in_mb = 1e6;
constexpr double ms_in_second = 1e3;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

helm::HelmResult render(const std::shared_ptr<const helm::Chart>& chart, const std::string& values,
                        helm::KeptManifests* kept) {
  helm::RenderRequest request;
  request.chart = chart;
  request.values.push_back({helm::ValuesForm::file, values, "values"});
  request.include_crds = true;
  request.want_objects = kept != nullptr;
  request.kept_manifests = kept;
  request.now = model::system_clock().wall_now();
  request.random_bytes = model::random_bytes;
  return helm::render(request);
}

struct Costs {
  std::vector<double> first;     ///< seconds
  std::vector<double> second;    ///< seconds
  std::vector<double> executed;  ///< bytes a second
};

void measure(const model::FileTree& tree, Costs& costs) {
  helm::KeptManifests kept(kept_bytes_max);
  const double start = processor_seconds();
  const helm::LoadedChart loaded = helm::load_chart(tree, "", helm::Profile::helm4);
  static_cast<void>(render(loaded.chart, "nameOverride: first\n", &kept));
  const double loaded_at = processor_seconds();
  static_cast<void>(render(loaded.chart, "nameOverride: second\n", &kept));
  const double rendered_at = processor_seconds();
  const helm::HelmResult result = render(loaded.chart, "nameOverride: third\n", nullptr);
  const double end = processor_seconds();
  std::size_t bytes = 0;
  for (const auto& [path, text] : *result.files) bytes += text.size();
  costs.first.push_back(loaded_at - start);
  costs.second.push_back(rendered_at - loaded_at);
  costs.executed.push_back(static_cast<double>(bytes) / (end - rendered_at));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) {
      const auto tree = model::disk_tree(argv[i]);
      Costs costs;
      for (int round = 0; round < rounds; ++round) measure(*tree, costs);
      std::cout << std::filesystem::path(argv[i]).filename().string() << " "
                << median(costs.first) * ms_in_second << " " << median(costs.second) * ms_in_second
                << " " << median(costs.executed) / bytes_in_mb << "\n";
    }
  } catch (const std::exception& error) {
    std::cerr << "reconcile_bench_renders: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
