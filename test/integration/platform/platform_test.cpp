// The charts of a platform, as people install them together: each accepted by a real API server,
// judged right, left alone while nothing changes, kept and pruned. Prints the table of README.md.

#include <catch2/catch.hpp>
#include <iostream>

#include "test/integration/platform/platform.hpp"

using namespace reconcile::test;

TEST_CASE("the charts of a platform are accepted, judged, left alone, kept and pruned",
          "[.integration][corpus][platform]") {
  if (!ChartCorpus::exists()) {
    WARN("skipped: expected helm/charts or helm.tar.zst in " << ChartCorpus::root());
    return;
  }
  Platform platform(chosen_rows());
  const auto start = std::chrono::steady_clock::now();
  const auto told = [&](const char* step) {
    std::cout << step << " after "
              << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()
              << " s" << std::endl;
  };
  platform.apply();
  told("applied");
  platform.check_health();
  told("judged");
  platform.check_quiet();
  told("quiet");
  platform.check_drift();
  told("kept");
  platform.check_prune();
  told("pruned");
  std::cout << markdown(platform.results());
  for (const RowResult& result : platform.results()) {
    for (const std::string& problem : result.problems) {
      UNSCOPED_INFO(result.row.name << ": " << problem);
    }
    CHECK(result.problems.empty());
  }
}
