// A short run of every generator; fuzz_kustomize does the long ones.
#include <catch2/catch.hpp>

#include "test/fuzz/campaign.hpp"
#include "test/fuzz/kustomize/case.hpp"

namespace reconcile::fuzz {

TEST_CASE("generated trees give what kustomize gives", "[.integration][fuzz][oracle]") {
  constexpr std::uint64_t seed = 20261121;
  test::LineProgram oracle({given_program(kustomize_oracle_variable)});
  for (const Generator& generator : kustomize_generators()) {
    std::size_t differences = 0;
    Observer observer;
    observer.differs = [&](const Difference& found) {
      if (++differences <= 3) UNSCOPED_INFO(report(generator, seed, found));
    };
    const Totals totals =
        compare(generator, seed, 0, generator.short_run_cases, 1, oracle, observer);
    CHECK(differences == 0);
    CHECK(totals.failed_alike < totals.cases * 3 / 4);
  }
}

}  // namespace reconcile::fuzz
