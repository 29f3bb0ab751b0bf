// What a Receiver's conditions say, as notification-controller 1.9.3 has it
// (internal/controller/receiver_controller.go). Tests: test/engine/webhooks/receiver_test.cpp.

#include "engine/controllers/receiver_controller.hpp"

#include <exception>
#include <set>

#include "engine/api/condition.hpp"
#include "engine/api/resource.hpp"
#include "engine/controllers/receiver_filter.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

constexpr std::string_view terminal_prefix =
    "Reconciliation failed terminally due to configuration error: ";

/// What a status says besides conditions; of the object, or as it was written last.
struct Said {
  std::string path;
  std::int64_t observed_generation = 0;
  std::string handled;
  Conditions conditions;
  bool operator==(const Said&) const = default;
};

Said read_status(model::Value status) {
  return {
      std::string(status["webhookPath"].text()), status["observedGeneration"].integer().value_or(0),
      std::string(status["lastHandledReconcileAt"].text()), Conditions::read(status["conditions"])};
}

std::string patch_of(const Said& said) {
  model::Arena arena;
  model::Node root = model::make_map();
  model::Node& status = model::set(arena, root, "status", model::make_map());
  model::set(arena, status, "conditions", said.conditions.to_node(arena));
  model::set(arena, status, "observedGeneration", model::make_integer(said.observed_generation));
  model::set(arena, status, "webhookPath",
             said.path.empty() ? model::Node{} : model::make_string(arena, said.path));
  if (!said.handled.empty())
    model::set(arena, status, "lastHandledReconcileAt", model::make_string(arena, said.handled));
  return model::write_json(model::Value(&root));
}

}  // namespace

struct ReceiverController::State {
  ResourceMeta meta;
  ReceiverSpec spec;
  std::string spec_error;
  Said said;         ///< what the status says
  Said next;         ///< what it is to say
  std::string path;  ///< served, or resting; empty where none is in the table
  std::shared_ptr<ReceiverTrigger> trigger;
  std::shared_ptr<ReceiverFilter> filter;  ///< where the receiver has filters: in its place
  WebhookCounters counters;

  [[nodiscard]] std::string display() const { return meta.namespace_name + "/" + meta.name; }
  [[nodiscard]] SecretName secret() const { return {meta.namespace_name, spec.secret_name}; }
};

ReceiverController::ReceiverController(ReceiverServices services) : services_(std::move(services)) {
}

ReceiverController::~ReceiverController() = default;

void ReceiverController::upsert(const model::Document& object) {
  const ResourceMeta meta = ResourceMeta::read(object.root());
  std::unique_ptr<State>& place = receivers_[{meta.namespace_name, meta.name}];
  const bool is_new = place == nullptr || place->meta.uid != meta.uid;
  if (place == nullptr) place = std::make_unique<State>();
  State& state = *place;
  const bool changed = is_new || state.meta.generation != meta.generation ||
                       state.meta.requested_at != meta.requested_at ||
                       state.meta.deleting != meta.deleting;
  state.meta = meta;
  if (!changed) return;
  if (is_new) {
    state.said = read_status(object["status"]);
    state.counters = WebhookCounters::of(services_.trigger.metrics, state.display());
  }
  if (meta.deleting) {
    // One may be left by notification-controller; nothing of ours has to be removed.
    drop_finalizer(state);
    withdraw(state);
    return;
  }
  state.spec_error.clear();
  try {
    ReceiverSpec spec = ReceiverSpec::read(object["spec"], meta.namespace_name);
    if (state.trigger == nullptr || spec.resources != state.spec.resources) {
      if (state.trigger != nullptr) state.trigger->stop();
      state.trigger =
          std::make_shared<ReceiverTrigger>(services_.trigger, state.display(), spec.resources);
    }
    if (state.filter != nullptr) state.filter->stop();
    state.filter = nullptr;
    if (spec.has_filters) {
      state.filter = std::make_shared<ReceiverFilter>(services_.trigger, state.display(), spec);
    }
    state.spec = std::move(spec);
  } catch (const model::Error& error) {
    state.spec_error = error.what();
  }
  judge(state);
  forget_unused_tokens();
}

