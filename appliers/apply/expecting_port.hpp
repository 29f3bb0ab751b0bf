#pragma once

#include <functional>
#include <optional>

#include "appliers/apply/stage_run.hpp"
#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/unit_pass.hpp"

namespace reconcile::appliers {

/// Lets a decision stand only as far as `only` says: its objects are written, no others.
void keep_to(const ExpectedObjects& only, Decision& decision);

/// Applies through another port, each object only as long as it is in the state that is expected of
/// it: the server compares UID and resource version with every write, so that nothing can come in
/// between. Our own writes to an object move the expectation on. For one pass; one thread.
class ExpectingPort final : public ClusterPort {
 public:
  /// `port` must outlive it.
  ExpectingPort(ClusterPort& port, ExpectedObjects expected)
      : port_(port), expected_(std::move(expected)) {}

  void exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                const OnAnswer& on_answer) override;
  std::optional<KindInfo> find_kind(const model::Gvk& gvk) override { return port_.find_kind(gvk); }
  std::optional<KindInfo> find_kind(std::string_view group, std::string_view kind) override {
    return port_.find_kind(group, kind);
  }
  bool may_be_served(std::string_view group) override { return port_.may_be_served(group); }
  void forget_kinds() override { port_.forget_kinds(); }

 private:
  /// Null where nothing is expected of the request's object.
  ExpectedState* find(const ClusterRequest& request);
  void expect(ClusterRequest& request);
  void learn(const ClusterRequest& request, ClusterAnswer& answer);

  ClusterPort& port_;
  ExpectedObjects expected_;
};

}  // namespace reconcile::appliers
