#include "engine/pipeline/candidate_units.hpp"

#include <catch2/catch.hpp>

#include "engine/controllers/source_gate.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

using Files = std::map<std::string, std::string>;

const std::string apps_name = "Kustomization/flux-system/apps";
const std::string root_name = "Kustomization/reconcile-system/root";

std::string unit_yaml(const std::string& name, const std::string& path,
                      const std::string& more = "") {
  return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: " +
         name + "\n  namespace: flux-system\n" + more + "spec:\n  interval: 1m\n  path: " + path +
         "\n  prune: true\n  sourceRef: {kind: GitRepository, name: repo}\n";
}

std::string config_map(const std::string& name, const std::string& value) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name +
         ", namespace: a}\ndata: {k: \"" + value + "\"}\n";
}

Files base() {
  return {{"clusters/dev/apps.yaml", unit_yaml("apps", "./apps")},
          {"clusters/dev/repo.yaml",
           "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: repo, "
           "namespace: flux-system}\nspec: {url: https://git.example/infra, ref: {branch: dev}}\n"},
          {"clusters/dev/environment.yaml",
           "apiVersion: gates.reconcile.dev/v1alpha1\nkind: Environment\nmetadata: {name: dev}\n"
           "spec: {cluster: dev}\n"},
          {"apps/web.yaml", config_map("web", "1")}};
}

CommitRenderRequest request_for(const Files& files, const CommitRender* known = nullptr) {
  CommitRenderRequest request;
  request.tree = model::memory_tree(files);
  request.root = {appliers::UnitKind::kustomization, "reconcile-system", "root"};
  request.root_path = "clusters/dev";
  request.digest_key = "key";
  request.known = known;
  request.is_governed = [](model::Value repository) {
    return repository["spec"]["url"].text() == "https://git.example/infra";
  };
  return request;
}

CommitRender render(const Files& files, const CommitRender* known = nullptr) {
  CommitRender made = render_commit(request_for(files, known));
  CHECK(made.error.empty());
  return made;
}

const gates::CandidateUnit& unit_of(const gates::Candidate& candidate, const std::string& name) {
  for (const gates::CandidateUnit& unit : candidate.units) {
    if (unit.unit == name) return unit;
  }
  FAIL("no unit " << name);
  return candidate.units.front();
}

}  // namespace

TEST_CASE("a commit's units are found from the root unit on", "[engine][pipeline][candidate]") {
  Files files = base();
  files["apps/more.yaml"] =
      unit_yaml("more", "./more", "  labels: {gates.reconcile.dev/unit: m}\n");
  files["more/x.yaml"] = config_map("x", "1");
  const CommitRender made = render(files);
  REQUIRE(made.units.size() == 3);
  CHECK(made.units.at("Kustomization/flux-system/more").label == "m");
  CHECK(made.units.at("Kustomization/flux-system/more").parent == apps_name);
  CHECK(made.units.at(apps_name).parent == root_name);
  CHECK(find_environment(made, "dev"));
  CHECK_FALSE(find_environment(made, "staging"));
}

TEST_CASE("units of other repositories are not judged", "[engine][pipeline][candidate]") {
  Files files = base();
  files["clusters/dev/repo.yaml"] =
      "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: repo, "
      "namespace: flux-system}\nspec: {url: https://git.example/other}\n";
  CHECK(render(files).units.size() == 1);
}

TEST_CASE("a commit that changes nothing a unit reads leaves it unchanged",
          "[engine][pipeline][candidate]") {
  const CommitRender before = render(base());
  Files files = base();
  files["README.md"] = "other";
  const gates::Candidate candidate = compare_commits(before, render(files, &before));
  for (const gates::CandidateUnit& unit : candidate.units) CHECK_FALSE(unit.changed);
  CHECK(candidate.removed.empty());
}

TEST_CASE("a changed file names the units that read it, and itself",
          "[engine][pipeline][candidate]") {
  const CommitRender before = render(base());
  Files files = base();
  files["apps/web.yaml"] = config_map("web", "2");
  const gates::Candidate candidate = compare_commits(before, render(files, &before));
  CHECK_FALSE(unit_of(candidate, root_name).changed);
  const gates::CandidateUnit& apps = unit_of(candidate, apps_name);
  CHECK(apps.changed);
  CHECK(apps.changed_paths == std::vector<std::string>{"apps/web.yaml"});
  CHECK(apps.sensitive_changes.empty());
  CHECK(apps.render_digest != before.units.at(apps_name).digests.render);
}

