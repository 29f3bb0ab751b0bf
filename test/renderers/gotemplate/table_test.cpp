// The table of templates that the real engine rendered: ../shared/corpus/gotemplate, or the same
// form in $RECONCILE_CORPUS.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/gotemplate/template_set.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/json.hpp"
#ifdef RECONCILE_WITH_SPRIG
#include "reconcile/sprig/functions.hpp"
#endif

namespace gotemplate = reconcile::gotemplate;
namespace model = reconcile::model;
using gotemplate::GoValue;

namespace {

constexpr std::string_view file_name = "t/templates/t.yaml";

GoValue lookup(gotemplate::Call& call) {
  return GoValue::map(call.heap().map());
}
constexpr gotemplate::Function offline[] = {{"lookup", "ssss", lookup}};

const gotemplate::FunctionTable& functions() {
  static const gotemplate::FunctionTable table = [] {
    gotemplate::FunctionTable made;
    made.add(gotemplate::builtin_functions());
#ifdef RECONCILE_WITH_SPRIG
    reconcile::sprig::add_functions(made, reconcile::sprig::HelmProfile::helm4);
#endif
    made.add(gotemplate::helm_template_functions());
    made.add(offline);
    return made;
  }();
  return table;
}

// `.Files` of a chart without files.
class NoFiles : public gotemplate::GoObject {
 public:
  [[nodiscard]] std::string_view type_name() const override { return "engine.files"; }
  [[nodiscard]] const gotemplate::Function* method(std::string_view name) const override {
    static constexpr gotemplate::Function methods[] = {
        {"Get", "s", [](gotemplate::Call&) { return GoValue::string(""); }},
        {"Glob", "s", [](gotemplate::Call& call) { return call.receiver; }},
        {"AsConfig", "", [](gotemplate::Call&) { return GoValue::string("{}"); }},
    };
    for (const gotemplate::Function& function : methods) {
      if (function.name == name) return &function;
    }
    return nullptr;
  }
};

GoValue root_of(gotemplate::Heap& heap, model::Value data) {
  gotemplate::GoMap* root = heap.map(gotemplate::GoType::values);
  gotemplate::GoMap* values = heap.map(gotemplate::GoType::values);
  const GoValue read = gotemplate::to_go_value(heap, data);
  if (read.is_map()) {
    for (const gotemplate::GoEntry& entry : read.as_map()->entries()) {
      values->set(entry.name(), entry.value);
    }
  }
  gotemplate::GoMap* release = heap.map();
  release->set("Name", GoValue::string("demo"));
  release->set("Namespace", GoValue::string("default"));
  release->set("IsInstall", GoValue::boolean(true));
  release->set("IsUpgrade", GoValue::boolean(false));
  release->set("Revision", GoValue::integer(1));
  release->set("Service", GoValue::string("Helm"));
  gotemplate::GoMap* chart = heap.map();
  chart->set("Name", GoValue::string("t"));
  chart->set("Version", GoValue::string("0.1.0"));
  chart->set("APIVersion", GoValue::string("v2"));
  gotemplate::GoMap* self = heap.map(gotemplate::GoType::values);
  self->set("Name", GoValue::string(file_name));
  self->set("BasePath", GoValue::string("t/templates"));
  root->set("Values", GoValue::map(values));
  root->set("Release", GoValue::map(release));
  root->set("Chart", GoValue::map(chart));
  root->set("Template", GoValue::map(self));
  root->set("Files", GoValue::object(heap.make<NoFiles>()));
  root->set("Subcharts", GoValue::map(heap.map()));
  return GoValue::map(root);
}

struct Outcome {
  bool failed = false;
  std::string text;
};

Outcome render(std::string_view text, model::Value data) {
  gotemplate::Heap heap;
  gotemplate::RenderContext context{.heap = heap};
  context.random_bytes = [](std::size_t bytes) { return model::random_bytes(bytes); };
  gotemplate::TemplateSet set;
  try {
    set.add(gotemplate::parse_template(std::string(file_name), std::string(text), functions()));
    gotemplate::Execution execution(set, functions(), context);
    std::string out = execution.render(file_name, root_of(heap, data));
    gotemplate::remove_no_value(out);
    return {false, out};
  } catch (const model::Error& error) {
    return {true, error.message()};
  }
}

// An error text without what only Helm 4's layout adds or drops: line breaks, indents, "template:
// ".
std::string without_layout(std::string text) {
  constexpr std::string_view prefix = "template: ";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == ':'; });
  return text;
}

// Whether Helm would make `expected` of Go's text: parse errors keep the last part of it, `fail`
// and `required` what stands between Helm's marks, the rest the whole.
bool is_same_error(const std::string& expected, const std::string& text) {
  if (expected.starts_with("parse error at (") || expected.starts_with("execution error at (")) {
    return text.find(expected.substr(expected.find("): ") + 3)) != std::string::npos;
  }
  return without_layout(expected) == without_layout(text);
}

struct Group {
  int total = 0;
  int passed = 0;
  int errors = 0;
  int same_error = 0;
};

std::string corpus_file() {
  const char* root = std::getenv("RECONCILE_CORPUS");
  const std::string folder =
      root != nullptr ? root : std::string(RECONCILE_SOURCE_DIR) + "/../shared/corpus";
  return folder + "/gotemplate/cases.jsonl";
}

}  // namespace

TEST_CASE("templates of the table render as the real engine does",
          "[renderers][gotemplate][corpus]") {
  std::ifstream file(corpus_file());
  if (!file) {
    WARN("no table at " + corpus_file());
    return;
  }
  const char* report = std::getenv("RECONCILE_TABLE_REPORT");
  std::ofstream failures;
  if (report != nullptr) failures.open(report);
  std::map<std::string, Group> groups;
  Group all;
  std::string line;
  while (std::getline(file, line)) {
    const model::Document document = model::parse_json(line);
    const std::string id(document["id"].text());
    Group& group = groups[id.substr(11, id.rfind('/') - 11)];
    const Outcome outcome = render(document["template"].text(), document["data"]);
    const bool wants_error = document["error"].present();
    const std::string expected(document[wants_error ? "error" : "output"].text());
    const bool passed = wants_error == outcome.failed && (wants_error || outcome.text == expected);
    const bool same = wants_error && outcome.failed && is_same_error(expected, outcome.text);
    for (Group* counted : {&group, &all}) {
      ++counted->total;
      counted->passed += passed ? 1 : 0;
      counted->errors += wants_error ? 1 : 0;
      counted->same_error += same ? 1 : 0;
    }
    if (report != nullptr && (!passed || (wants_error && !same))) {
      failures << (passed ? "TEXT " : "FAIL ") << id << "\n  " << document["template"].text()
               << "\n  want " << (wants_error ? "error " : "") << expected << "\n  got  "
               << (outcome.failed ? "error " : "") << outcome.text << "\n";
    }
  }
  for (const auto& [name, group] : groups) {
    if (group.passed == group.total) continue;
    std::cout << "  " << name << ": " << group.passed << " of " << group.total << "\n";
  }
  std::cout << "gotemplate table: " << all.passed << " of " << all.total << " as expected; "
            << all.same_error << " of " << all.errors << " error texts\n";
#ifdef RECONCILE_WITH_SPRIG
  CHECK(all.passed == all.total);
  CHECK(all.same_error == all.errors);
#endif
}
