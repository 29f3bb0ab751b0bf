#include "renderers/helm/manifests.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "reconcile/model/error.hpp"

using namespace reconcile;
using namespace reconcile::helm;

namespace {

std::string split(std::string_view text, Profile profile) {
  std::string joined;
  for (const std::string_view document : split_manifests(text, profile)) {
    joined += "[" + std::string(document) + "]";
  }
  return joined;
}

std::string kinds(const SortedManifests& sorted) {
  std::string joined;
  for (const Manifest& item : sorted.manifests) joined += item.kind + " ";
  return joined;
}

std::string object(const std::string& kind, const std::string& annotations = "") {
  return "kind: " + kind + "\nmetadata:\n  name: x\n" +
         (annotations.empty() ? "" : "  annotations: {" + annotations + "}\n");
}

}  // namespace

TEST_CASE("splits a file into documents as each Helm does", "[renderers][helm][manifests]") {
  struct Row {
    const char* text;
    const char* helm4;
    const char* helm3;
  };
  constexpr Row rows[] = {
      {"a: 1\n---\nb: 2\n", "[a: 1\n][b: 2\n]", "[a: 1][b: 2]"},
      {"---\na: 1\n\n\n---\n\nb: 2\n", "[a: 1\n\n\n][b: 2\n]", "[a: 1][b: 2]"},
      {"---a: 1\n---b: 2", "[a: 1\n][b: 2]", "[a: 1][b: 2]"},
      {"a: 1\n---  \nb: 2", "[a: 1\n][b: 2]", "[a: 1][b: 2]"},
      {"a: |\n  ---\nb: 2", "[a: |\n  ---\nb: 2]", "[a: |\n  ---\nb: 2]"},
      {"a: 1\n---\n---\nb: 2", "[a: 1\n][b: 2]", "[a: 1][---\nb: 2]"},
      {"  \n\n", "", ""},
      {"a: 1\n---\n", "[a: 1\n]", "[a: 1]"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(split(row.text, Profile::helm4) == row.helm4);
    CHECK(split(row.text, Profile::helm3) == row.helm3);
  }
}

TEST_CASE("sorts by kind in install order, unknown kinds behind by name",
          "[renderers][helm][manifests]") {
  const std::map<std::string, std::string> files = {{"a", object("Zebra")},
                                                    {"b", object("Deployment")},
                                                    {"c", object("Namespace")},
                                                    {"d", object("Apple")},
                                                    {"e", object("Service")},
                                                    {"f", "# a comment"},
                                                    {"g", object("MutatingWebhookConfiguration")}};
  CHECK(kinds(sort_manifests(files, Profile::helm4)) ==
        "Namespace Service Deployment MutatingWebhookConfiguration  Apple Zebra ");
  CHECK(kinds(sort_manifests(files, Profile::helm3)) ==
        "Namespace Service Deployment  Apple MutatingWebhookConfiguration Zebra ");
}

TEST_CASE("tells hooks apart and drops documents with unknown events",
          "[renderers][helm][manifests]") {
  const SortedManifests sorted =
      sort_manifests({{"a", object("Job", "helm.sh/hook: 'Pre-Install , test-success'")},
                      {"b", object("Pod", "helm.sh/hook: pre-install, helm.sh/hook-weight: '-5'")},
                      {"c", object("Job", "helm.sh/hook: 'pre-install,nonsense'")},
                      {"d", object("Job", "helm.sh/hook: test, helm.sh/hook-weight: '+3'")},
                      {"_partial", object("Job")},
                      {"e", object("Job", "helm.sh/hook: test, helm.sh/hook-weight: x")}},
                     Profile::helm4);
  CHECK(sorted.manifests.empty());
  REQUIRE(sorted.hooks.size() == 4);
  CHECK(sorted.hooks[0].kind == "Pod");
  CHECK(sorted.hooks[0].weight == -5);
  CHECK(sorted.hooks[1].events == std::vector<std::string>{"pre-install", "test"});
  CHECK(sorted.hooks[1].is_test());
  CHECK(sorted.hooks[2].weight == 3);
  CHECK(sorted.hooks[3].weight == 0);
}

TEST_CASE("reads heads as encoding/json does", "[renderers][helm][manifests]") {
  const SortedManifests sorted = sort_manifests(
      {{"a", "KIND: Pod\nMetaData: {Name: 5, annotations: {n: 1}}\n"}}, Profile::helm4);
  REQUIRE(sorted.manifests.size() == 1);
  CHECK(sorted.manifests[0].kind == "Pod");
  for (const char* bad :
       {"- a\n", "text", "kind: [\n", "kind: {a: 1}\n", "metadata: 5\n",
        "metadata: {annotations: [1]}\n", "metadata: {annotations: {a: {b: 1}}}\n"}) {
    INFO(bad);
    CHECK_THROWS_WITH(sort_manifests({{"c/t.yaml", bad}}, Profile::helm4),
                      Catch::Contains("YAML parse error on c/t.yaml: "));
  }
}
