#include "reconcile/appliers/sighting.hpp"

#include <tuple>

namespace reconcile::appliers {

namespace {

/// One LIST or one GET with the ids it is to answer.
struct Look {
  ClusterRequest request;
  std::vector<model::ObjectId> ids;
};

std::vector<Look> plan_looks(ClusterPort& port, std::span<const SightingTarget> targets,
                             const SightingOptions& options) {
  using Group = std::tuple<model::Gvk, std::string, std::string>;
  std::map<Group, std::vector<model::ObjectId>> groups;
  for (const auto& [id, gvk] : targets) {
    const bool may_carry = !options.may_carry_label || options.may_carry_label(gvk, id);
    groups[{gvk, id.namespace_name, may_carry ? "" : "!" + options.label}].push_back(id);
  }
  std::vector<Look> looks;
  for (auto& [group, ids] : groups) {
    const auto& [gvk, namespace_name, selector] = group;
    if (!port.find_kind(gvk)) continue;
    if (ids.size() > options.gets_max) {
      ClusterRequest request;
      request.verb = Verb::list_metadata;
      request.gvk = gvk;
      request.namespace_name = namespace_name;
      request.label_selector = selector;
      looks.push_back({std::move(request), std::move(ids)});
      continue;
    }
    for (model::ObjectId& id : ids) {
      ClusterRequest request;
      request.verb = Verb::get;
      request.gvk = gvk;
      request.namespace_name = namespace_name;
      request.name = id.name;
      looks.push_back({std::move(request), {std::move(id)}});
    }
  }
  return looks;
}

Sighting sighting_of(model::Document object) {
  Sighting sighting;
  sighting.owner = owner_of(object.root());
  sighting.object = std::move(object);
  return sighting;
}

void take_list(const Look& look, const model::Document& list,
               std::map<model::ObjectId, Sighting>& result) {
  std::map<std::string_view, model::Value> by_name;
  const model::Value items = list["items"];
  for (std::size_t i = 0; i < items.size(); ++i)
    by_name.emplace(items.at(i)["metadata"]["name"].text(), items.at(i));
  for (const model::ObjectId& id : look.ids)
    if (const auto found = by_name.find(id.name); found != by_name.end())
      result[id] = sighting_of(list.at(found->second));
}

}  // namespace

std::map<model::ObjectId, Sighting> look_up(ClusterPort& port,
                                            std::span<const SightingTarget> targets,
                                            const SightingOptions& options) {
  std::map<model::ObjectId, Sighting> result;
  for (const auto& [id, gvk] : targets) result[id];
  const std::vector<Look> looks = plan_looks(port, targets, options);
  std::optional<model::Error> refusal;
  if (looks.empty()) return result;
  port.exchange(
      looks.size(), options.in_flight_max, [&](std::size_t index) { return looks[index].request; },
      [&](std::size_t index, ClusterAnswer answer) {
        const Look& look = looks[index];
        if (answer.ok() && look.request.verb == Verb::get)
          result[look.ids.front()] = sighting_of(std::move(answer.object));
        else if (answer.ok())
          take_list(look, answer.object, result);
        else if (answer.code != 404 && !refusal)
          refusal = error_of(answer, "look up " + look.request.gvk.kind + " in namespace \"" +
                                         look.request.namespace_name + '"');
        return std::optional<FollowUp>();
      });
  if (refusal) throw *refusal;
  return result;
}

}  // namespace reconcile::appliers
