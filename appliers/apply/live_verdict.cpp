#include "appliers/apply/live_verdict.hpp"

namespace reconcile::appliers {

namespace {

/// Annotations that decide whether we write at all: a change of them asks for a decision.
constexpr std::uint8_t rule_flags = diff::reconcile_disabled | diff::ssa_ignore;

}  // namespace

std::string_view to_string(LiveVerdict verdict) {
  switch (verdict) {
    case LiveVerdict::untracked:
      return "untracked";
    case LiveVerdict::stale:
      return "stale";
    case LiveVerdict::equal:
      return "equal";
    case LiveVerdict::pending:
      return "pending";
    case LiveVerdict::drifted:
      return "drifted";
    case LiveVerdict::disowned:
      return "disowned";
    case LiveVerdict::vanishing:
      return "vanishing";
    case LiveVerdict::gone:
      return "gone";
  }
  return "";
}

LiveVerdict judge(const diff::Fingerprint& known, const Seen& seen) {
  if (seen.fingerprint.resource_version <= known.resource_version) return LiveVerdict::stale;
  if (seen.type == WatchEventType::deleted) return LiveVerdict::gone;
  if ((seen.fingerprint.flags & diff::terminating) != 0) return LiveVerdict::vanishing;
  // Nobody has the replicas any more: what was left to him is ours again.
  if ((known.flags & ~seen.fingerprint.flags & diff::replicas_handed_over) != 0)
    return LiveVerdict::drifted;
  const bool same_rules = ((seen.fingerprint.flags ^ known.flags) & rule_flags) == 0;
  if (same_rules && seen.fingerprint.same_content(known)) return LiveVerdict::equal;
  if (!same_rules) return LiveVerdict::drifted;
  if (!seen.fingerprint.has_entry() || seen.fingerprint.uid != known.uid)
    return LiveVerdict::disowned;
  return LiveVerdict::drifted;
}

bool is_difference(LiveVerdict verdict) {
  return verdict == LiveVerdict::gone || verdict == LiveVerdict::vanishing ||
         verdict == LiveVerdict::disowned || verdict == LiveVerdict::drifted;
}

}  // namespace reconcile::appliers
