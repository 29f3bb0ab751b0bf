// A short run of every generator; fuzz_helm does the long ones.
#include <catch2/catch.hpp>

#include "test/fuzz/differential.hpp"
#include "test/fuzz/generators.hpp"
#include "test/fuzz/oracle.hpp"

namespace reconcile::fuzz {

TEST_CASE("generated cases give what the engines of Helm give", "[.integration][fuzz][oracle]") {
  constexpr std::uint64_t seed = 20261121;
  test::LineProgram oracle({oracle_program()});
  for (const Generator& generator : generators()) {
    std::size_t differences = 0;
    Observer observer;
    observer.differs = [&](const Difference& found) {
      if (++differences <= 5) UNSCOPED_INFO(report(generator, seed, found));
    };
    const Totals totals =
        compare(generator, seed, 0, generator.short_run_cases, 1, oracle, observer);
    CHECK(differences == 0);
    CHECK(totals.crashed == 0);
  }
}

TEST_CASE("a request that ends the real engine is an answer", "[.integration][fuzz][oracle]") {
  Case endless;
  endless.files["templates/a.txt"] = "{{ $_ := set .Values \"a\" .Values }}{{ .Values }}";
  Case simple;
  simple.files["templates/a.txt"] = "{{ add 1 2 }}";
  Oracle oracle(oracle_program());
  const std::vector<Answer> answers = oracle.ask({endless, simple});
  CHECK(answers[0].crashed);
  CHECK(answers[1].texts.at("app/templates/a.txt") == "3");
}

TEST_CASE("text that is no UTF-8 goes both ways", "[.integration][fuzz][oracle]") {
  Case asked;
  asked.files["templates/a.txt"] = "{{ .Files.Get \"b\" }}";
  asked.files["b"] = "\xff\xfe a";
  Oracle oracle(oracle_program());
  CHECK(oracle.ask({asked})[0].texts.at("app/templates/a.txt") == "\xff\xfe a");
}

}  // namespace reconcile::fuzz
