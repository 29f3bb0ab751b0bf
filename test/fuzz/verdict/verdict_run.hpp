#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "reconcile/kube/client.hpp"

namespace reconcile::fuzz {

/// What a run asks for.
struct VerdictOptions {
  std::size_t cases = 1'000;
  std::uint64_t seed = 1;
  std::size_t definitions = 8;       ///< random CRDs at a time, beside the built-in kinds
  std::size_t objects_at_once = 96;  ///< each is judged `rounds` times, then removed
  std::size_t rounds = 8;
  std::chrono::minutes limit{24 * 60};  ///< no more objects are made after it
};

/// How our verdicts and the server's compare.
struct VerdictTotals {
  std::size_t cases = 0;
  std::size_t refused = 0;          ///< by the server: nothing to compare
  std::size_t moving = 0;           ///< the object changed under every look: nothing to compare
  std::size_t unchanged = 0;        ///< by the server's word
  std::size_t false_unchanged = 0;  ///< ours says unchanged, an apply would change something
  std::size_t false_changed = 0;    ///< ours does not say unchanged, an apply would change nothing
  std::size_t by_memory = 0;        ///< unchanged, and known by what was kept of the last apply
  std::size_t proven = 0;  ///< unchanged, and seen in the live object alone, as after a restart
  std::map<std::string, std::size_t> kinds;          ///< judged; custom ones as "custom"
  std::vector<std::string> missing_kinds;            ///< served, and not in kinds.yaml
  std::map<std::string, std::size_t> refused_kinds;  ///< applies that the server refused
};

/// A verdict that is not the server's.
struct WrongVerdict {
  bool says_unchanged = false;
  std::string text;  ///< the object, what others did, desired, live, and what an apply would change
};

/// Applies random objects, lets others write to them, and compares what the diff says of the next
/// desired state with a dry run of it. Waits; makes and removes a namespace and the definitions.
/// Throws where the server cannot be worked with.
/// `progress` (may be empty) hears of the totals so far.
VerdictTotals compare_verdicts(kube::Client& client, const VerdictOptions& options,
                               const std::function<void(const WrongVerdict&)>& wrong,
                               const std::function<void(const VerdictTotals&)>& progress = {});

}  // namespace reconcile::fuzz
