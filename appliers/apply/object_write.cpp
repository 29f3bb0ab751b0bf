// The state machine of one write:
//   taking_over ─▶ applying ─▶ until_current ─▶ done
//        ▲ conflict   │ immutable ─▶ removing ─▶ until_gone ─▶ applying
//     reading ◀┘      └ being deleted ─────────▶ until_gone ─▶ applying
// Tests: test/appliers/apply/unit_pass_test.cpp.
#include "appliers/apply/object_write.hpp"

#include <algorithm>

#include "appliers/apply/object_request.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t take_overs_max = 3;
constexpr std::size_t gone_rounds_max = 3;
constexpr milliseconds poll_first{50};
constexpr milliseconds poll_max{2'000};

/// Whether `answer` shows that an apply changed nothing of ours, although a status was written
/// between our look and our apply and moved the resource version.
bool is_only_status_newer(model::Value seen, model::Value answer, const PreparedObject& object) {
  const auto before = seen["metadata"]["generation"].integer();
  if (!before || before != answer["metadata"]["generation"].integer()) return false;
  const auto entry_before = diff::find_apply_entry(seen);
  const auto entry_after = diff::find_apply_entry(answer);
  if (!entry_before || !entry_after || entry_before->time != entry_after->time ||
      !model::equal(entry_before->fields, entry_after->fields))
    return false;
  const model::Document desired = object.object.document();
  for (const char* part : {"labels", "annotations"}) {
    const model::Value wanted = desired["metadata"][part];
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!model::equal(wanted.value_at(i), seen["metadata"][part][wanted.key_at(i)])) return false;
  }
  return true;
}

}  // namespace

bool may_recreate(const PreparedObject& object, const WriteStart& start,
                  const PassOptions& options) {
  const model::ObjectId id = object.object.id();
  if (id.group.empty() && (id.kind == "PersistentVolumeClaim" || id.kind == "Namespace"))
    return false;
  if (id.kind == "CustomResourceDefinition") return false;
  const auto flags = static_cast<std::uint8_t>(object.flags | start.live_flags);
  return options.force || (flags & diff::force_enabled) != 0;
}

ObjectWrite::ObjectWrite(const PreparedObject& object, WriteStart start,
                         const WriteContext& context)
    : object_(object), start_(std::move(start)), context_(context) {
  change_.id = object_.object.id();
}

ObjectWrite::~ObjectWrite() {
  if (write_open_) context_.live.abort_write(change_.id);
}

ClusterRequest ObjectWrite::request(Verb verb) const {
  return object_request(object_, verb);
}

std::string apply_body(const PreparedObject& object, const WriteStart& start) {
  const bool leave_replicas = (start.live_flags & diff::replicas_handed_over) != 0;
  if (object.left == nullptr && !leave_replicas) return object.object.json();
  const model::Document document = object.body_for(start.whole.root());
  const model::Value desired = document.root();
  if (!leave_replicas || !desired["spec"].contains("replicas")) return model::write_json(desired);
  model::Arena arena;
  model::Node copy = model::copy_node(arena, desired);
  model::erase(*model::find(copy, "spec"), "replicas");
  return model::write_json(model::Value(&copy));
}

bool needs_look(const PreparedObject& object, const WriteStart& start) {
  return object.left != nullptr && start.reads_first && !start.whole.present();
}

ClusterRequest ObjectWrite::apply_request() const {
  ClusterRequest next = request(Verb::apply);
  next.body = apply_body(object_, start_);
  next.force = true;
  return next;
}

ClusterRequest ObjectWrite::next_apply() {
  const bool looks = needs_look(object_, start_);
  phase_ = looks ? Phase::looking : Phase::applying;
  return looks ? request(Verb::get) : apply_request();
}

std::optional<FollowUp> ObjectWrite::on_look(const ClusterAnswer& answer) {
  if (classify(answer) == AnswerClass::retry) return repeat(request(Verb::get), answer);
  if (!answer.ok() && answer.code != 404)
    return fail(classify(answer), "look at the fields that others set: " + explain(answer));
  if (answer.ok()) start_.whole = answer.object;
  start_.reads_first = false;
  phase_ = Phase::applying;
  return FollowUp{apply_request(), {}};
}

ClusterRequest ObjectWrite::begin() {
  context_.live.begin_write(change_.id);
  write_open_ = true;
  if (start_.take_over_of.present())
    if (auto next = take_over_request(start_.take_over_of)) return std::move(next->request);
  return next_apply();
}

