// usage: reconcile_bench_second_render CHART [KEY=VALUE]...
// Renders a chart directory as the agent does: first whole (reading, parsing and executing it),
// then again with other values, when the chart is kept with its parsed templates. Prints
// milliseconds of the thread's own processor time and the text that executing gives: "FIRST SECOND
// BYTES". Each is the best of several rounds, as a busy machine makes all of them slower only.

#include <algorithm>
#include <ctime>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "reconcile/helm/render.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace {

using namespace reconcile;

constexpr int rounds = 15;

double processor_milliseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Milliseconds of `work`.
template <class Work>
double taken(const Work& work) {
  const double start = processor_milliseconds();
  work();
  return processor_milliseconds() - start;
}

helm::RenderRequest request_of(std::shared_ptr<const helm::Chart> chart,
                               const std::vector<std::string>& assignments, int round) {
  helm::RenderRequest request;
  request.chart = std::move(chart);
  request.release.name = "bench";
  for (const std::string& text : assignments) {
    request.values.push_back({helm::ValuesForm::set, text, ""});
  }
  request.values.push_back(
      {helm::ValuesForm::set, "nameOverride=bench-" + std::to_string(round), ""});
  request.now = model::system_clock().wall_now();
  request.random_bytes = model::random_bytes;
  return request;
}

int measure(const std::string& path, const std::vector<std::string>& assignments) {
  const auto tree = model::disk_tree(path);
  double first = std::numeric_limits<double>::max();
  double second = first;
  std::size_t bytes = 0;
  for (int round = 0; round < rounds; ++round) {
    std::shared_ptr<const helm::Chart> chart;
    first = std::min(first, taken([&] {
                       chart = helm::load_chart(*tree, "", helm::Profile::helm4).chart;
                       helm::render(request_of(chart, assignments, round));
                     }));
    second = std::min(second, taken([&] {
                        const auto result = helm::render(request_of(chart, assignments, -round));
                        bytes = 0;
                        for (const auto& [name, text] : *result.files) bytes += text.size();
                      }));
  }
  std::cout << first << " " << second << " " << bytes << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: reconcile_bench_second_render CHART [KEY=VALUE]...\n";
    return 2;
  }
  try {
    return measure(argv[1], {argv + 2, argv + argc});
  } catch (const model::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
