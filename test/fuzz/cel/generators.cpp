#include <utility>

#include "reconcile/cel/expression.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/regex.hpp"
#include "test/fuzz/cel/case.hpp"
#include "test/fuzz/request_text.hpp"

namespace reconcile::fuzz {
namespace {

/// What one side says: the stage that failed with its error, or a value.
struct CelAnswer {
  std::string stage;
  std::string text;
};

/// The text before a map is shown: Go walks over it in any order.
std::string before_map(const std::string& text) {
  return text.substr(0, text.find("from non-optional value {"));
}

/// Calls of unknown functions with three arguments and more show the number of their node.
std::string without_node_number(const std::string& text) {
  static const model::Regex pattern("^(no such overload: [a-zA-Z0-9_.]+) [0-9]+$");
  return pattern.replace_all(text, "$1");
}

bool cut_prefix(std::string& text, const std::string& prefix) {
  if (!text.starts_with(prefix)) return false;
  text.erase(0, prefix.size());
  return true;
}

cel::Expression made(const CelCase& asked, const std::string& result) {
  if (!asked.checked) return cel::Expression::parse(asked.expression);
  return cel::Expression::compile(asked.expression, {{"self", "dep"}, result});
}

/// Our side; `result` is the type that the real checker found.
CelAnswer our_cel_answer(const CelCase& asked, const std::string& result) {
  const model::Document data = model::parse_json(asked.data);
  try {
    const cel::Expression expression = made(asked, result);
    const auto value = expression.evaluate(cel::Variables::fields_of(data.root()));
    return {"value", value.type + ' ' + value.text};
  } catch (const model::Error& error) {
    std::string text = error.message();
    const std::string quoted = "the CEL expression '" + asked.expression + "': ";
    if (cut_prefix(text, "failed to parse " + quoted)) return {"compile", text};
    if (cut_prefix(text, "failed to create CEL program: ")) return {"program", text};
    if (cut_prefix(text, "failed to evaluate " + quoted)) return {"evaluate", text};
    return {"other", text};
  }
}

class CelQuestion : public Question {
 public:
  explicit CelQuestion(CelCase asked) : asked_(std::move(asked)) {}

  std::string topic() const override { return asked_.topic; }

  std::string request_line() const override {
    std::string line =
        asked_.checked ? R"({"check":true,"variables":["self","dep"])" : "{\"check\":false";
    add_member(line, "expression", asked_.expression);
    return line + ",\"data\":" + asked_.data + "}";
  }

  Outcome compare(const std::string& answer_line) const override {
    const model::Document read = model::parse_json(answer_line);
    Outcome outcome;
    // A panic of cel-go that its own evaluation catches.
    outcome.crashed = read["crash"].present() ||
                      read["error"].text().starts_with("internal error: runtime error");
    if (outcome.crashed) return outcome;
    CelAnswer theirs{text_of(read["stage"]), text_of(read["error"])};
    if (theirs.stage == "value") {
      theirs.text = text_of(read["type"]) + ' ' + text_of(read["text"]);
    }
    theirs.text = without_node_number(theirs.text);
    const CelAnswer ours = our_cel_answer(asked_, text_of(read["static"]));
    outcome.failed_alike = ours.stage == theirs.stage && ours.stage != "value";
    // The generated parser of cel-go words its errors by the states of its automaton.
    const bool is_syntax = theirs.text.find("Syntax error: ") != std::string::npos;
    const bool same_text =
        before_map(ours.text) == before_map(theirs.text) || (ours.stage == "compile" && is_syntax);
    if (ours.stage != theirs.stage || !same_text) {
      outcome.difference = "ours:   " + ours.stage + ": " + ours.text +
                           "\ntheirs: " + theirs.stage + ": " + theirs.text + "\n";
    }
    return outcome;
  }

  std::string text() const override {
    return (asked_.checked ? "checked: " : "parsed: ") + asked_.expression + "\n" + asked_.data +
           "\n";
  }

 private:
  CelCase asked_;
};

constexpr Generator rows[] = {
    {"cel_parsed", [](Random& random) { return cel_question(make_cel_case(random, false)); }, 300},
    {"cel_checked", [](Random& random) { return cel_question(make_cel_case(random, true)); }, 300},
    {"cel_spoilt", [](Random& random) { return cel_question(make_spoilt_cel_case(random)); }, 100},
};

}  // namespace

std::unique_ptr<Question> cel_question(CelCase asked) {
  return std::make_unique<CelQuestion>(std::move(asked));
}

std::span<const Generator> cel_generators() {
  return rows;
}

}  // namespace reconcile::fuzz
