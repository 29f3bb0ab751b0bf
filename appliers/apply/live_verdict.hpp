#pragma once

#include "reconcile/appliers/live_state.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::appliers {

/// One event, folded.
struct Seen {
  WatchEventType type = WatchEventType::modified;
  diff::Fingerprint fingerprint;
  Health health;
  ObjectPolicy policy;
  model::Hash128 status;  ///< only of an event that is held
  model::Hash128 body;    ///< diff::body_digest; zero: not known
};

/// What the event means for an object that nobody writes and of which `known` is recorded.
LiveVerdict judge(const diff::Fingerprint& known, const Seen& seen);
/// Whether the object is not as it was applied.
bool is_difference(LiveVerdict verdict);

}  // namespace reconcile::appliers
