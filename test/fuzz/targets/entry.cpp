#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>

#include "test/fuzz/targets/targets.hpp"

// libFuzzer's entry. RECONCILE_FUZZ_TARGET is the target's function, given by CMake.

namespace {

// Processor time, which a busy machine does not lengthen as it does libFuzzer's -timeout. The
// sanitizers and counters make the code some four times as slow: a second of the product's.
constexpr double seconds_max = 4.0;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const double start = processor_seconds();
  reconcile::fuzz::RECONCILE_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  const double seconds = processor_seconds() - start;
  if (seconds > seconds_max) {
    reconcile::fuzz::broken("an input takes at most a second without sanitizers",
                            std::to_string(seconds));
  }
  return 0;
}
