#include "appliers/apply/expecting_port.hpp"

#include <unordered_map>
#include <utility>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

/// `body` with the state in its metadata that the server is to compare.
std::string with_state(const std::string& body, const ExpectedState& state) {
  const model::Document document = model::parse_json(body);
  model::Arena arena;
  model::Node root = model::copy_node(arena, document.root());
  model::Node* metadata = model::find(root, "metadata");
  if (metadata == nullptr) return body;
  model::set(arena, *metadata, "uid", model::make_string(arena, state.uid));
  model::set(arena, *metadata, "resourceVersion",
             model::make_string(arena, state.resource_version));
  return model::write_json(model::Value(&root));
}

}  // namespace

void keep_to(const ExpectedObjects& only, Decision& decision) {
  using Kind = Decision::Kind;
  const bool may_be_written = only.contains(decision.object->object.id());
  if (may_be_written && (decision.kind == Kind::settled || decision.kind == Kind::leave ||
                         decision.kind == Kind::ignore)) {
    decision.kind = Kind::write;
    decision.message.clear();
  } else if (!may_be_written && decision.kind == Kind::write) {
    decision.kind = Kind::pause;
    decision.message = "not part of the plan";
  }
}

ExpectedState* ExpectingPort::find(const ClusterRequest& request) {
  const auto found =
      expected_.find({request.gvk.group, request.gvk.kind, request.namespace_name, request.name});
  const bool known = found != expected_.end() && !found->second.uid.empty();
  return known ? &found->second : nullptr;
}

void ExpectingPort::expect(ClusterRequest& request) {
  ExpectedState* state = find(request);
  if (state == nullptr || request.dry_run) return;
  if (request.verb == Verb::apply) request.body = with_state(request.body, *state);
  if (request.verb == Verb::remove) request.uid = state->uid;
}

void ExpectingPort::learn(const ClusterRequest& request, ClusterAnswer& answer) {
  ExpectedState* state = find(request);
  const bool reads = request.verb == Verb::get || request.verb == Verb::list ||
                     request.verb == Verb::list_metadata;
  if (state == nullptr || reads) return;
  const bool moved = answer.code == 409 || (request.verb == Verb::apply && answer.code == 404);
  if (answer.ok() && request.verb == Verb::json_patch) {
    state->resource_version = answer.object["metadata"]["resourceVersion"].text();
  } else if (answer.ok()) {
    // Written or deleted: what follows is about our own work.
    *state = {};
  } else if (moved) {
    answer.code = 412;
    answer.reason = "PlanOutdated";
    answer.message = "it was changed since the plan was made";
    answer.causes.clear();
  }
}

void ExpectingPort::exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                             const OnAnswer& on_answer) {
  std::unordered_map<std::size_t, ClusterRequest> sent;
  // What is sent is kept without its body, to know what an answer is about.
  const auto note = [&](std::size_t index, ClusterRequest& request) {
    expect(request);
    ClusterRequest head = request;
    head.body.clear();
    sent[index] = std::move(head);
  };
  port_.exchange(
      count, in_flight_max,
      [&](std::size_t index) {
        ClusterRequest request = make(index);
        note(index, request);
        return request;
      },
      [&](std::size_t index, ClusterAnswer answer) {
        learn(sent[index], answer);
        std::optional<FollowUp> next = on_answer(index, std::move(answer));
        if (next) note(index, next->request);
        return next;
      });
}

}  // namespace reconcile::appliers
