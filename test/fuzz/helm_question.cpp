#include "test/fuzz/helm_question.hpp"

#include "test/fuzz/oracle.hpp"

namespace reconcile::fuzz {
namespace {

/// Files beside the main template are shown up to this size.
constexpr std::size_t shown_file_bytes = 600;

}  // namespace

std::string HelmQuestion::request_line() const {
  return fuzz::request_line(asked_);
}

Outcome HelmQuestion::compare(const std::string& answer_line) const {
  const Answer theirs = parse_answer(asked_, answer_line);
  Outcome outcome;
  outcome.crashed = theirs.crashed;
  if (theirs.crashed) return outcome;
  const Answer ours = our_answer(asked_);
  outcome.failed_alike = ours.failed && theirs.failed;
  outcome.difference = difference(asked_, ours, theirs);
  return outcome;
}

std::string HelmQuestion::text() const {
  std::string text = asked_.profile == helm::Profile::helm4 ? "helm4\n" : "helm3\n";
  const bool has_main = asked_.files.contains("templates/a.txt");
  for (const auto& [path, content] : asked_.files) {
    if (has_main && path != "templates/a.txt" && content.size() > shown_file_bytes) continue;
    text += "--- " + path + "\n" + content + (content.ends_with('\n') ? "" : "\n");
  }
  for (const helm::ValuesInput& input : asked_.values) text += "values: " + input.text + "\n";
  if (!asked_.text.empty()) text += "text: " + asked_.text + "\n";
  for (const std::string& version : asked_.versions) text += "version: " + version + "\n";
  for (const std::string& range : asked_.constraints) text += "constraint: " + range + "\n";
  return text;
}

}  // namespace reconcile::fuzz
