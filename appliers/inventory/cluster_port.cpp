#include "reconcile/appliers/cluster_port.hpp"

namespace reconcile::appliers {

std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::get:
      return "get";
    case Verb::list:
    case Verb::list_metadata:
      return "list";
    case Verb::apply:
      return "apply";
    case Verb::json_patch:
      return "patch";
    case Verb::create:
      return "create";
    case Verb::replace:
      return "replace";
    case Verb::remove:
      return "delete";
  }
  return "";
}

ClusterAnswer send(ClusterPort& port, ClusterRequest request) {
  ClusterAnswer result;
  port.exchange(
      1, 1, [&](std::size_t) { return std::move(request); },
      [&](std::size_t, ClusterAnswer answer) {
        result = std::move(answer);
        return std::optional<FollowUp>();
      });
  return result;
}

model::Error error_of(const ClusterAnswer& answer, const std::string& what) {
  model::ErrorCode code = model::ErrorCode::unavailable;
  if (answer.code == 401 || answer.code == 403) code = model::ErrorCode::unauthorized;
  if (answer.code == 404) code = model::ErrorCode::not_found;
  if (answer.code == 409) code = model::ErrorCode::conflict;
  if (answer.code == 400 || answer.code == 422) code = model::ErrorCode::invalid_input;
  std::string text = what + ": ";
  if (answer.code == 0)
    text += "no answer from the API server: ";
  else
    text += std::to_string(answer.code) + ' ';
  return {code, text + (answer.message.empty() ? answer.reason : answer.message)};
}

}  // namespace reconcile::appliers