std::optional<FollowUp> ObjectWrite::on_answer(ClusterAnswer answer) {
  switch (phase_) {
    case Phase::taking_over:
      return on_take_over(answer);
    case Phase::reading:
      return on_read(answer);
    case Phase::looking:
      return on_look(answer);
    case Phase::applying:
      return on_apply(std::move(answer));
    case Phase::removing:
      return on_remove(answer);
    case Phase::until_gone:
      return on_gone_check(answer);
    case Phase::until_current:
      return on_current_check(answer);
  }
  return std::nullopt;
}

std::optional<FollowUp> ObjectWrite::take_over_request(const model::Document& metadata) {
  const auto merged = diff::take_over(metadata.root(), context_.options.take_over_managers);
  if (!merged) return std::nullopt;
  phase_ = Phase::taking_over;
  ClusterRequest next = request(Verb::json_patch);
  next.body = R"([{"op":"replace","path":"/metadata/managedFields","value":)" +
              merged->managed_fields_json +
              R"(},{"op":"replace","path":"/metadata/resourceVersion","value":)";
  model::write_json_string(metadata["metadata"]["resourceVersion"].text(), next.body);
  next.body += "}]";
  return FollowUp{std::move(next), {}};
}

std::optional<FollowUp> ObjectWrite::on_take_over(const ClusterAnswer& answer) {
  switch (classify(answer)) {
    case AnswerClass::done:
    case AnswerClass::not_found:
    case AnswerClass::wait_until_gone:
      // What was seen before the take-over tells of other owners.
      start_.whole = {};
      return FollowUp{next_apply(), {}};
    case AnswerClass::conflict:
      if (++take_overs_ >= take_overs_max)
        return fail(AnswerClass::conflict, "take over its fields: " + explain(answer));
      phase_ = Phase::reading;
      return FollowUp{request(Verb::get), {}};
    case AnswerClass::retry:
      if (auto next = take_over_request(start_.take_over_of))
        return repeat(std::move(next->request), answer);
      [[fallthrough]];
    default:
      return fail(classify(answer), "take over its fields: " + explain(answer));
  }
}

std::optional<FollowUp> ObjectWrite::on_read(const ClusterAnswer& answer) {
  if (classify(answer) == AnswerClass::retry) return repeat(request(Verb::get), answer);
  if (!answer.ok() && answer.code != 404)
    return fail(classify(answer), "read it before the take-over: " + explain(answer));
  if (answer.ok()) {
    start_.take_over_of = answer.object;
    if (auto next = take_over_request(answer.object)) return next;
  }
  return FollowUp{next_apply(), {}};
}

bool ObjectWrite::lacks_empty(model::Value answer) const {
  if (!object_.has_empty) return false;
  const model::Document desired = object_.object.document();
  return diff::lacks_empty(desired.root(), answer);
}

std::optional<FollowUp> ObjectWrite::on_apply(ClusterAnswer answer) {
  switch (const AnswerClass found = classify(answer)) {
    case AnswerClass::done:
      if (!applied_again_ && lacks_empty(answer.object.root())) {
        applied_again_ = true;
        return FollowUp{apply_request(), {}};
      }
      record(answer);
      return start_.wait_until_current ? check_current(answer.object.root()) : std::nullopt;
    case AnswerClass::recreate:
      return recreate(answer);
    case AnswerClass::wait_until_gone:
      return wait_until_gone(answer);
    case AnswerClass::retry:
    case AnswerClass::conflict:
      return repeat(apply_request(), answer);
    case AnswerClass::no_kind:
      kind_unknown_ = true;
      if (context_.definitions_change)
        if (auto next = poll(Phase::applying, context_.options.stage_wait_max, "")) {
          next->request = apply_request();
          return next;
        }
      return fail(found, "the server does not serve " + object_.object.gvk().kind + " in " +
                             object_.object.gvk().api_version());
    default:
      return fail(found, explain(answer));
  }
}

std::optional<FollowUp> ObjectWrite::recreate(const ClusterAnswer& answer) {
  if (recreated_ || !may_recreate(object_, start_, context_.options))
    return fail(AnswerClass::permanent, explain(answer));
  recreated_ = true;
  phase_ = Phase::removing;
  return FollowUp{request(Verb::remove), {}};
}

std::optional<FollowUp> ObjectWrite::on_remove(const ClusterAnswer& answer) {
  if (classify(answer) == AnswerClass::retry) return repeat(request(Verb::remove), answer);
  if (!answer.ok() && answer.code != 404)
    return fail(classify(answer), "delete it to recreate it: " + explain(answer));
  wait_end_.reset();
  phase_ = Phase::until_gone;
  return FollowUp{request(Verb::get), {}};
}

