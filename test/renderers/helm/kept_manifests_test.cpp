// Renders that take over what earlier ones read: they must give what a fresh render gives.
#include "reconcile/helm/kept_manifests.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/json.hpp"
#include "test/renderers/helm/chart_support.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::helm;
using namespace reconcile::helm::testing;

namespace {

constexpr std::size_t enough = std::size_t{16} << 20U;

/// The same bytes for every render.
std::function<std::string(std::size_t)> repeated_bytes() {
  return [state = 1U](std::size_t count) mutable {
    std::string bytes(count, '\0');
    for (char& byte : bytes) {
      state = state * 1664525U + 1013904223U;
      byte = static_cast<char>(state >> 24U);
    }
    return bytes;
  };
}

/// Everything that a render says, or its error.
std::string all_of(const std::shared_ptr<const Chart>& chart, const std::string& values,
                   KeptManifests* kept) {
  RenderRequest request;
  request.chart = chart;
  request.values.push_back({ValuesForm::file, values, "values.yaml"});
  request.include_crds = true;
  request.want_objects = true;
  request.kept_manifests = kept;
  request.random_bytes = repeated_bytes();
  try {
    const HelmResult result = render(request);
    std::string text = output_text(result, request);
    for (const model::Object& object : result.render.objects) {
      text += object.origin().file + "#" + std::to_string(object.origin().document_index) + " " +
              object.id().inventory_id() + " " + model::write_json(object.root()) + "\n";
    }
    return text;
  } catch (const model::Error& error) {
    return std::string("Error: ") + error.what();
  }
}

/// Values that follow each other give what each gives alone; answers the texts.
std::vector<std::string> check_rows(const std::function<std::shared_ptr<const Chart>()>& load,
                                    const std::vector<std::string>& rows) {
  KeptManifests kept(enough);
  const auto chart = load();
  std::vector<std::string> texts;
  for (const std::string& values : rows) {
    texts.push_back(all_of(chart, values, &kept));
    CHECK((texts.back() == all_of(load(), values, nullptr)));
  }
  CHECK(kept.bytes() <= enough);
  return texts;
}

std::string config_map(const std::string& name, const std::string& rest = "") {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n" + rest;
}

}  // namespace

TEST_CASE("files that other values leave alone are read once", "[renderers][helm][kept]") {
  const auto chart = make_chart({{"templates/a.yaml", config_map("a")},
                                 {"templates/b.yaml", config_map("b-{{ .Values.v }}")}});
  KeptManifests kept(enough);
  RenderRequest request;
  request.chart = chart;
  request.want_objects = true;
  request.kept_manifests = &kept;
  request.values = {{ValuesForm::set, "v=1", ""}};
  const HelmResult first = render(request);
  CHECK(kept.size() == 2);
  request.values = {{ValuesForm::set, "v=2", ""}};
  const HelmResult second = render(request);
  CHECK(kept.size() == 3);
  REQUIRE(second.render.objects.size() == 2);
  const auto arena = [](const HelmResult& result, std::size_t index) {
    return result.render.objects[index].document().arena();
  };
  CHECK(arena(first, 0) == arena(second, 0));
  CHECK(arena(first, 1) != arena(second, 1));
  CHECK(second.render.objects[1].id().name == "b-2");
  for (int v = 3; v < 20; ++v) {
    request.values = {{ValuesForm::set, "v=" + std::to_string(v), ""}};
    render(request);
  }
  CHECK(kept.size() == 5);
}

