#include "engine/pipeline/post_renderers.hpp"

#include "reconcile/kustomize/build.hpp"
#include "reconcile/kustomize/generate.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/file_tree.hpp"

namespace reconcile::engine {
namespace {

constexpr const char* kustomization =
    "apiVersion: kustomize.config.k8s.io/v1beta1\n"
    "kind: Kustomization\n"
    "resources: [helm-output.yaml]\n";

std::string run_kustomize(model::Value fields, const std::string& manifests) {
  kustomize::BuildRequest request;
  request.tree =
      model::memory_tree({{"helm-output.yaml", manifests}, {"kustomization.yaml", kustomization}});
  kustomize::FluxOverrides overrides;
  overrides.patches = fields["patches"];
  overrides.images = fields["images"];
  request.kustomization = kustomize::generate_kustomization(*request.tree, "", overrides).text;
  request.order = kustomize::Order::fifo;
  request.load_restrictor = kustomize::LoadRestrictor::none;
  request.want_objects = false;
  request.record_reads = false;
  return kustomize::build(request).text;
}

}  // namespace

helm::PostRenderer post_renderers(model::Value spec) {
  std::vector<model::Value> steps;
  const model::Value list = spec["postRenderers"];
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list.at(i)["kustomize"].is_map()) steps.push_back(list.at(i)["kustomize"]);
  }
  if (steps.empty()) return {};
  return [steps](const std::string& manifests) {
    std::string text = manifests;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      try {
        text = run_kustomize(steps[i], text);
      } catch (model::Error& error) {
        error.with_context("spec.postRenderers[" + std::to_string(i) + "]");
        throw;
      }
    }
    return text;
  };
}

helm::PostRenderStrategy post_render_strategy(model::Value spec) {
  const std::string_view word = spec["postRenderStrategy"].text();
  if (word.empty() || word == "combined") return helm::PostRenderStrategy::combined;
  if (word == "separate") return helm::PostRenderStrategy::separate;
  if (word == "nohooks") return helm::PostRenderStrategy::nohooks;
  throw model::Error(model::ErrorCode::invalid_input,
                     "expected nohooks, combined or separate in spec.postRenderStrategy, found \"" +
                         std::string(word) + "\"");
}

}  // namespace reconcile::engine