std::optional<FollowUp> ObjectWrite::wait_until_gone(const ClusterAnswer& answer) {
  // A namespace that is being deleted takes its objects along: the apply itself is the question
  // then.
  if (!answer.ok()) {
    auto next = poll(Phase::applying, context_.options.gone_wait_max, explain(answer));
    if (next) next->request = apply_request();
    return next;
  }
  if (++gone_rounds_ > gone_rounds_max)
    return fail(AnswerClass::wait_until_gone, "it is deleted again and again by somebody else");
  return poll(Phase::until_gone, context_.options.gone_wait_max,
              "the old object is still being deleted");
}

std::optional<FollowUp> ObjectWrite::on_gone_check(const ClusterAnswer& answer) {
  if (classify(answer) == AnswerClass::retry) return repeat(request(Verb::get), answer);
  const bool there = answer.ok() && classify(answer) == AnswerClass::wait_until_gone;
  if (there)
    return poll(Phase::until_gone, context_.options.gone_wait_max,
                "the old object is still being deleted");
  phase_ = Phase::applying;
  return FollowUp{apply_request(), {}};
}

std::optional<FollowUp> ObjectWrite::check_current(model::Value object) {
  const Health health = assess_health(object_.object.gvk(), object);
  if (health.state == HealthState::current) return std::nullopt;
  if (health.state == HealthState::failed) return fail(AnswerClass::permanent, health.message);
  return poll(Phase::until_current, context_.options.stage_wait_max,
              "not ready in time: " + health.message);
}

std::optional<FollowUp> ObjectWrite::on_current_check(const ClusterAnswer& answer) {
  if (classify(answer) == AnswerClass::retry) return repeat(request(Verb::get), answer);
  if (!answer.ok()) return fail(classify(answer), "wait for it: " + explain(answer));
  return check_current(answer.object.root());
}

std::optional<FollowUp> ObjectWrite::poll(Phase phase, milliseconds limit,
                                          const std::string& what) {
  const model::SteadyTime now = context_.clock.steady_now();
  if (phase_ != phase) polls_ = 0;
  if (phase_ != phase || !wait_end_) wait_end_ = now + limit;
  phase_ = phase;
  if (now >= *wait_end_)
    return what.empty() ? std::nullopt : fail(AnswerClass::wait_until_gone, what);
  const milliseconds delay =
      std::min(poll_max, poll_first * (1U << std::min<std::size_t>(polls_, 6)));
  ++polls_;
  return FollowUp{request(Verb::get), delay};
}

std::optional<FollowUp> ObjectWrite::repeat(ClusterRequest next, const ClusterAnswer& answer) {
  if (++attempts_ >= context_.options.retry.attempts_max)
    return fail(classify(answer), explain(answer));
  return FollowUp{std::move(next), context_.options.retry.delay(attempts_, answer)};
}

void ObjectWrite::record(const ClusterAnswer& answer) {
  const model::Value object = answer.object.root();
  const model::Value before = start_.whole.present() ? start_.whole.root() : start_.seen.root();
  const LiveVerdict verdict =
      context_.live.end_write(context_.unit, object_.object.gvk(), object_.digest, object,
                              before["metadata"]["generation"].integer().value_or(0));
  write_open_ = false;
  drifted_meanwhile_ = verdict == LiveVerdict::drifted || verdict == LiveVerdict::disowned ||
                       verdict == LiveVerdict::gone || verdict == LiveVerdict::vanishing;
  const std::string now(object["metadata"]["resourceVersion"].text());
  const bool same_version =
      start_.resource_version != 0 && now == std::to_string(start_.resource_version);
  const bool same =
      !recreated_ && (same_version || is_only_status_newer(start_.seen.root(), object, object_));
  change_.action = answer.code == 201 && !recreated_ ? diff::Action::created
                   : same                            ? diff::Action::unchanged
                                                     : diff::Action::configured;
  change_.reason = same ? diff::Reason::none : start_.reason;
  if (recreated_) change_.message = "recreated: a field is immutable";
}

std::optional<FollowUp> ObjectWrite::fail(AnswerClass answer, std::string message) {
  change_.message = message;
  if (write_open_) {
    context_.live.abort_write(change_.id);
    write_open_ = false;
    change_.action = diff::Action::skipped;
    change_.reason = diff::Reason::failed;
  }
  failure_ = ObjectFailure{change_.id, answer, std::move(message)};
  return std::nullopt;
}

}  // namespace reconcile::appliers
