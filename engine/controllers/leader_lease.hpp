#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/controllers/write_fence.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

extern const model::Gvk lease_kind;  ///< coordination.k8s.io/v1

struct LeaderOptions {
  std::string namespace_name = "reconcile-system";
  std::string name = "reconcile-agent";
  std::string identity;  ///< never equal to that of another process that may still run
  /// Whole seconds, as the Lease holds them. A crashed leader is replaced after this time.
  std::chrono::seconds lease_duration{2};
  /// A leader that could not renew for this long stops writing; shorter than the duration, so that
  /// what it sent last has arrived before another one leads.
  std::chrono::nanoseconds renew_deadline{std::chrono::milliseconds(1500)};
  std::chrono::nanoseconds retry_period{std::chrono::milliseconds(500)};
  /// What the leader promises while the API server is slow (client-go's durations): a server that
  /// struggles must not be given a change of leaders too.
  std::chrono::seconds slow_duration{15};
  std::chrono::nanoseconds slow_renew_deadline{std::chrono::seconds(10)};
  std::chrono::nanoseconds slow_retry_period{std::chrono::seconds(2)};

  /// Throws Error(invalid_input) naming the option unless
  /// retry_period < renew_deadline < lease_duration.
  void check() const;
};

/// spec of a Lease, with what a write of it needs.
struct LeaseRecord {
  std::string uid;
  std::string resource_version;
  std::string holder;  ///< empty: released
  std::string acquire_time;
  std::string renew_time;
  std::chrono::seconds duration{0};
  std::int64_t transitions = 0;

  static LeaseRecord read(model::Value lease);
  /// Whether nobody else led between the two.
  [[nodiscard]] bool is_same_term(const LeaseRecord& other) const {
    return uid == other.uid && holder == other.holder && acquire_time == other.acquire_time;
  }
};

enum class LeaderRole : std::uint8_t {
  waiting,  ///< another replica leads, or nobody yet
  leading,
  paused,  ///< could not renew in time: may lead no more, and does not know
  lost,    ///< another replica led: what this process knows of the cluster is of the past
  released,
};
std::string_view to_string(LeaderRole role);

/// The protocol of leader election over one Lease, as client-go's resource lock with three
/// differences. The duration that counts is the one in the Lease, so that a leader may lengthen it
/// while the server is slow. A waiting replica counts only time in which the server answers it, so
/// that after an outage the leader is asked first. And a leader whose Lease ran out without anyone
/// taking it goes on. One thread at a time; `step` blocks for one request or two.
class LeaderLease {
 public:
  /// All must outlive it. The fence is opened and closed by it alone.
  LeaderLease(kube::Client& client, const model::Clock& clock, WriteFence& fence,
              LeaderOptions options);

  /// Does what is due and answers when to call again; at once where the Lease is seen to change.
  model::SteadyTime step();
  [[nodiscard]] LeaderRole role() const noexcept { return role_; }
  /// Of the Lease as last seen; empty where unknown.
  [[nodiscard]] const std::string& holder() const noexcept { return seen_.holder; }
  /// Why the lead was lost, or why the Lease could not be read or written last; empty otherwise.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  /// Whether the server was slow of late: the Lease promises its longer duration.
  [[nodiscard]] bool is_slow() const noexcept { return slow_until_.has_value(); }
  /// Closes the fence for ever and, where it leads, gives the Lease back for others to take at
  /// once.
  void release();

 private:
  model::SteadyTime wait();
  model::SteadyTime renew();
  model::SteadyTime renew_failed(const kube::Response& response);
  bool take();
  bool create();
  void lead(const kube::Response& response, model::SteadyTime sent);
  void lose(std::string reason);
  bool may_be_taken(model::SteadyTime now) const;
  void judge_latency(std::chrono::nanoseconds latency, model::SteadyTime now);
  kube::Response send(kube::Request request, std::chrono::nanoseconds limit);
  kube::Response get();
  [[nodiscard]] std::string body(const LeaseRecord& record) const;
  [[nodiscard]] std::chrono::seconds duration() const;
  [[nodiscard]] std::chrono::nanoseconds deadline_span() const;
  [[nodiscard]] std::chrono::nanoseconds period() const;

  kube::Client& client_;
  const model::Clock& clock_;
  WriteFence& fence_;
  LeaderOptions options_;
  LeaderRole role_ = LeaderRole::waiting;
  LeaseRecord seen_;              ///< waiting: as seen last; else as written last
  model::SteadyTime seen_since_;  ///< how long the server has been showing `seen_` unchanged
  model::SteadyTime deadline_;    ///< leading: when the fence closes
  std::optional<model::SteadyTime> slow_until_;
  std::string problem_;
};

}  // namespace reconcile::engine
