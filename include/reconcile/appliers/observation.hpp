#pragma once

#include <cstdint>
#include <string_view>

#include "reconcile/appliers/health.hpp"
#include "reconcile/appliers/unit.hpp"

namespace reconcile::appliers {

/// What a watch says happened.
enum class WatchEventType : std::uint8_t { added, modified, deleted };

/// What an event means for a managed object.
enum class LiveVerdict : std::uint8_t {
  untracked,  ///< not recorded: not ours, or its unit has not applied it yet; ignore
  stale,      ///< older than what is known, the echo of our own write, or at another version of
              ///< the kind than was applied; nothing to do
  equal,      ///< newer, and what we own is the same
  pending,    ///< a write of ours is under way: judged when it ends (LiveState::Write)
  drifted,    ///< a value or the order of what we own differs, or our entry lost or won a path
  disowned,   ///< our entry is gone or the UID changed: apply again
  vanishing,  ///< has a deletionTimestamp: wait until it is gone, then apply
  gone,       ///< DELETED: GET before deciding (the event may mean a lost label)
};
std::string_view to_string(LiveVerdict verdict);

/// What an event led to.
struct Observation {
  LiveVerdict verdict = LiveVerdict::untracked;
  UnitKey unit;                  ///< of the record; meaningless where untracked
  Health health;                 ///< after the event
  bool health_changed = false;   ///< state or message differ from before
  bool known_to_differ = false;  ///< it was drifted before the event
  bool policy_changed = false;   ///< the object's annotations say something else than before
  bool drift_ended = false;      ///< it differed and is as applied again, without a write of ours
  /// Resource version of the record before the event; 0 where untracked or pending.
  std::uint64_t known_version = 0;
};

}  // namespace reconcile::appliers
