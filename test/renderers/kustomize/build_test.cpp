#include <catch2/catch.hpp>

#include "reconcile/renderers/read_set.hpp"
#include "test/renderers/kustomize/kustomize_support.hpp"

namespace reconcile::kustomize {
namespace {

using renderers::ReadSetEntry;
using renderers::ReadSetKind;

const std::string config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

TEST_CASE("names a generated ConfigMap after its content", "[renderers][kustomize]") {
  const auto name_of = [](const std::string& generator) {
    const std::string text = build_text({{"kustomization.yaml", generator}});
    const std::size_t start = text.find("name: ") + 6;
    return text.substr(start, text.find('\n', start) - start);
  };
  CHECK(name_of("configMapGenerator: [{name: m, literals: [a=b]}]") == "m-4h2mbtbbt6");
  CHECK(name_of("configMapGenerator: [{name: m}]") == "m-6ct58987ht");
  CHECK(name_of("secretGenerator: [{name: m, literals: [a=b]}]") == "m-k695gkmbtk");
  CHECK(name_of("configMapGenerator: [{name: m, literals: ['k=<x>&é']}]") == "m-f4ff78gm66");
}

TEST_CASE("reads annotations as texts and leaves labels as they are", "[renderers][kustomize]") {
  CHECK(build_text({{"kustomization.yaml", "resources: [a.yaml]"},
                    {"a.yaml",
                     "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
                     "  annotations: {x: 0x1F, n: ~}\n  labels: {y: 1}\n"}}) ==
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    \"n\": \"~\"\n"
        "    x: \"0x1F\"\n  labels:\n    \"y\": 1\n  name: a\n");
}

TEST_CASE("sorts by kind only in legacy order", "[renderers][kustomize]") {
  BuildRequest request = request_for(
      {{"kustomization.yaml", "resources: [a.yaml]"},
       {"a.yaml", config_map + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n"}});
  CHECK(build(request).objects.at(0).id().kind == "ConfigMap");
  request.order = Order::legacy;
  CHECK(build(request).objects.at(0).id().kind == "Namespace");
}

TEST_CASE("records what the result depends on", "[renderers][kustomize]") {
  const BuildRequest request = request_for({{"app/kustomization.yaml", "resources: [../base]"},
                                            {"base/kustomization.yaml", "resources: [a.yaml]"},
                                            {"base/a.yaml", config_map},
                                            {"base/other.yaml", config_map}},
                                           "app");
  const renderers::ReadSet reads = build(request).read_set;
  CHECK(reads.contains({ReadSetKind::file, "base/a.yaml", request.tree->blob("base/a.yaml")}));
  // A second kustomization file would be an error, so its absence counts.
  CHECK(reads.contains({ReadSetKind::absent, "base/kustomization.yml", ""}));
  for (const ReadSetEntry& entry : reads) CHECK(entry.path != "base/other.yaml");
}

TEST_CASE("notices a changed link to a directory", "[renderers][kustomize]") {
  const std::map<std::string, std::string> files = {
      {"kustomization.yaml", "resources: [base]"},
      {"one/kustomization.yaml", "resources: [a.yaml]"},
      {"one/a.yaml", config_map},
      {"two/kustomization.yaml", "resources: [a.yaml]"},
      {"two/a.yaml", config_map}};
  BuildRequest request;
  request.tree = model::memory_tree(files, {{"base", "one"}});
  const renderers::ReadSet reads = build(request).read_set;
  CHECK(renderers::still_holds(reads, *request.tree));
  CHECK_FALSE(renderers::still_holds(reads, *model::memory_tree(files, {{"base", "two"}})));
}

TEST_CASE("answers nothing that was not asked for", "[renderers][kustomize]") {
  BuildRequest request =
      request_for({{"kustomization.yaml", "resources: [a.yaml]"}, {"a.yaml", config_map}});
  request.want_text = false;
  request.want_objects = false;
  request.record_reads = false;
  const renderers::RenderResult result = build(request);
  CHECK(result.text.empty());
  CHECK(result.objects.empty());
  CHECK(result.read_set.empty());
}

TEST_CASE("warns of deprecated fields", "[renderers][kustomize]") {
  const auto warnings = build(request_for({{"kustomization.yaml", "bases: [b]"},
                                           {"b/kustomization.yaml", "resources: [a.yaml]"},
                                           {"b/a.yaml", config_map}}))
                            .warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(warnings.front().find("'bases' is deprecated") != std::string::npos);
}

class RecordingInflator : public HelmInflator {
 public:
  std::shared_ptr<const model::FileTree> pull(const HelmChartAddress&) override { return nullptr; }
  std::string inflate(const HelmInflation& inflation, renderers::ReadSet&) override {
    last = inflation;
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-chart}\n";
  }
  HelmInflation last;
};

TEST_CASE("hands charts to the inflator and leaves their namespace alone",
          "[renderers][kustomize]") {
  BuildRequest request = request_for(
      {{"kustomization.yaml",
        "namespace: apps\nhelmCharts: [{name: c, releaseName: r, valuesInline: {a: {b: 2}}}]"},
       {"charts/c/Chart.yaml", "name: c\n"},
       {"charts/c/values.yaml", "a: {b: 1, c: 1}\n"}});
  CHECK(build_error(request).find("must specify --enable-helm") != std::string::npos);
  RecordingInflator inflator;
  request.helm = &inflator;
  CHECK(build(request).text == "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-chart\n");
  CHECK(inflator.last.chart_directory == "charts/c");
  CHECK(inflator.last.chart["namespace"].text() == "apps");
  REQUIRE(inflator.last.values.size() == 1);
  CHECK(inflator.last.values.front().text == "a:\n  b: 2\n  c: 1\n");
}

struct BadCase {
  const char* kustomization;
  const char* message;
};

TEST_CASE("names the field and the reason of an error", "[renderers][kustomize]") {
  const BadCase cases[] = {
      {"resource: [a.yaml]", "did you mean \"resources\"?"},
      {"namePrefix: 5", "cannot unmarshal number into field namePrefix of type string"},
      {"kind: Kustomization", "kustomization.yaml is empty"},
      {"kind: Widget\nresources: [a.yaml]", "kind should be Kustomization or Component"},
      {"apiVersion: v2\nresources: [a.yaml]", "should be kustomize.config.k8s.io/v1beta1"},
      {"resources: [missing.yaml]", "missing.yaml: no such file or directory"},
      {"resources: [https://example.com/x.yaml]", "https://example.com/x.yaml"},
      {"resources: [a.yaml, a.yaml]", "already registered id: ConfigMap.v1.[noGrp]/a.[noNs]"},
      {"resources: [a.yaml]\npatches: [{path: none.yaml}]", "patches[0]"},
      {"resources: [a.yaml]\npatches: [{patch: '- {op: add, path: /a, value: 1}'}]",
       "must specify a target for JSON patch"},
      {"resources: [a.yaml]\nreplicas: [{name: x, count: 1}]", "resource with name x"},
      {"resources: [a.yaml]\ngenerators: [p.yaml]", "external plugins disabled"},
      {"configMapGenerator: [{name: m, literals: [a=b, a=c]}]", "illegally repeats the key `a`"},
      {"configMapGenerator: [{name: m, behavior: merge}]", "cannot merge or replace"},
      {"resources: [a.yaml]\nsortOptions: {order: random}", "must be one of [fifo, legacy]"},
      {"resources: [a.yaml]\nreplacements: [{source: {kind: X}, targets: [{select: {}}]}]",
       "nothing selected by X"},
  };
  for (const BadCase& bad : cases) {
    INFO(bad.kustomization);
    const std::string error = build_error(
        request_for({{"kustomization.yaml", bad.kustomization},
                     {"a.yaml", config_map},
                     {"p.yaml", "apiVersion: example.com/v1\nkind: Gen\nmetadata: {name: g}\n"}}));
    INFO(error);
    CHECK(error.find(bad.message) != std::string::npos);
  }
}

}  // namespace
}  // namespace reconcile::kustomize
