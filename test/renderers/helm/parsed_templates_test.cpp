#include <catch2/catch.hpp>
#include <thread>

#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "test/renderers/helm/chart_support.hpp"

using namespace reconcile;
using namespace reconcile::helm;
using namespace reconcile::helm::testing;

namespace {

// Enough text for a thread of its own.
Files many_templates() {
  Files files;
  const std::string padding(4000, '#');
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    files["templates/t" + number + ".yaml"] =
        padding + "\nname: {{ .Values.name }}-" + number + "{{ include \"own\" . }}\n";
  }
  files["templates/_own.tpl"] = padding + "{{ define \"own\" }} of {{ .Release.Name }}{{ end }}";
  files["values.schema.json"] = R"({"properties": {"name": {"type": "string"}}})";
  return files;
}

std::shared_ptr<const Chart> load(const Files& files, ReadRecord record) {
  Files placed{{"c/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n"}};
  for (const auto& [path, text] : files) placed["c/" + path] = text;
  return load_chart(*model::memory_tree(std::move(placed)), "c", Profile::helm4, {}, record).chart;
}

// The text of a whole render with `name` as value; "Error: ..." where it fails.
std::string text_of(const std::shared_ptr<const Chart>& chart, const std::string& name) {
  RenderRequest request;
  request.chart = chart;
  request.values.push_back({ValuesForm::set, "name=" + name, ""});
  try {
    return output_text(render(request), request);
  } catch (const model::Error& error) {
    return "Error: " + error.message();
  }
}

}  // namespace

TEST_CASE("a chart renders the same again and parsed ahead",
          "[renderers][helm][parsed_templates]") {
  const Files files = many_templates();
  const auto kept = load(files, ReadRecord::keep);
  const auto ahead = load(files, ReadRecord::leave_out);
  for (const char* name : {"a", "b", "1"}) {
    const std::string expected = text_of(load(files, ReadRecord::keep), name);
    CHECK(text_of(kept, name) == expected);
    CHECK(text_of(ahead, name) == expected);
  }
  CHECK(text_of(kept, "1").starts_with("Error: values don't meet"));
}

TEST_CASE("threads render one chart at the same time", "[renderers][helm][parsed_templates]") {
  const auto chart = load(many_templates(), ReadRecord::leave_out);
  std::string first;
  std::thread other([&] { first = text_of(chart, "x"); });
  const std::string second = text_of(chart, "y");
  other.join();
  CHECK(first == text_of(chart, "x"));
  CHECK(second == text_of(chart, "y"));
  CHECK(first != second);
}

TEST_CASE("errors of templates parsed ahead name their file",
          "[renderers][helm][parsed_templates]") {
  Files files = many_templates();
  SECTION("syntax") {
    files["templates/t7.yaml"] += "{{ if }}";
  }
  SECTION("heads, of which the first one counts") {
    files["templates/t7.yaml"] += "\nkind: {a: 1}";
    files["templates/t9.yaml"] += "\nkind: [";
    files["templates/t8.yaml"] += "\nmetadata: 5";
  }
  SECTION("execution") {
    files["templates/t7.yaml"] += "\n{{ fail \"no\" }}";
  }
  SECTION("a definition of the file's own name") {
    files["templates/t7.yaml"] += "{{ define \"app/templates/t7.yaml\" }}x{{ end }}";
  }
  SECTION("schema") {
    files["values.schema.json"] = std::string(100, ' ') + "{";
  }
  const std::string text = text_of(load(files, ReadRecord::leave_out), "a");
  CHECK(text.starts_with("Error: "));
  CHECK(text == text_of(load(files, ReadRecord::keep), "a"));
  if (text.find("schema") == std::string::npos) CHECK(text.find("t7.yaml") != std::string::npos);
}

TEST_CASE("values that a schema refuses come before mistakes of templates",
          "[renderers][helm][parsed_templates]") {
  Files files = many_templates();
  files["values.schema.json"] = R"({"properties": {"name": {"enum": ["only this"]}}})";
  SECTION("execution") {
    files["templates/t7.yaml"] += "\n{{ fail \"no\" }}";
  }
  SECTION("syntax") {
    files["templates/t7.yaml"] += "{{ if }}";
  }
  SECTION("values that a template changes") {
    files["templates/z.yaml"] = "{{ $_ := set .Values \"name\" \"only this\" }}";
  }
  for (const ReadRecord record : {ReadRecord::keep, ReadRecord::leave_out}) {
    CHECK(text_of(load(files, record), "a").starts_with("Error: values don't meet"));
  }
}