void ReceiverController::remove(const std::string& namespace_name, const std::string& name) {
  const auto found = receivers_.find({namespace_name, name});
  if (found == receivers_.end()) return;
  withdraw(*found->second);
  if (found->second->trigger != nullptr) found->second->trigger->stop();
  if (found->second->filter != nullptr) found->second->filter->stop();
  receivers_.erase(found);
  forget_unused_tokens();
}

void ReceiverController::on_token(const SecretName& secret, const SecretToken& token) {
  tokens_[secret] = token;
  for (const auto& [key, state] : receivers_) {
    if (state->secret() == secret && !state->meta.deleting) judge(*state);
  }
}

void ReceiverController::stop() {
  for (const auto& [key, state] : receivers_) {
    if (state->trigger != nullptr) state->trigger->stop();
    if (state->filter != nullptr) state->filter->stop();
  }
}

/// Decides what the receiver serves and says, from all that is known.
void ReceiverController::judge(State& state) {
  const ReceiverSpec& spec = state.spec;
  state.next = state.said;
  // As in Flux, a receiver that is suspended keeps what its status says.
  if (spec.suspend && state.spec_error.empty()) return rest(state, "suspended");
  if (!state.meta.requested_at.empty()) state.next.handled = state.meta.requested_at;
  state.next.conditions.remove("Stalled");
  state.next.conditions.remove("Reconciling");
  if (!state.spec_error.empty()) return fail_for_good(state, "ValidationFailed", state.spec_error);
  if (!spec.invalid_expression.empty())
    return fail_for_good(state, "InvalidCELExpression", spec.invalid_expression);
  if (!spec.unsupported.empty())
    return fail_for_good(state, "FieldNotSupported", spec.unsupported + " is not supported yet");
  if (!parse_webhook_type(spec.type))
    return fail_for_good(
        state, "ValidationFailed",
        "expected one of " + webhook_type_names() + " in spec.type, found \"" + spec.type + "\"");
  if (spec.secret_name.empty())
    return fail_for_good(state, "ValidationFailed",
                         "secretRef is required when type is not generic-oidc");
  const auto known = tokens_.find(state.secret());
  if (known == tokens_.end()) {
    services_.tokens.want(state.secret());
    return;
  }
  if (!known->second.problem.empty()) return fail_for_now(state, known->second.problem);
  succeed(state, webhook_path(known->second.token, state.meta.name, state.meta.namespace_name));
}

/// Puts the receiver's entry into the table; false where another receiver has the path.
void ReceiverController::serve(State& state, const std::string& path, const std::string& obstacle) {
  auto entry = std::make_shared<WebhookEntry>();
  entry->receiver = state.display();
  entry->obstacle = obstacle;
  entry->counters = state.counters;
  if (obstacle.empty()) {
    entry->policy = {*parse_webhook_type(state.spec.type), tokens_.at(state.secret()).token,
                     state.spec.events};
    entry->deliver = [trigger = state.trigger](const std::function<void(bool)>& done) {
      trigger->deliver(done);
    };
    if (state.filter != nullptr) {
      entry->deliver_request = [filter = state.filter](const io::ServerRequest& request,
                                                       const std::function<void(bool)>& done) {
        filter->deliver(request.headers, request.body, done);
      };
    }
  }
  if (state.path != path) withdraw(state);
  if (services_.table.publish(path, std::move(entry))) state.path = path;
}

/// Answers 503 on the path that the receiver has, or had by its status.
void ReceiverController::rest(State& state, const std::string& obstacle) {
  const std::string& path = state.path.empty() ? state.said.path : state.path;
  if (path.starts_with("/hook/")) serve(state, path, obstacle);
}

