#include "engine/cli/side_render.hpp"

#include <ostream>
#include <utility>

#include "engine/api/resource.hpp"
#include "engine/cli/local_repository.hpp"
#include "engine/pipeline/candidate_units.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;
using appliers::UnitKind;
using model::Error;
using model::ErrorCode;

constexpr int rounds_max = 8;

/// Not a unit of any cluster: its name shows nowhere.
const UnitKey root_key{UnitKind::kustomization, "default", "root"};

bool is_unit(const model::Object& object) {
  const std::string& group = object.gvk().group;
  return (group == kustomization_kind.group && object.gvk().kind == kustomization_kind.kind) ||
         (group == helm_release_kind.group && object.gvk().kind == helm_release_kind.kind);
}

using SourceNames = std::map<std::pair<std::string, std::string>, std::string>;

std::string namespace_of(const model::Object& object) {
  const std::string& space = object.id().namespace_name;
  return space.empty() ? "default" : space;
}

/// The Git sources that units name and no render brings, such as the agent's own from its flags:
/// without a cluster they count as this repository.
SourceNames unknown_sources(const Renders& renders) {
  SourceNames named;
  std::set<std::pair<std::string, std::string>> brought;
  for (const auto& [name, objects] : renders) {
    for (const model::Object& object : objects) {
      if (object.gvk().kind == git_repository_kind.kind)
        brought.emplace(namespace_of(object), object.id().name);
      if (!is_unit(object)) continue;
      const model::Value reference = object.gvk().kind == kustomization_kind.kind
                                         ? object["spec"]["sourceRef"]
                                         : object["spec"]["chart"]["spec"]["sourceRef"];
      if (reference["kind"].text() != git_repository_kind.kind) continue;
      const std::string space(reference["namespace"].text());
      named[{space.empty() ? namespace_of(object) : space, std::string(reference["name"].text())}];
    }
  }
  for (const auto& name : brought) named.erase(name);
  return named;
}

/// Says which units stay out of the comparison: those of other repositories and other sources.
void tell_left_out(const Renders& renders, const std::string& side, std::ostream& err) {
  for (const auto& [name, objects] : renders) {
    for (const model::Object& object : objects) {
      if (!is_unit(object)) continue;
      const std::string& space = object.id().namespace_name;
      const std::string unit =
          object.gvk().kind + "/" + (space.empty() ? "default" : space) + "/" + object.id().name;
      if (!renders.contains(unit))
        err << side << ": " << unit
            << " is not rendered: its source is another repository, or none of Git\n";
    }
  }
}

}  // namespace

Renders render_directory(const Side& side, std::ostream& err) {
  UnitSpec spec;
  spec.path = side.path;
  try {
    UnitRender render = render_unit(root_key, spec, side.tree, {});
    for (const std::string& warning : render.warnings) err << side.name << ": " << warning << "\n";
    return {{"", std::move(render.objects)}};
  } catch (Error& error) {
    throw error.with_context("rendering " + side.name);
  }
}

Renders render_units(const Side& side, const std::set<std::string>& remotes, std::ostream& err,
                     std::chrono::seconds clock_ahead) {
  CommitRenderRequest request;
  request.ports.clock_ahead = clock_ahead;
  request.tree = side.tree;
  request.root = root_key;
  request.root_path = side.path;
  request.is_governed = [&](model::Value repository) {
    const std::string url(repository["spec"]["url"].text());
    return remotes.empty() || remotes.contains(repository_identity(url));
  };
  // Units that are rendered now may name further sources.
  Renders renders;
  for (int round = 0; round < rounds_max; ++round) {
    CommitRender render = render_commit(request);
    if (!render.error.empty())
      throw Error(ErrorCode::invalid_input, render.error).with_context("rendering " + side.name);
    renders.clear();
    for (auto& [name, unit] : render.units)
      renders.emplace(unit.key == root_key ? "" : name, *unit.objects);
    const SourceNames unknown = unknown_sources(renders);
    if (unknown == request.live_sources) break;
    request.live_sources = unknown;
  }
  if (clock_ahead.count() == 0) tell_left_out(renders, side.name, err);
  return renders;
}

}  // namespace reconcile::engine