TEST_CASE("a comment is a change of what was read, not of what was rendered",
          "[engine][pipeline][candidate]") {
  const CommitRender before = render(base());
  Files files = base();
  files["apps/web.yaml"] = "# said\n" + config_map("web", "1");
  const gates::Candidate candidate = compare_commits(before, render(files, &before));
  const gates::CandidateUnit& apps = unit_of(candidate, apps_name);
  CHECK(apps.changed);
  CHECK(apps.render_digest == before.units.at(apps_name).digests.render);
}

TEST_CASE("a unit whose own object changed is charged with the file that declares it",
          "[engine][pipeline][candidate]") {
  const CommitRender before = render(base());
  Files files = base();
  files["clusters/dev/apps.yaml"] += "  force: true\n";
  const gates::Candidate candidate = compare_commits(before, render(files, &before));
  CHECK(unit_of(candidate, apps_name).changed_paths ==
        std::vector<std::string>{"clusters/dev/apps.yaml"});
}

TEST_CASE("new and removed units are told", "[engine][pipeline][candidate]") {
  const CommitRender before = render(base());
  Files files = base();
  files["clusters/dev/apps.yaml"] = unit_yaml("other", "./apps");
  const gates::Candidate candidate = compare_commits(before, render(files, &before));
  CHECK(candidate.removed == std::vector<std::string>{apps_name});
  CHECK(unit_of(candidate, "Kustomization/flux-system/other").changed);
}

TEST_CASE("a unit that does not render fails the commit by name", "[engine][pipeline][candidate]") {
  Files files = base();
  files["clusters/dev/apps.yaml"] = unit_yaml("apps", "./nowhere");
  const CommitRender made = render_commit(request_for(files));
  CHECK_THAT(made.error, Catch::StartsWith(apps_name + ": "));
  CHECK_THAT(made.error, Catch::Contains("nowhere"));
}

TEST_CASE("units that only the cluster has are judged too", "[engine][pipeline][candidate]") {
  CommitRenderRequest request = request_for(base());
  LiveUnit live;
  live.key = {appliers::UnitKind::kustomization, "flux-system", "by-hand"};
  live.spec = read_kustomization(model::parse_yaml(unit_yaml("by-hand", "./apps")));
  request.live.push_back(live);
  const CommitRender made = render_commit(request);
  CHECK(made.units.at("Kustomization/flux-system/by-hand").is_live_only);
}

TEST_CASE("a source that only the cluster has serves rendered units",
          "[engine][pipeline][candidate]") {
  Files files = base();
  files.erase("clusters/dev/repo.yaml");
  CommitRenderRequest request = request_for(files);
  CHECK(render_commit(request).units.size() == 1);
  request.live_sources[{"flux-system", "repo"}] = "";
  CHECK(render_commit(request).units.size() == 2);
}

TEST_CASE("the number of units and their depth are bounded", "[engine][pipeline][candidate]") {
  CommitRenderRequest request = request_for(base());
  request.units_max = 1;
  CHECK_THAT(render_commit(request).error, Catch::Contains("at most 1 units"));
  request.units_max = 10;
  request.depth_max = 0;
  CHECK_THAT(render_commit(request).error, Catch::Contains("at most 0 deep"));
}

TEST_CASE("tells which units are left out, and why", "[engine][pipeline][candidate]") {
  Files files = base();
  files["clusters/dev/more.yaml"] =
      unit_yaml("values", "./apps") +
      "  postBuild: {substituteFrom: [{kind: Secret, name: s}]}\n---\n" +
      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
      "metadata: {name: oci, namespace: flux-system}\n"
      "spec: {path: ./apps, prune: true, sourceRef: {kind: OCIRepository, name: elsewhere}}\n";
  CommitRenderRequest request = request_for(files);
  request.ports.config = [](const std::string&, const std::string&, const std::string&) {
    return std::optional<ConfigData>();
  };
  CHECK_THAT(render_commit(request).error, Catch::Contains("expected the Secret/flux-system/s"));
  request.without_values = WithoutValues::is_left_out;
  const CommitRender made = render_commit(request);
  CHECK(made.error.empty());
  CHECK(made.units.contains(apps_name));
  CHECK(made.left_out ==
        std::map<std::string, std::string>{
            {"Kustomization/flux-system/oci", "its source is another repository, or none of Git"},
            {"Kustomization/flux-system/values",
             "expected the Secret/flux-system/s that spec.postBuild.substituteFrom names, found "
             "none"}});
}
