#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "test/fuzz/generators.hpp"
#include "test/fuzz/oracle.hpp"

namespace reconcile::fuzz {

/// One case that both sides answered differently.
struct Difference {
  std::size_t index = 0;  ///< of the case in its generator's run
  Case asked;
  std::string text;
};

/// The case `index` of a run: it depends on nothing but these.
Case case_of(const Generator& generator, std::uint64_t seed, std::size_t index);

/// What comes back from a run.
struct Totals {
  std::size_t cases = 0;
  std::size_t failed_alike = 0;  ///< both sides answered an error
  std::size_t crashed = 0;       ///< the real tool died: nothing was compared
};

struct Observer {
  std::function<void(std::size_t index)> begins;  ///< before our side works on a case
  std::function<void()> ends;                     ///< after it
  std::function<void(const Difference&)> differs;
};

/// Compares the cases `first`, `first` + `step`, … below `end`.
Totals compare(const Generator& generator, std::uint64_t seed, std::size_t first, std::size_t end,
               std::size_t step, Oracle& oracle, const Observer& observer);

/// How to see the case of a difference again, and the case itself.
std::string report(const Generator& generator, std::uint64_t seed, const Difference& found);

}  // namespace reconcile::fuzz
