#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reconcile/model/object.hpp"

namespace reconcile::test {

/// Measures how long drift lives: from the answer to the write that made it until the watch tells
/// of an object as it was before.
class DriftClock {
 public:
  DriftClock(model::Gvk gvk, std::string space, std::string name);
  ~DriftClock();
  DriftClock(const DriftClock&) = delete;
  DriftClock& operator=(const DriftClock&) = delete;

  /// Applies the merge patch and waits until `is_restored` holds for the object; answers the
  /// milliseconds, absent where it did not within 20 s.
  std::optional<double> measure(const std::string& patch,
                                const std::function<bool(model::Value)>& is_restored);

  /// The same around a write of the caller's: `start` before it, `await` with the time of its
  /// answer.
  void start();
  std::optional<double> await(std::chrono::steady_clock::time_point written,
                              const std::function<bool(model::Value)>& is_restored);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The value below which `share` (0 to 1) of `values` lie. `values` must not be empty.
double percentile(std::vector<double> values, double share);

}  // namespace reconcile::test
