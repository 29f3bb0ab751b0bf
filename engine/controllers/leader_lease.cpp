// The state machine of leader election: waiting ─▶ leading ⇄ paused ─▶ lost, and ─▶ released from
// each. Tests: test/engine/leader_lease_test.cpp, test/integration/leader_test.cpp.

#include "engine/controllers/leader_lease.hpp"

#include <algorithm>
#include <utility>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

using model::SteadyTime;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::string_view lease_manager = "reconcile-leader";
/// For requests of a replica that does not lead: nothing depends on when they end.
constexpr milliseconds patient_limit(5'000);
constexpr milliseconds limit_min(50);
constexpr milliseconds release_limit(2'000);
/// An answer that takes longer does not prove that the server serves the leader.
constexpr milliseconds proof_limit(1'000);
constexpr milliseconds again_soon(50);
/// How long the longer duration stays after the last slow answer.
constexpr std::chrono::seconds slow_memory(60);

/// metav1.MicroTime, which reads exactly six digits of a fraction.
std::string micro_time(model::WallTime time) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  const std::string fraction = std::to_string(1'000'000 + micros % 1'000'000);
  std::string text = model::format_rfc3339(time);
  text.pop_back();
  return text + "." + fraction.substr(1) + "Z";
}

}  // namespace

const model::Gvk lease_kind{"coordination.k8s.io", "v1", "Lease"};

std::string_view to_string(LeaderRole role) {
  switch (role) {
    case LeaderRole::waiting:
      return "waiting";
    case LeaderRole::leading:
      return "leading";
    case LeaderRole::paused:
      return "paused";
    case LeaderRole::lost:
      return "lost";
    case LeaderRole::released:
      break;
  }
  return "released";
}

void LeaderOptions::check() const {
  const auto refuse = [](const std::string& text) {
    throw model::Error(model::ErrorCode::invalid_input, text);
  };
  if (lease_duration < std::chrono::seconds(1))
    refuse("expected a lease duration of at least 1s, found " +
           model::format_duration(lease_duration));
  if (renew_deadline >= lease_duration)
    refuse("expected a renew deadline shorter than the lease duration " +
           model::format_duration(lease_duration) + ", found " +
           model::format_duration(renew_deadline));
  if (retry_period.count() <= 0 || retry_period >= renew_deadline)
    refuse("expected a retry period shorter than the renew deadline " +
           model::format_duration(renew_deadline) + ", found " +
           model::format_duration(retry_period));
}

LeaseRecord LeaseRecord::read(model::Value lease) {
  const model::Value spec = lease["spec"];
  LeaseRecord record;
  record.uid = lease["metadata"]["uid"].text();
  record.resource_version = lease["metadata"]["resourceVersion"].text();
  record.holder = spec["holderIdentity"].text();
  record.acquire_time = spec["acquireTime"].text();
  record.renew_time = spec["renewTime"].text();
  record.duration = std::chrono::seconds(spec["leaseDurationSeconds"].integer().value_or(0));
  record.transitions = spec["leaseTransitions"].integer().value_or(0);
  return record;
}

LeaderLease::LeaderLease(kube::Client& client, const model::Clock& clock, WriteFence& fence,
                         LeaderOptions options)
    : client_(client), clock_(clock), fence_(fence), options_(std::move(options)) {
}

SteadyTime LeaderLease::step() {
  switch (role_) {
    case LeaderRole::waiting:
      return wait();
    case LeaderRole::leading:
    case LeaderRole::paused:
      return renew();
    default:
      return SteadyTime::max();
  }
}

SteadyTime LeaderLease::wait() {
  const SteadyTime asked = clock_.steady_now();
  const kube::Response response = get();
  const SteadyTime now = clock_.steady_now();
  if (response.status.not_found()) {
    if (create()) return clock_.steady_now();
    return clock_.steady_now() + options_.retry_period;
  }
  if (!response.ok()) {
    problem_ = response.status.display();
    seen_since_ = now;
    return now + options_.retry_period;
  }
  problem_.clear();
  const LeaseRecord record = LeaseRecord::read(response.document().root());
  const bool moved = record.resource_version != seen_.resource_version || record.uid != seen_.uid;
  if (moved || now - asked > proof_limit) seen_since_ = now;
  seen_ = record;
  if (may_be_taken(now)) {
    if (take()) return clock_.steady_now();
    return clock_.steady_now() + (problem_.empty() ? again_soon : options_.retry_period);
  }
  const nanoseconds left = seen_since_ + seen_.duration - now;
  return clock_.steady_now() + std::clamp<nanoseconds>(left, again_soon, options_.retry_period);
}

bool LeaderLease::may_be_taken(SteadyTime now) const {
  if (seen_.holder.empty() || seen_.holder == options_.identity) return true;
  return now - seen_since_ >= std::max<nanoseconds>(seen_.duration, std::chrono::seconds(1));
}

bool LeaderLease::take() {
  LeaseRecord next = seen_;
  if (next.holder != options_.identity) ++next.transitions;
  next.holder = options_.identity;
  next.acquire_time = micro_time(clock_.wall_now());
  const SteadyTime sent = clock_.steady_now();
  const kube::Response response =
      send(kube::Request::patch(kube::Verb::merge_patch, lease_kind, options_.namespace_name,
                                options_.name, body(next), std::string(lease_manager)),
           deadline_span());
  if (response.ok()) {
    lead(response, sent);
    return true;
  }
  // Another replica was faster, or an answer was lost: the next look tells.
  if (!response.status.conflict()) problem_ = response.status.display();
  return false;
}

bool LeaderLease::create() {
  LeaseRecord first;
  first.holder = options_.identity;
  first.acquire_time = micro_time(clock_.wall_now());
  const model::Document object = model::parse_json(body(first));
  const SteadyTime sent = clock_.steady_now();
  const kube::Response response = send(
      kube::Request::create(model::Object(object), std::string(lease_manager)), deadline_span());
  if (response.ok()) {
    lead(response, sent);
    return true;
  }
  if (response.status.code != 409) problem_ = response.status.display();
  return false;
}

void LeaderLease::lead(const kube::Response& response, SteadyTime sent) {
  seen_ = LeaseRecord::read(response.document().root());
  deadline_ = sent + deadline_span();
  role_ = LeaderRole::leading;
  problem_.clear();
  // From the moment of asking: whoever waits counts from a later one.
  fence_.open_until(deadline_);
  judge_latency(clock_.steady_now() - sent, clock_.steady_now());
}

SteadyTime LeaderLease::renew() {
  const SteadyTime sent = clock_.steady_now();
  if (role_ == LeaderRole::leading && sent >= deadline_) {
    role_ = LeaderRole::paused;
    return sent;
  }
  nanoseconds limit = patient_limit;
  if (role_ == LeaderRole::leading) {
    // The write may shorten the promise, and its answer may be lost.
    deadline_ = std::min(deadline_, sent + deadline_span());
    fence_.open_until(deadline_);
    limit = std::max<nanoseconds>(deadline_ - sent, limit_min);
  }
  const kube::Response response =
      send(kube::Request::patch(kube::Verb::merge_patch, lease_kind, options_.namespace_name,
                                options_.name, body(seen_), std::string(lease_manager)),
           limit);
  if (!response.ok()) return renew_failed(response);
  lead(response, sent);
  return sent + period();
}

SteadyTime LeaderLease::renew_failed(const kube::Response& response) {
  const SteadyTime now = clock_.steady_now();
  problem_ = response.status.display();
  if (!response.status.conflict() && !response.status.not_found()) {
    slow_until_ = now + slow_memory;
    return role_ == LeaderRole::leading && now >= deadline_ ? now : now + options_.retry_period / 2;
  }
  const kube::Response found = get();
  if (found.status.not_found()) {
    lose("the Lease was deleted");
    return SteadyTime::max();
  }
  if (!found.ok()) return clock_.steady_now() + options_.retry_period / 2;
  const LeaseRecord record = LeaseRecord::read(found.document().root());
  if (!record.is_same_term(seen_)) {
    lose(record.holder.empty() ? "another replica has led meanwhile"
                               : "the Lease is held by " + record.holder);
    return SteadyTime::max();
  }
  // Our own write whose answer was lost, or somebody touched the object.
  seen_ = record;
  return clock_.steady_now();
}

void LeaderLease::lose(std::string reason) {
  fence_.end();
  role_ = LeaderRole::lost;
  problem_ = std::move(reason);
}

void LeaderLease::release() {
  const bool leads = role_ == LeaderRole::leading && fence_.is_open();
  fence_.end();
  if (role_ != LeaderRole::lost) role_ = LeaderRole::released;
  if (!leads) return;
  LeaseRecord next = seen_;
  next.holder.clear();
  next.duration = std::chrono::seconds(1);
  const kube::Response response =
      send(kube::Request::patch(kube::Verb::merge_patch, lease_kind, options_.namespace_name,
                                options_.name, body(next), std::string(lease_manager)),
           release_limit);
  if (!response.ok()) problem_ = response.status.display();
}

void LeaderLease::judge_latency(nanoseconds latency, SteadyTime now) {
  if (latency > options_.renew_deadline / 3) {
    slow_until_ = now + slow_memory;
  } else if (slow_until_ && now >= *slow_until_) {
    slow_until_.reset();
  }
}

std::chrono::seconds LeaderLease::duration() const {
  return is_slow() ? std::max(options_.slow_duration, options_.lease_duration)
                   : options_.lease_duration;
}

nanoseconds LeaderLease::deadline_span() const {
  return is_slow() ? std::max(options_.slow_renew_deadline, options_.renew_deadline)
                   : options_.renew_deadline;
}

nanoseconds LeaderLease::period() const {
  return is_slow() ? std::max(options_.slow_retry_period, options_.retry_period)
                   : options_.retry_period;
}

kube::Response LeaderLease::get() {
  return send(kube::Request::get(lease_kind, options_.namespace_name, options_.name),
              patient_limit);
}

kube::Response LeaderLease::send(kube::Request request, nanoseconds limit) {
  request.purpose = kube::RequestPurpose::lease;
  request.retries_max = 0;
  request.timeout = std::chrono::ceil<milliseconds>(limit);
  return client_.send(std::move(request));
}

std::string LeaderLease::body(const LeaseRecord& record) const {
  model::Arena arena;
  model::Node root = model::make_map();
  const auto text = [&arena](std::string_view value) { return model::make_string(arena, value); };
  model::set(arena, root, "apiVersion", text("coordination.k8s.io/v1"));
  model::set(arena, root, "kind", text("Lease"));
  model::Node& metadata = model::set(arena, root, "metadata", model::make_map());
  model::set(arena, metadata, "name", text(options_.name));
  model::set(arena, metadata, "namespace", text(options_.namespace_name));
  if (!record.resource_version.empty())
    model::set(arena, metadata, "resourceVersion", text(record.resource_version));
  model::Node& spec = model::set(arena, root, "spec", model::make_map());
  const bool released = record.holder.empty();
  const auto seconds = released ? record.duration : duration();
  model::set(arena, spec, "holderIdentity", text(record.holder));
  model::set(arena, spec, "leaseDurationSeconds", model::make_integer(seconds.count()));
  model::set(arena, spec, "acquireTime", text(record.acquire_time));
  model::set(arena, spec, "renewTime", text(micro_time(clock_.wall_now())));
  model::set(arena, spec, "leaseTransitions", model::make_integer(record.transitions));
  return model::write_json(model::Value(&root));
}

}  // namespace reconcile::engine
