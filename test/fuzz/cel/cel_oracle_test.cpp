// A short run of every generator of expressions, and the conformance tests of CEL; fuzz_cel does
// the long runs.
#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"
#include "test/fuzz/campaign.hpp"
#include "test/fuzz/cel/case.hpp"

namespace reconcile::fuzz {

TEST_CASE("generated expressions give what cel-go gives", "[.integration][fuzz][cel]") {
  constexpr std::uint64_t seed = 20261121;
  test::LineProgram oracle({given_program(cel_oracle_variable)});
  for (const Generator& generator : cel_generators()) {
    std::size_t differences = 0;
    Observer observer;
    observer.differs = [&](const Difference& found) {
      if (++differences <= 5) UNSCOPED_INFO(report(generator, seed, found));
    };
    compare(generator, seed, 0, generator.short_run_cases, 1, oracle, observer);
    CHECK(differences == 0);
  }
}

TEST_CASE("the conformance tests of CEL give what cel-go gives", "[.integration][fuzz][cel]") {
  test::LineProgram oracle({given_program(cel_oracle_variable)});
  const model::Document listed = model::parse_json(oracle.ask({R"({"conformance":true})"})[0]);
  const model::Value expressions = listed["expressions"];
  REQUIRE(expressions.size() > 1000);
  std::vector<std::unique_ptr<Question>> questions;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const std::string text(expressions.at(i).text());
    // Messages cannot be made; the walk over a map has no order in Go.
    if (text.find("google.protobuf.") != std::string::npos && text.find('{') != std::string::npos) {
      continue;
    }
    for (const bool checked : {false, true}) {
      questions.push_back(cel_question({checked, "conformance", text, "{}"}));
      lines.push_back(questions.back()->request_line());
    }
  }
  const std::vector<std::string> answers = oracle.ask(lines);
  std::size_t differences = 0;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Outcome outcome = questions[i]->compare(answers[i]);
    if (outcome.difference.empty()) continue;
    if (++differences <= 20) UNSCOPED_INFO(questions[i]->text() << outcome.difference);
  }
  CHECK(differences == 0);
}

}  // namespace reconcile::fuzz
