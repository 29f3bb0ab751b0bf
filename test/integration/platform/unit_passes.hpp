#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "test/integration/agent_process.hpp"

namespace reconcile::test {

/// One "Pass finished" of the log.
struct SeenPass {
  std::string end;
  std::string error;
  bool rendered = false;
  std::size_t requests = 0;
  double seconds = 0;
};

/// The passes so far of each unit, by the name of its object, in their order.
std::map<std::string, std::vector<SeenPass>> passes_of(const AgentProcess& agent);

/// Waits until each of `units` has finished `more` further passes; answers those passes, fewer
/// where they did not come within 60 s.
std::map<std::string, std::vector<SeenPass>> await_passes(AgentProcess& agent,
                                                          const std::vector<std::string>& units,
                                                          std::size_t more);

}  // namespace reconcile::test
