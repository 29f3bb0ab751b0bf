#include "engine/controllers/root_inspection.hpp"

#include <utility>

#include "engine/controllers/source_gate.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/renderers/read_set.hpp"

namespace reconcile::engine {
namespace {

bool asks_for_gate(const model::Object& object) {
  return object.gvk().group == "gates.reconcile.dev" && object.gvk().kind == "Environment" &&
         !object["spec"]["from"].empty();
}

}  // namespace

RootInspection::RootInspection(sources::GitOptions root, std::string path,
                               std::string agent_namespace, RenderPorts ports)
    : root_(std::move(root)),
      path_(std::move(path)),
      unit_{appliers::UnitKind::kustomization, std::move(agent_namespace), "root"},
      ports_(std::move(ports)) {
}

std::string RootInspection::objection(const sources::GitOptions& options,
                                      const sources::Artifact& artifact) {
  if (!follow_same_branch(options, root_)) return {};
  const std::lock_guard lock(mutex_);
  if (has_answer_ && renderers::still_holds(read_set_, *artifact.tree)) return answer_;
  try {
    UnitSpec spec;
    spec.path = path_;
    const UnitRender render = render_unit(unit_, spec, artifact.tree, ports_);
    answer_.clear();
    for (const model::Object& object : render.objects) {
      if (!asks_for_gate(object)) continue;
      answer_ = object.id().display() +
                " asks for proof from other environments, but this agent runs without a gate: "
                "start it with --environment " +
                object.id().name + ", or take spec.from out of the Environment";
      break;
    }
    read_set_ = render.read_set;
    has_answer_ = true;
  } catch (const model::Error& error) {
    // The root unit's own pass says what is wrong with it.
    io::log().debug("Root unit not inspected", {{"err", error.what()}});
  }
  return answer_;
}

}  // namespace reconcile::engine