TEST_CASE("one chart under two aliases has templates under both names",
          "[renderers][helm][parsed_templates]") {
  const Files files = {
      {"Chart.yaml",
       "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n"
       "- {name: sub, alias: one, version: '*'}\n- {name: sub, alias: two, version: '*'}\n"},
      {"charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"},
      {"charts/sub/templates/t.yaml", "path: {{ .Template.Name }} # " + std::string(100, 'x')}};
  const std::string text = text_of(load(files, ReadRecord::leave_out), "a");
  CHECK(text.find("path: app/charts/one/templates/t.yaml") != std::string::npos);
  CHECK(text.find("path: app/charts/two/templates/t.yaml") != std::string::npos);
}

TEST_CASE("files are read as they are needed and keep their order",
          "[renderers][helm][parsed_templates]") {
  const std::string padding(100, 'x');
  Files files{{"c/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n"}};
  for (const char* place : {"c/", "c/charts/sub/", "c/charts/sub/charts/inner/"}) {
    const std::string root = place;
    files[root + "Chart.yaml"] = "apiVersion: v2\nname: app\nversion: 1.0.0\n";
    for (const char* name : {"a.txt", "crds/a.yaml", "templates/b.yaml", "templates/c/d.yaml",
                             "templates.txt", "values.schema.json", "values.yaml", "z/values.yaml"})
      files[root + name] =
          std::string(name).ends_with("json") ? "{}" : "a: " + root + " # " + padding;
  }
  const auto tree = model::memory_tree(files);
  const auto names = [](const Chart& chart) {
    std::vector<std::string> all;
    for (const ChartFile& file : chart.files) all.push_back(file.name);
    for (const ChartFile& file : chart.templates) all.push_back(file.name);
    return all;
  };
  const auto kept = load_chart(*tree, "c", Profile::helm4).chart;
  const auto ahead = load_chart(*tree, "c", Profile::helm4, {}, ReadRecord::leave_out).chart;
  const Chart* left = kept.get();
  const Chart* right = ahead.get();
  for (int depth = 0; depth < 3; ++depth) {
    CHECK(names(*left) == names(*right));
    CHECK(right->values.root()["a"].text() == left->values.root()["a"].text());
    CHECK(left->templates.size() == 2);
    if (depth == 2) break;
    REQUIRE(left->dependencies.size() == 1);
    REQUIRE(right->dependencies.size() == 1);
    left = left->dependencies[0].get();
    right = right->dependencies[0].get();
  }
}

TEST_CASE("of two mistakes the first in order of names is told, whichever is read first",
          "[renderers][helm][parsed_templates]") {
  const std::map<std::string, std::string> links{{"c/crds/dead", "nowhere"},
                                                 {"c/templates/dead", "nowhere"}};
  const auto tree = model::memory_tree({{"c/Chart.yaml", "name: app"}}, links);
  for (const ReadRecord record : {ReadRecord::keep, ReadRecord::leave_out}) {
    try {
      load_chart(*tree, "c", Profile::helm4, {}, record);
      FAIL("expected an error");
    } catch (const model::Error& error) {
      CHECK(error.file() == "c/crds/dead");
    }
  }
}

TEST_CASE("loading that fails leaves no thread behind", "[renderers][helm][parsed_templates]") {
  Files files = many_templates();
  files["values.yaml"] = "a: [";
  CHECK_THROWS_AS(load(files, ReadRecord::leave_out), model::Error);
}

TEST_CASE("definitions of a chart are parsed once for all renders", "[renderers][helm]") {
  RenderRequest request = request_of(
      {{"crds/a.yaml", "kind: CustomResourceDefinition\napiVersion: v1\nmetadata: {name: a}\n"}});
  request.include_crds = true;
  request.want_objects = true;
  const HelmResult first = render(request);
  request.values.push_back({ValuesForm::set, "other=1", ""});
  const HelmResult second = render(request);
  REQUIRE(first.render.objects.size() == 1);
  REQUIRE(second.render.objects.size() == 1);
  CHECK(second.render.objects[0].origin().file == "app/crds/a.yaml");
  CHECK(first.render.objects[0].document().arena() == second.render.objects[0].document().arena());
}

TEST_CASE("a broken definition fails every render alike", "[renderers][helm]") {
  RenderRequest request = request_of({{"crds/a.yaml", "kind: {"}});
  request.include_crds = true;
  CHECK(output_text(render(request), request).find("kind: {") != std::string::npos);
  request.want_objects = true;
  CHECK_THROWS_AS(render(request), model::Error);
  CHECK_THROWS_AS(render(request), model::Error);
}
