#include "appliers/apply/scale_targets.hpp"

namespace reconcile::appliers {

std::set<model::ObjectId> scale_targets(std::span<const model::Object> rendered,
                                        const std::string& default_namespace) {
  std::set<model::ObjectId> targets;
  for (const model::Object& object : rendered) {
    const bool scales =
        (object.gvk().group == "autoscaling" && object.gvk().kind == "HorizontalPodAutoscaler") ||
        (object.gvk().group == "keda.sh" && object.gvk().kind == "ScaledObject");
    if (!scales) continue;
    const model::Value target = object["spec"]["scaleTargetRef"];
    // KEDA's reference names a Deployment where it names no kind.
    const std::string_view kind = target["kind"].text();
    const std::string_view version = target["apiVersion"].text();
    const model::Gvk gvk = model::Gvk::from_api_version(version.empty() ? "apps/v1" : version,
                                                        kind.empty() ? "Deployment" : kind);
    const std::string& space = object.id().namespace_name;
    targets.insert({gvk.group, gvk.kind, space.empty() ? default_namespace : space,
                    std::string(target["name"].text())});
  }
  return targets;
}

}  // namespace reconcile::appliers
