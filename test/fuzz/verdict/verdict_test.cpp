// A short run; fuzz_verdict does the long ones.
#include "test/fuzz/verdict/verdict_run.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

namespace reconcile::fuzz {

TEST_CASE("verdicts are the server's", "[.integration][fuzz][verdict]") {
  const char* path = std::getenv("RECONCILE_TEST_KUBECONFIG");
  REQUIRE(path != nullptr);
  io::Executor executor{{.workers = 2}};
  io::HttpClient http{executor};
  kube::Client client{executor, http, kube::load_kubeconfig({path})};
  VerdictOptions options;
  options.seed = 20261121;
  const VerdictTotals totals = compare_verdicts(
      client, options, [](const WrongVerdict& wrong) { UNSCOPED_INFO(wrong.text); });
  CHECK(totals.false_unchanged == 0);
  CHECK(totals.false_changed * 1000 < totals.cases);
  CHECK(totals.cases >= options.cases);
  CHECK(totals.unchanged > totals.cases / 10);
  CHECK(totals.refused < totals.cases / 4);
  CHECK(totals.moving < totals.cases / 100);
  CHECK(totals.missing_kinds.empty());
}

}  // namespace reconcile::fuzz