void ReceiverController::withdraw(State& state) {
  if (!state.path.empty()) services_.table.remove(state.path, state.display());
  state.path.clear();
}

void ReceiverController::fail_for_good(State& state, const std::string& reason,
                                       const std::string& problem) {
  rest(state, "not ready");
  const model::WallTime now = services_.trigger.executor.clock().wall_now();
  const std::string message = std::string(terminal_prefix) + problem;
  Said& next = state.next;
  next.conditions.set("Ready", ConditionStatus::no, reason, message, state.meta.generation, now);
  next.conditions.set("Stalled", ConditionStatus::yes, reason, message, state.meta.generation, now);
  next.observed_generation = state.meta.generation;
  write_status(state);
}

void ReceiverController::fail_for_now(State& state, const std::string& problem) {
  withdraw(state);
  const model::WallTime now = services_.trigger.executor.clock().wall_now();
  Said& next = state.next;
  next.path.clear();
  next.conditions.set("Ready", ConditionStatus::no, "TokenNotFound", problem, state.meta.generation,
                      now);
  next.conditions.set("Reconciling", ConditionStatus::yes, "ProgressingWithRetry",
                      "Reconciliation in progress", state.meta.generation, now);
  write_status(state);
}

void ReceiverController::succeed(State& state, const std::string& path) {
  serve(state, path, "");
  if (state.path != path) {
    const auto owner = services_.table.find(path);
    return fail_for_good(state, "ValidationFailed",
                         "token, name and namespace make the path of Receiver/" +
                             (owner == nullptr ? "" : owner->receiver) + " too");
  }
  const model::WallTime now = services_.trigger.executor.clock().wall_now();
  state.next.path = path;
  state.next.observed_generation = state.meta.generation;
  state.next.conditions.set("Ready", ConditionStatus::yes, "Succeeded",
                            "Receiver initialized for path: " + path, state.meta.generation, now);
  write_status(state);
}

void ReceiverController::write_status(State& state) {
  if (state.next == state.said) return;
  const Condition* before = state.said.conditions.find("Ready");
  const Condition* ready = state.next.conditions.find("Ready");
  const bool is_news =
      before == nullptr || before->message != ready->message || before->status != ready->status;
  const bool good = ready->status == ConditionStatus::yes;
  services_.statuses.write({receiver_kind, state.meta.namespace_name, state.meta.name, "status"},
                           patch_of(state.next));
  if (is_news) {
    services_.statuses.event(
        receiver_kind, state.meta.namespace_name, state.meta.name, state.meta.uid, !good,
        ready->reason,
        good ? "Reconciliation finished, next run in " + model::format_duration(state.spec.interval)
             : ready->message);
    if (good)
      io::log().info("Receiver served", {{"receiver", state.display()}, {"type", state.spec.type}});
    else
      io::log().warning("Receiver not served",
                        {{"receiver", state.display()}, {"err", ready->message}});
    io::log().debug("Receiver's path", {{"receiver", state.display()}, {"path", state.path}});
  }
  state.said = state.next;
}

void ReceiverController::drop_finalizer(const State& state) const {
  if (!state.meta.has_finalizer) return;
  std::string list;
  for (const std::string& item : state.meta.finalizers) {
    if (item == finalizer) continue;
    list += list.empty() ? "" : ",";
    list += "\"" + item + "\"";
  }
  services_.statuses.write({receiver_kind, state.meta.namespace_name, state.meta.name, ""},
                           R"({"metadata":{"resourceVersion":")" + state.meta.resource_version +
                               R"(","finalizers":[)" + list + "]}}");
}

void ReceiverController::forget_unused_tokens() {
  std::set<SecretName> wanted;
  for (const auto& [key, state] : receivers_) wanted.insert(state->secret());
  services_.tokens.keep_only(wanted);
  std::erase_if(tokens_, [&](const auto& token) { return !wanted.contains(token.first); });
}

}  // namespace reconcile::engine
