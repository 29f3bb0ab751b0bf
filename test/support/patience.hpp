#pragma once

#include <algorithm>
#include <cstdlib>

namespace reconcile::test {

/// How many times longer than usual tests wait before they call it a failure:
/// $RECONCILE_TEST_PATIENCE, at most 100, and 1 where it is not set. What a sanitizer slows down
/// needs it; the order of events and what they lead to stay the same.
inline int patience() {
  const char* given = std::getenv("RECONCILE_TEST_PATIENCE");
  return given == nullptr ? 1 : std::clamp(std::atoi(given), 1, 100);
}

}  // namespace reconcile::test
