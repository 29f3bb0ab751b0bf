// fuzz_verdict compares the diff's verdicts with the server's dry runs:
//   fuzz_verdict [--cases N] [--seed S] [--minutes M] [--show N wrong verdicts of each sort]
// Totals so far go to stderr; runs of seeds that differ by less than 64 may share a server.
// The server is $RECONCILE_TEST_KUBECONFIG (test/cluster/up). Ends with 0 where no verdict
// "unchanged" is wrong and less than one in a thousand "changed".
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>

#include "test/fuzz/verdict/verdict_run.hpp"

namespace reconcile::fuzz {

namespace {

std::string summary(const VerdictTotals& totals) {
  return std::to_string(totals.cases) + " cases, " + std::to_string(totals.refused) + " refused, " +
         std::to_string(totals.moving) + " moving, " + std::to_string(totals.unchanged) +
         " unchanged (" + std::to_string(totals.by_memory) + " by memory, " +
         std::to_string(totals.proven) + " by the live object alone), " +
         std::to_string(totals.false_unchanged) + " false unchanged, " +
         std::to_string(totals.false_changed) + " false changed";
}

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
  const VerdictTotals totals = compare_verdicts(
      client, options,
      [&](const WrongVerdict& wrong) {
        if (shown[wrong.says_unchanged ? 1 : 0]++ < shown_max)
          std::cout << wrong.text << "\n\n" << std::flush;
      },
      [](const VerdictTotals& so_far) { std::cerr << summary(so_far) << '\n'; });
  for (const auto& [kind, count] : totals.kinds) {
    const auto refused = totals.refused_kinds.find(kind);
    std::cout << kind << ' ' << count << ", refused "
              << (refused == totals.refused_kinds.end() ? 0 : refused->second) << '\n';
  }
  for (const std::string& kind : totals.missing_kinds)
    std::cout << "kinds.yaml does not have " << kind << '\n';
  std::cout << summary(totals) << '\n';
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
  std::size_t minutes = 0;
  app.add_option("--minutes", minutes, "end sooner after so many");
  app.add_option("--show", shown_max, "wrong verdicts of each sort to print");
  CLI11_PARSE(app, count, words);
  if (minutes > 0) options.limit = std::chrono::minutes(minutes);
  try {
    return reconcile::fuzz::run(options, shown_max);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
