#include "engine/controllers/receiver_here.hpp"

#include <utility>

#include "engine/controllers/unit.hpp"

namespace reconcile::engine {
namespace {

void request_source(const DrivenHere& driven, SourceKey key, const std::string& request) {
  driven.control.post([&sources = driven.sources, key = std::move(key), request] {
    sources.request(key, request);
  });
}

void request_unit(const DrivenHere& driven, appliers::UnitKey key, const std::string& request) {
  driven.control.post(
      [&units = driven.units, key = std::move(key), request] { units.request(key, request); });
}

TriggeredHere trigger_one(const DrivenHere& driven, const ReceiverResource& resource,
                          const std::string& request) {
  const model::Gvk& gvk = resource.gvk;
  const std::string& space = resource.namespace_name;
  if (!driven.drives()) return TriggeredHere::no;
  if (gvk.group.empty() && gvk.kind == "ConfigMap") {
    const bool is_root = driven.has_root_source && space == driven.agent_namespace &&
                         resource.name == root_config_map;
    if (!is_root) return TriggeredHere::no;
    request_source(driven, SourceController::root_key(space), request);
    return TriggeredHere::fully;
  }
  const auto is = [&gvk](const model::Gvk& kind) {
    return gvk.group == kind.group && gvk.kind == kind.kind;
  };
  if (is(git_repository_kind)) {
    request_source(driven, {gvk.kind, space, resource.name}, request);
  } else if (is(kustomization_kind)) {
    request_unit(driven, {appliers::UnitKind::kustomization, space, resource.name}, request);
  } else if (is(helm_release_kind)) {
    request_unit(driven, {appliers::UnitKind::helm_release, space, resource.name}, request);
  } else {
    return TriggeredHere::no;
  }
  return TriggeredHere::yes;
}

}  // namespace

TriggerHere trigger_driven(DrivenHere driven) {
  return
      [driven = std::move(driven)](const ReceiverResource& resource, const std::string& request) {
        return trigger_one(driven, resource, request);
      };
}

}  // namespace reconcile::engine