TEST_CASE("what is kept of manifests is bounded in bytes", "[renderers][helm][kept]") {
  Files files;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "m" + std::to_string(i);
    files["templates/" + name + ".yaml"] = config_map(name, "data: {v: '{{ .Values.v }}'}\n");
  }
  const auto chart = make_chart(files);
  KeptManifests kept(100'000);
  all_of(chart, "v: 1", &kept);
  CHECK(kept.bytes() <= 100'000);
  CHECK(kept.size() > 5);
  CHECK(kept.size() < 20);
  kept.set_bytes_max(20'000);
  CHECK(kept.bytes() <= 20'000);
  CHECK((all_of(chart, "v: 1", &kept) == all_of(chart, "v: 1", nullptr)));
  kept.set_bytes_max(0);
  CHECK(kept.size() == 0);
  CHECK(kept.bytes() == 0);
}

TEST_CASE("odd manifests come out of what is kept as they are", "[renderers][helm][kept]") {
  const Files files{
      {"templates/several.yaml", config_map("a") + "---\n" + config_map("b") + "---\n# none\n"},
      {"templates/empty-first.yaml",
       "~\r---\r{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n"},
      {"templates/list.yaml",
       "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}}"},
      {"templates/hook.yaml",
       "apiVersion: v1\nkind: Pod\nmetadata:\n  name: h\n"
       "  annotations: {helm.sh/hook: test}\n"},
      {"templates/blank.yaml", "\n  \n"},
      {"templates/late.yaml", "{{ if .Values.late }}" + config_map("d") + "...\n[\n{{ end }}"},
      {"templates/no-name.yaml", "{{ if .Values.nameless }}apiVersion: v1\nkind: X\n{{ end }}"},
      {"templates/bad.yaml", "{{ if .Values.bad }}kind: [{{ end }}"},
      {"templates/odd.yaml", "{{ if .Values.odd }}kind: {a: 1}{{ end }}"},
      {"templates/notes.txt", config_map("e")}};
  const auto texts = check_rows(
      [&] { return make_chart(files); },
      {"{}", "a: 1", "late: true", "bad: true", "odd: true", "nameless: true", "{}", "late: true"});
  CHECK_FALSE(texts[0].starts_with("Error"));
  CHECK(texts[0] == texts[6]);
  for (const std::size_t failing : {2U, 3U, 4U, 5U, 7U}) {
    CHECK(texts[failing].starts_with("Error: "));
  }
  CHECK(texts[3].find("bad.yaml") != std::string::npos);
}

TEST_CASE("the two profiles keep nothing for each other", "[renderers][helm][kept]") {
  const Files files{{"templates/a.yaml", config_map("a") + "---   \n" + config_map("b")}};
  KeptManifests kept(enough);
  for (const Profile profile : {Profile::helm4, Profile::helm3, Profile::helm4}) {
    RenderRequest request = request_of(files, {}, profile);
    request.want_objects = true;
    const std::string fresh = output_text(render(request), request);
    request.kept_manifests = &kept;
    CHECK(output_text(render(request), request) == fresh);
  }
  CHECK(kept.size() == 2);
}

TEST_CASE("a schema that has to be compiled is compiled once", "[renderers][helm][kept]") {
  const Files files{{"templates/a.yaml", config_map("a")},
                    {"values.schema.json", R"({"properties": {"count": {"type": "integer"},)"
                                           R"("pair": {"dependentRequired": {"one": ["two"]}}}})"}};
  const auto texts =
      check_rows([&] { return make_chart(files); },
                 {"count: 1", "count: a", "count: 2", "pair: {one: 1}", "pair: {one: 1, two: 2}"});
  CHECK(texts[1].find("at '/count': got string, want integer") != std::string::npos);
  CHECK(texts[3].find("at '/pair'") != std::string::npos);
  CHECK(texts[4] == texts[0]);
}

TEST_CASE("threads share what is kept", "[renderers][helm][kept]") {
  Files files;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "m" + std::to_string(i);
    files["templates/" + name + ".yaml"] =
        config_map(name, i % 2 == 0 ? "" : "data: {v: '{{ .Values.v }}'}\n");
  }
  const auto chart = make_chart(files);
  KeptManifests kept(60'000);
  const std::string expected[] = {all_of(chart, "v: 0", nullptr), all_of(chart, "v: 1", nullptr)};
  bool same[] = {true, true};
  const auto work = [&](std::size_t own) {
    for (int round = 0; round < 20; ++round) {
      same[own] = same[own] && all_of(chart, "v: " + std::to_string(own), &kept) == expected[own];
    }
  };
  std::thread other([&] { work(0); });
  work(1);
  other.join();
  CHECK(same[0]);
  CHECK(same[1]);
}

// Charts with definitions as files and as templates, schemas, subcharts, hooks and lists.
TEST_CASE("charts of the corpus render again as for the first time",
          "[renderers][helm][kept][corpus]") {
  const char* variable = std::getenv("RECONCILE_CORPUS");
  const std::string corpus =
      variable != nullptr ? variable : RECONCILE_SOURCE_DIR "/../shared/corpus";
  if (!model::disk_tree(corpus + "/..")->stat("corpus/helm.tar.zst")) {
    WARN("skipped: expected helm.tar.zst in " << corpus);
    return;
  }
  const std::vector<std::string> charts{
      "prometheus/kube-prometheus-stack",  "argo/argo-cd",   "traefik/traefik",
      "cert-manager/cert-manager",         "istio/istiod",   "ingress-nginx/ingress-nginx",
      "external-secrets/external-secrets", "podinfo/podinfo"};
  const test::TemporaryDirectory folder;
  std::string command = "tar -C '" + folder.path() +
                        "' --use-compress-program='zstd -d --long=27' -xf '" + corpus +
                        "/helm.tar.zst'";
  for (const std::string& chart : charts) command += " helm/charts/" + chart;
  REQUIRE(std::system(command.c_str()) == 0);
  const std::vector<std::string> rows{
      "{}", "nameOverride: other\ninstallCRDs: true\n",
      "replicaCount: 3\ncrds: {install: false, enabled: true}\nnamespaceOverride: away\n", "{}"};
  for (const std::string& chart : charts) {
    INFO(chart);
    const auto tree = model::disk_tree(folder.path() + "/helm/charts/" + chart);
    const auto texts =
        check_rows([&] { return load_chart(*tree, "", Profile::helm4).chart; }, rows);
    CHECK((texts[0] == texts[3]));
    CHECK((texts[0] != texts[1]));
    CHECK_FALSE(texts[0].starts_with("Error"));
  }
}
