#include "test/fuzz/differential.hpp"

#include <vector>

namespace reconcile::fuzz {
namespace {

/// Questions in flight: enough that both processes work at once.
constexpr std::size_t batch_questions = 64;

/// How often a question is asked again whose answers differ.
constexpr std::size_t repeats_max = 32;

struct Asked {
  std::size_t index = 0;
  std::unique_ptr<Question> question;
};

/// Whether the real tool answers as ours at another time: where Go's order of maps decides, one
/// question has several answers.
bool answers_by_chance(const Question& question, test::LineProgram& oracle) {
  const std::vector<std::string> lines(repeats_max, question.request_line());
  for (const std::string& answer : oracle.ask(lines)) {
    const Outcome outcome = question.compare(answer);
    if (!outcome.crashed && outcome.difference.empty()) return true;
  }
  return false;
}

void compare_batch(const std::vector<Asked>& batch, test::LineProgram& oracle,
                   const Observer& observer, Totals& totals) {
  std::vector<std::string> lines;
  lines.reserve(batch.size());
  for (const Asked& asked : batch) lines.push_back(asked.question->request_line());
  const std::vector<std::string> answers = oracle.ask(lines);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (observer.begins) observer.begins(batch[i].index);
    const Outcome outcome = batch[i].question->compare(answers[i]);
    if (observer.ends) observer.ends();
    ++totals.cases;
    if (outcome.failed_alike) ++totals.failed_alike;
    if (outcome.crashed) ++totals.crashed;
    if (outcome.difference.empty()) continue;
    if (answers_by_chance(*batch[i].question, oracle)) {
      ++totals.random;
      continue;
    }
    observer.differs({batch[i].index, batch[i].question.get(), outcome.difference});
  }
}

}  // namespace

std::unique_ptr<Question> question_of(const Generator& generator, std::uint64_t seed,
                                      std::size_t index) {
  Random mixed(seed * 0x2545f4914f6cdd1dULL + index);
  Random random(mixed.next());
  return generator.make(random);
}

Totals compare(const Generator& generator, std::uint64_t seed, std::size_t first, std::size_t end,
               std::size_t step, test::LineProgram& oracle, const Observer& observer) {
  Totals totals;
  for (std::size_t next = first; next < end;) {
    std::vector<Asked> batch;
    for (; next < end && batch.size() < batch_questions; next += step) {
      batch.push_back({next, question_of(generator, seed, next)});
    }
    compare_batch(batch, oracle, observer, totals);
  }
  return totals;
}

std::string report(const Generator& generator, std::uint64_t seed, const Difference& found) {
  const std::string name(generator.name);
  return "=== " + name + " [" + found.question->topic() + "]: --generator " + name + " --seed " +
         std::to_string(seed) + " --case " + std::to_string(found.index) + "\n" +
         found.question->text() + found.text + "\n";
}

}  // namespace reconcile::fuzz
