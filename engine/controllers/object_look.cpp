#include "engine/controllers/object_look.hpp"

#include <utility>

namespace reconcile::engine {
namespace {

constexpr std::size_t in_flight_max = 16;

}  // namespace

std::vector<appliers::ClusterAnswer> look_at(appliers::ClusterPort& port,
                                             const std::vector<ObjectRef>& objects) {
  std::vector<appliers::ClusterAnswer> answers(objects.size());
  if (objects.empty()) return answers;
  port.exchange(
      objects.size(), in_flight_max,
      [&](std::size_t index) {
        appliers::ClusterRequest request;
        request.verb = appliers::Verb::get;
        request.gvk = objects[index].gvk;
        request.namespace_name = objects[index].id.namespace_name;
        request.name = objects[index].id.name;
        return request;
      },
      [&](std::size_t index, appliers::ClusterAnswer answer) -> std::optional<appliers::FollowUp> {
        answers[index] = std::move(answer);
        return std::nullopt;
      });
  return answers;
}

}  // namespace reconcile::engine
