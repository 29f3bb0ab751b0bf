#include <algorithm>
#include <regex>
#include <set>

#include "test/fuzz/case.hpp"

namespace reconcile::fuzz {
namespace {

/// The innermost place and its reason: Helm 4 lays errors out in lines, so both are looked for from
/// the end.
std::string place_and_reason(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  static const std::regex place(R"(([^\s:("<]+:[0-9]+(:[0-9]+)?))");
  std::string last;
  for (std::sregex_iterator found(text.begin(), text.end(), place), end; found != end; ++found) {
    last = found->str();
  }
  const std::size_t line = text.rfind('\n');
  std::string reason = line == std::string::npos ? text : text.substr(line + 1);
  const std::size_t colon = reason.rfind(": ");
  if (colon != std::string::npos) reason.erase(0, colon + 2);
  reason.erase(0, reason.find_first_not_of(' '));
  return last + ": " + reason;
}

/// Without what differs from run to run and from build to build of the real engine: addresses, and
/// the release of Go.
std::string without_accidents(std::string text) {
  if (text.find("0x") != std::string::npos) {
    static const std::regex address("0x[0-9a-f]{9,16}");
    text = std::regex_replace(text, address, "0x(address)");
  }
  if (text.find("go1.") != std::string::npos) {
    static const std::regex release("go1\\.[0-9.]+");
    text = std::regex_replace(text, release, "go1");
  }
  return text;
}

Answer comparable(Answer answer) {
  for (auto& item : answer.texts) item.second = without_accidents(item.second);
  // Our errors are C strings: they end at a NUL.
  answer.error = without_accidents(answer.error.substr(0, answer.error.find('\0')));
  return answer;
}

std::string told(const Answer& answer) {
  if (answer.crashed) return "crash: " + answer.error;
  if (answer.failed) return "error: " + answer.error;
  std::string text;
  for (const auto& [name, content] : answer.texts) text += "[" + name + "]\n" + content + "\n";
  return text;
}

bool same_error(const Case& asked, const Answer& ours, const Answer& theirs) {
  switch (asked.error_match) {
    case ErrorMatch::text:
      return ours.error == theirs.error;
    case ErrorMatch::place:
      return place_and_reason(ours.error) == place_and_reason(theirs.error);
    case ErrorMatch::fails:
      break;
  }
  return true;
}

}  // namespace

std::string difference(const Case& asked, const Answer& our_answer, const Answer& their_answer) {
  if (their_answer.crashed) return "";
  const Answer ours = comparable(our_answer);
  const Answer theirs = comparable(their_answer);
  if (ours.failed && theirs.failed && same_error(asked, ours, theirs)) return "";
  if (!ours.failed && !theirs.failed && ours.texts == theirs.texts) return "";
  if (ours.failed || theirs.failed) return "ours | " + told(ours) + "\nreal | " + told(theirs);
  std::string text;
  std::set<std::string> names;
  for (const auto* side : {&ours.texts, &theirs.texts}) {
    for (const auto& item : *side) names.insert(item.first);
  }
  for (const std::string& name : names) {
    const auto our = ours.texts.find(name);
    const auto their = theirs.texts.find(name);
    const std::string our_text = our == ours.texts.end() ? "(absent)" : our->second;
    const std::string their_text = their == theirs.texts.end() ? "(absent)" : their->second;
    if (our_text == their_text) continue;
    text += "in " + name + "\nours | " + our_text + "\nreal | " + their_text + "\n";
  }
  return text;
}

}  // namespace reconcile::fuzz
