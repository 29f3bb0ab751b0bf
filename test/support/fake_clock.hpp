#pragma once

#include <atomic>

#include "reconcile/model/clock.hpp"

namespace reconcile::test {

/// A clock that stands still until a test moves it. It starts at 2026-01-01T00:00:00Z.
class FakeClock : public model::Clock {
 public:
  [[nodiscard]] model::WallTime wall_now() const override {
    return model::WallTime(std::chrono::seconds(1'767'225'600)) +
           std::chrono::duration_cast<model::WallTime::duration>(passed());
  }
  [[nodiscard]] model::SteadyTime steady_now() const override {
    return model::SteadyTime(std::chrono::hours(1)) + passed();
  }
  void advance(std::chrono::nanoseconds by) { passed_ += by.count(); }

 private:
  [[nodiscard]] std::chrono::nanoseconds passed() const {
    return std::chrono::nanoseconds(passed_.load());
  }
  std::atomic<std::int64_t> passed_{0};
};

}  // namespace reconcile::test
