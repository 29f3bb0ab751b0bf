// The tables of the reproduced programs' own tests, as test/peers/upstream-tables prints them: both
// sides are asked every case, and what is dropped is counted.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"
#include "test/fuzz/case.hpp"
#include "test/fuzz/differential.hpp"
#include "test/fuzz/helm_question.hpp"
#include "test/fuzz/oracle.hpp"

namespace reconcile::fuzz {
namespace {

constexpr std::size_t batch_cases = 64;
constexpr std::size_t differences_shown_max = 20;

struct TableTotals {
  std::size_t cases = 0;
  std::size_t differences = 0;
  std::size_t worded = 0;  ///< both fail, with other words
  std::size_t failed_alike = 0;
  std::size_t crashed = 0;
  std::size_t random = 0;
  std::size_t dropped = 0;
};

/// Whether what the real tool gives for the text differs from run to run.
bool is_random(const Case& asked) {
  static const std::regex functions(
      "bcrypt|htpasswd|genPrivateKey|genCA|genSelfSigned|genSigned|buildCustomCert|encryptAES|"
      "rand[A-Z]|shuffle|uuidv4|now|ago|keys|values|date_in_zone");
  const auto text = asked.files.find("templates/_t.tpl");
  return text != asked.files.end() && std::regex_search(text->second, functions);
}

std::string text_of(model::Value value) {
  if (value.is_map()) return model::base64_decode(value["base64"].text());
  return std::string(value.text());
}

helm::ValuesForm form_of(std::string_view name) {
  if (name == "set-json") return helm::ValuesForm::set_json;
  if (name == "set-string") return helm::ValuesForm::set_string;
  if (name == "set-literal") return helm::ValuesForm::set_literal;
  return helm::ValuesForm::set;
}

Case case_of(model::Value line) {
  const model::Value request = line["request"];
  Case made;
  made.topic = std::string(line["table"].text()) + " " + std::string(line["number"].source());
  made.operation = request["op"].text() == "manifests" ? Operation::manifests : Operation::render;
  made.profile = request["profile"].text() == "helm3" ? helm::Profile::helm3 : helm::Profile::helm4;
  const model::Value files = request["files"];
  for (std::size_t i = 0; i < files.size(); ++i) {
    made.files[std::string(files.key_at(i))] = text_of(files.value_at(i));
  }
  for (std::size_t i = 0; i < request["values"].size(); ++i) {
    made.values.push_back({helm::ValuesForm::file, text_of(request["values"].at(i)), "values"});
  }
  for (std::size_t i = 0; i < request["set"].size(); ++i) {
    const model::Value given = request["set"].at(i);
    made.values.push_back({form_of(given.at(0).text()), text_of(given.at(1)), ""});
  }
  if (request["release"].present()) {
    made.release.name = std::string(request["release"]["name"].text());
  }
  return made;
}

class Comparison {
 public:
  void add(Case asked, const std::string& table) {
    tables_.push_back(table);
    cases_.push_back(std::move(asked));
    if (cases_.size() == batch_cases) flush();
  }
  void drop(const std::string& table, std::size_t count) { totals[table].dropped += count; }
  void flush() {
    const std::vector<Answer> theirs = oracle_.ask(cases_);
    for (std::size_t i = 0; i < cases_.size(); ++i) compare(i, theirs[i]);
    cases_.clear();
    tables_.clear();
  }

  std::map<std::string, TableTotals> totals;

 private:
  /// Whether the real engine gives something else when asked again.
  bool changes(const Case& asked, const Answer& theirs) {
    constexpr std::size_t times = 16;
    for (const Answer& again : oracle_.ask(std::vector<Case>(times, asked))) {
      if (again.texts != theirs.texts) return true;
    }
    return false;
  }

  void compare(std::size_t index, const Answer& theirs) {
    const Case& asked = cases_[index];
    TableTotals& table = totals[tables_[index]];
    ++table.cases;
    if (theirs.crashed) {
      ++table.crashed;
      return;
    }
    const Answer ours = our_answer(asked);
    if (ours.failed && theirs.failed) ++table.failed_alike;
    if (!ours.failed && !theirs.failed && is_random(asked)) {
      ++table.random;
      return;
    }
    const std::string text = difference(asked, ours, theirs);
    if (text.empty()) return;
    if (ours.failed && theirs.failed) {
      ++table.worded;
    } else if (changes(asked, theirs)) {
      ++table.random;
      return;
    } else {
      ++table.differences;
    }
    if (++shown_ > differences_shown_max) return;
    static const Generator shown_as{"upstream", nullptr, 0};
    const HelmQuestion question(asked);
    std::printf("%s", report(shown_as, 0, {index, &question, text}).c_str());
  }

  Oracle oracle_{oracle_program()};
  std::vector<Case> cases_;
  std::vector<std::string> tables_;
  std::size_t shown_ = 0;
};

std::string tables_file() {
  const char* path = std::getenv("RECONCILE_UPSTREAM_TABLES");
  if (path == nullptr) {
    throw std::runtime_error(
        "expected RECONCILE_UPSTREAM_TABLES to be set to what `test/peers/build upstream-tables` "
        "prints");
  }
  return path;
}

}  // namespace

TEST_CASE("the tables of upstream's tests give what the engines of Helm give",
          "[.integration][fuzz][oracle][upstream]") {
  std::ifstream file(tables_file());
  REQUIRE(file);
  Comparison comparison;
  for (std::string text; std::getline(file, text);) {
    const model::Document line = model::parse_json(text);
    const std::string table(line["table"].text());
    if (line["dropped"].present()) {
      comparison.drop(table, static_cast<std::size_t>(line["number"].integer().value_or(0)));
    } else if (line["request"].present()) {
      comparison.add(case_of(line.root()), table);
    }
  }
  comparison.flush();
  std::size_t cases = 0;
  std::size_t worded = 0;
  for (const auto& [table, counted] : comparison.totals) {
    std::printf(
        "%-48s %4zu cases, %4zu fail alike, %3zu random, %3zu dropped, %zu crash, "
        "%zu other words, %zu differ\n",
        table.c_str(), counted.cases, counted.failed_alike, counted.random, counted.dropped,
        counted.crashed, counted.worded, counted.differences);
    CHECK(counted.differences == 0);
    worded += counted.worded;
    cases += counted.cases;
  }
  CHECK(cases > 3000);
  CHECK(worded <= 2);  // a schema that is the number 1E1111111
}

}  // namespace reconcile::fuzz
