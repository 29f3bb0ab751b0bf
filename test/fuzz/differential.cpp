#include "test/fuzz/differential.hpp"

#include <algorithm>

namespace reconcile::fuzz {
namespace {

/// Cases in flight: enough that both processes work at once.
constexpr std::size_t batch_cases = 64;
/// Files beside the main template are shown up to this size.
constexpr std::size_t shown_file_bytes = 600;

void compare_batch(const std::vector<std::size_t>& indices, const std::vector<Case>& cases,
                   Oracle& oracle, const Observer& observer, Totals& totals) {
  const std::vector<Answer> theirs = oracle.ask(cases);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    ++totals.cases;
    if (theirs[i].crashed) {
      ++totals.crashed;
      continue;
    }
    if (observer.begins) observer.begins(indices[i]);
    const Answer ours = our_answer(cases[i]);
    if (observer.ends) observer.ends();
    if (ours.failed && theirs[i].failed) ++totals.failed_alike;
    const std::string text = difference(cases[i], ours, theirs[i]);
    if (!text.empty()) observer.differs({indices[i], cases[i], text});
  }
}

}  // namespace

Case case_of(const Generator& generator, std::uint64_t seed, std::size_t index) {
  Random mixed(seed * 0x2545f4914f6cdd1dULL + index);
  Random random(mixed.next());
  return generator.make(random);
}

Totals compare(const Generator& generator, std::uint64_t seed, std::size_t first, std::size_t end,
               std::size_t step, Oracle& oracle, const Observer& observer) {
  Totals totals;
  for (std::size_t next = first; next < end;) {
    std::vector<std::size_t> indices;
    std::vector<Case> cases;
    for (; next < end && cases.size() < batch_cases; next += step) {
      indices.push_back(next);
      cases.push_back(case_of(generator, seed, next));
    }
    compare_batch(indices, cases, oracle, observer, totals);
  }
  return totals;
}

std::string report(const Generator& generator, std::uint64_t seed, const Difference& found) {
  std::string text = "=== " + std::string(generator.name) + " [" + found.asked.topic + "] " +
                     (found.asked.profile == helm::Profile::helm4 ? "helm4" : "helm3") +
                     ": --generator " + std::string(generator.name) + " --seed " +
                     std::to_string(seed) + " --case " + std::to_string(found.index) + "\n";
  const bool has_main = found.asked.files.contains("templates/a.txt");
  for (const auto& [path, content] : found.asked.files) {
    if (has_main && path != "templates/a.txt" && content.size() > shown_file_bytes) continue;
    text += "--- " + path + "\n" + content + (content.ends_with('\n') ? "" : "\n");
  }
  for (const helm::ValuesInput& input : found.asked.values) text += "values: " + input.text + "\n";
  if (!found.asked.text.empty()) text += "text: " + found.asked.text + "\n";
  for (const std::string& version : found.asked.versions) text += "version: " + version + "\n";
  for (const std::string& range : found.asked.constraints) text += "constraint: " + range + "\n";
  return text + found.text + "\n";
}

}  // namespace reconcile::fuzz
