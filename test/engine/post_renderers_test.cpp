#include "engine/pipeline/post_renderers.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/helm/render.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using appliers::UnitKind;

namespace {

const std::string pod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
    "  - {name: c, image: 'nginx:1'}\n";
const std::string hook =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n"
    "spec:\n  containers:\n  - {name: c, image: 'nginx:1'}\n";

UnitRender release(const std::string& spec, const std::string& more = "") {
  const UnitSpec unit = read_helm_release(
      model::parse_json(R"({"metadata":{"name":"web","namespace":"team"},"spec":{"chart":{"spec":{)"
                        R"("chart":"web","sourceRef":{"kind":"GitRepository","name":"r"}}},)" +
                        spec + "}}"));
  CHECK(unit.unsupported_field.empty());
  return render_unit({UnitKind::helm_release, "team", "web"}, unit,
                     model::memory_tree({{"web/Chart.yaml", "name: web\nversion: 1.0.0\n"},
                                         {"web/templates/a.yaml", pod + "---\n" + hook},
                                         {"web/templates/b.yaml", more}}),
                     {});
}

std::string image_of(const UnitRender& render) {
  return std::string(render.objects.at(0)["spec"]["containers"].at(0)["image"].text());
}

}  // namespace

TEST_CASE("gives the bytes of Helm with kustomize as its post-renderer",
          "[engine][post_renderers][golden]") {
  namespace fs = std::filesystem;
  for (const auto& entry :
       fs::directory_iterator(fs::path(RECONCILE_SOURCE_DIR) / "fixtures/engine/post_render")) {
    INFO(entry.path().filename().string());
    const auto tree = model::disk_tree(entry.path().string());
    const model::Document spec = model::parse_json(tree->read("spec.json"));
    helm::RenderRequest request;
    request.chart = helm::load_chart(*tree, "chart", helm::Profile::helm4).chart;
    request.release.name = "rel";
    request.post_renderer = post_renderers(spec.root());
    CHECK(helm::output_text(helm::render(request), request) == tree->read("expected.yaml"));
  }
}

TEST_CASE("post-renderers patch a release and replace images", "[engine][post_renderers]") {
  const UnitRender render = release(
      R"("postRenderers":[{"kustomize":{"images":[{"name":"nginx","newName":"mirror/nginx",)"
      R"("newTag":"2"}]}},{"kustomize":{"patches":[{"target":{"kind":"Pod","name":"p"},)"
      R"("patch":"- {op: add, path: /metadata/annotations/note, value: 'yes'}"}]}}])");
  REQUIRE(render.objects.size() == 1);
  CHECK(image_of(render) == "mirror/nginx:2");
  const model::Value metadata = render.objects[0]["metadata"];
  // The chart gives the Pod no annotations: Helm's own makes the place for the patch.
  CHECK(metadata["annotations"]["note"].text() == "yes");
  CHECK_FALSE(metadata["annotations"]["postrenderer.helm.sh/postrender-filename"].present());
  CHECK(metadata["annotations"]["meta.helm.sh/release-name"].text() == "web");
  REQUIRE(render.hooks.size() == 1);
  CHECK(render.hooks[0].path == "web/templates/a.yaml");
}

TEST_CASE("common metadata wins over post-renderers", "[engine][post_renderers]") {
  const UnitRender render = release(
      R"("commonMetadata":{"labels":{"team":"common"}},"postRenderers":[{"kustomize":{"patches":[)"
      R"({"target":{"kind":"Pod"},"patch":"- {op: add, path: /metadata/labels, value: {team: x}}"})"
      R"(]}}])");
  CHECK(render.objects.at(0)["metadata"]["labels"]["team"].text() == "common");
}

TEST_CASE("a strategy says whether hooks are post-rendered", "[engine][post_renderers]") {
  const auto names = [](const std::string& strategy) {
    const UnitRender render =
        release(R"("postRenderStrategy":")" + strategy +
                R"(","postRenderers":[{"kustomize":{"patches":[{"target":{"kind":"Pod"},)"
                R"("patch":"- {op: replace, path: /metadata/name, value: changed}",)"
                R"("options":{"allowNameChange":true}}]}}])");
    return std::string(render.objects.at(0).id().name) + " " + render.hooks.at(0).object;
  };
  CHECK(names("separate") == "changed Pod/changed");
  CHECK(names("nohooks") == "changed Pod/h");
  CHECK(names("combined") == "changed Pod/changed");
  CHECK_THROWS_WITH(names("both"), Catch::Contains("expected nohooks, combined or separate"));
}

TEST_CASE("an object that is hook and manifest needs separate streams",
          "[engine][post_renderers]") {
  const std::string same =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n"
      "  annotations: {helm.sh/hook: pre-install}\n";
  const std::string step =
      R"("postRenderers":[{"kustomize":{"images":[{"name":"nginx","newTag":"3"}]}}])";
  CHECK_THROWS_WITH(release(step, same),
                    Catch::Contains("error while running post render on files: "
                                    "spec.postRenderers[0]: ") &&
                        Catch::Contains("may not add resource with an already registered id"));
  CHECK(image_of(release(R"("postRenderStrategy":"separate",)" + step, same)) == "nginx:3");
}

TEST_CASE("what kustomize refuses names the post-renderer", "[engine][post_renderers]") {
  CHECK_THROWS_WITH(
      release(R"("postRenderers":[{"kustomize":{}},{"kustomize":{"patches":[{"patch":"a: ["}]}}])"),
      Catch::Contains("spec.postRenderers[1]"));
}

TEST_CASE("long release names are cut as Flux cuts them", "[engine][unit_render]") {
  const std::string name(60, 'a');
  const UnitRender render = release(R"("releaseName":")" + name + "\"");
  CHECK(render.release.name == std::string(40, 'a') + "-" + model::sha256_hex(name).substr(0, 12));
}
