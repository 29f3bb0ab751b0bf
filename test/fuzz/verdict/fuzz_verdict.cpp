// fuzz_verdict compares the diff's verdicts with the server's dry runs:
//   fuzz_verdict [--cases N] [--seed S] [--show N wrong verdicts of each sort]
// The server is $RECONCILE_TEST_KUBECONFIG (test/cluster/up). Ends with 0 where no verdict
// "unchanged" is wrong and less than one in a thousand "changed".
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "test/fuzz/verdict/verdict_run.hpp"

namespace reconcile::fuzz {

namespace {

int run(const VerdictOptions& options, std::size_t shown_max) {
  const char* path = std::getenv("RECONCILE_TEST_KUBECONFIG");
  if (path == nullptr) {
    std::cerr << "RECONCILE_TEST_KUBECONFIG is not set\n";
    return 2;
  }
  io::Executor executor{{.workers = 2}};
  io::HttpClient http{executor};
  kube::Client client{executor, http, kube::load_kubeconfig({path})};
  std::size_t shown[2] = {0, 0};
  const VerdictTotals totals = compare_verdicts(client, options, [&](const WrongVerdict& wrong) {
    if (shown[wrong.says_unchanged ? 1 : 0]++ < shown_max) std::cout << wrong.text << "\n\n";
  });
  for (const auto& [kind, count] : totals.kinds) std::cout << kind << ' ' << count << '\n';
  std::cout << totals.cases << " cases, " << totals.refused << " refused, " << totals.moving
            << " moving, " << totals.unchanged << " unchanged (" << totals.by_memory
            << " by memory, " << totals.proven << " by the live object alone), "
            << totals.false_unchanged << " false unchanged, " << totals.false_changed
            << " false changed\n";
  return totals.false_unchanged == 0 && totals.false_changed * 1000 < totals.cases ? 0 : 1;
}

}  // namespace

}  // namespace reconcile::fuzz

int main(int count, char** words) {
  CLI::App app("Compares verdicts of the diff with dry runs of the server");
  reconcile::fuzz::VerdictOptions options;
  std::size_t shown_max = 3;
  app.add_option("--cases", options.cases, "verdicts to compare");
  app.add_option("--seed", options.seed, "of the generator");
  app.add_option("--show", shown_max, "wrong verdicts of each sort to print");
  CLI11_PARSE(app, count, words);
  try {
    return reconcile::fuzz::run(options, shown_max);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
