#include "test/fuzz/generators.hpp"
#include "test/fuzz/template_chart.hpp"
#include "test/fuzz/template_expressions.hpp"
#include "test/fuzz/template_topics.hpp"

namespace reconcile::fuzz {
namespace {

using MakeBody = std::string (*)(Expressions& expressions, std::string& topic);

/// The topic's name and the body; `weight` of 100.
struct Topic {
  std::string_view name;
  std::size_t weight;
  MakeBody make;
};

constexpr Topic topics[] = {
    {"call", 42, call_body},        {"number", 4, number_body},     {"nil", 8, nil_body},
    {"printf", 10, printf_body},    {"compare", 6, compare_body},   {"constant", 3, constant_body},
    {"mutation", 7, mutation_body}, {"encoding", 8, encoding_body}, {"program", 8, program_body},
    {"garbage", 4, garbage_body},
};

}  // namespace

Case make_template_case(Random& random) {
  const helm::Profile profile = random.chance(60) ? helm::Profile::helm4 : helm::Profile::helm3;
  Expressions expressions(random, profile);
  std::size_t left = random.below(100);
  const Topic* chosen = topics;
  while (left >= chosen->weight) left -= (chosen++)->weight;
  std::string topic(chosen->name);
  std::string body = chosen->make(expressions, topic);
  return chart_around(random, profile, std::move(topic), std::move(body));
}

}  // namespace reconcile::fuzz
