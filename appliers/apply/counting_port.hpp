#pragma once

#include "reconcile/appliers/cluster_port.hpp"

namespace reconcile::appliers {

/// Counts what a pass sends through another port.
class CountingPort final : public ClusterPort {
 public:
  explicit CountingPort(ClusterPort& port) : port_(port) {}

  void exchange(std::size_t count, std::size_t in_flight_max, const MakeRequest& make,
                const OnAnswer& on_answer) override {
    port_.exchange(count, in_flight_max, make, [&](std::size_t index, ClusterAnswer answer) {
      ++requests_;
      return on_answer(index, std::move(answer));
    });
  }
  std::optional<KindInfo> find_kind(const model::Gvk& gvk) override { return port_.find_kind(gvk); }
  std::optional<KindInfo> find_kind(std::string_view group, std::string_view kind) override {
    return port_.find_kind(group, kind);
  }
  bool may_be_served(std::string_view group) override { return port_.may_be_served(group); }
  void forget_kinds() override { port_.forget_kinds(); }

  [[nodiscard]] std::size_t requests() const noexcept { return requests_; }

 private:
  ClusterPort& port_;
  std::size_t requests_ = 0;
};

}  // namespace reconcile::appliers
