#include "engine/gates/upstream.hpp"

#include "engine/gates/wording.hpp"

namespace reconcile::engine::gates {
namespace {

using model::format_rfc3339;
using model::WallTime;

/// The moment's unit that stands for `unit`: by its label where one carries it, else by name. Null
/// where there is none, or where two carry the label.
const UnitEvidence* match(const ChainMoment& moment, const CandidateUnit& unit) {
  if (unit.label.empty()) return moment.find(unit.unit);
  const UnitEvidence* found = nullptr;
  for (const auto& [name, evidence] : moment.units) {
    if (evidence->label != unit.label) continue;
    if (found != nullptr) return nullptr;
    found = evidence.get();
  }
  return found == nullptr ? moment.find(unit.unit) : found;
}

bool same_content(const UnitEvidence& left, const UnitEvidence& right) {
  return !left.read_set_digest.empty() && left.read_set_digest == right.read_set_digest &&
         left.render_digest == right.render_digest;
}

Finding not_green(const std::string& environment, const ChainMoment& moment,
                  const UnitEvidence& evidence) {
  Finding finding;
  finding.since = moment.observed_at;
  const std::string why = evidence.failing.empty() ? "" : ": " + shortened(evidence.failing, 300);
  if (evidence.state == UnitState::failed) {
    finding.reason = "UpstreamNotHealthy";
    finding.message = "it fails in " + environment + why;
  } else if (evidence.state == UnitState::unknown) {
    finding.reason = "UpstreamUnknown";
    finding.message = environment + " cannot see its state at the moment" + why;
  } else {
    finding.reason = "UpstreamPending";
    finding.message = environment + " is still bringing it to " + short_id(moment.commit) + why;
  }
  return finding;
}

bool is_green(const UnitEvidence& evidence) {
  return evidence.state == UnitState::green && evidence.applied && evidence.healthy_since;
}

Finding chain_finding(const std::string& name, const Chain& chain, ChainProblem problem) {
  Finding finding{std::string(to_string(problem)), {}, {}, {}};
  const ChainMoment* newest = chain.newest();
  if (newest != nullptr) finding.since = newest->observed_at;
  if (problem == ChainProblem::stale) {
    finding.since = newest->valid_until;
    finding.message = "the evidence of " + name + " was last renewed at " +
                      format_rfc3339(newest->observed_at) + " and is not valid any more";
  } else if (problem == ChainProblem::missing) {
    finding.message = "there is no evidence of " + name;
  } else if (chain.problem == ChainProblem::none) {
    finding.message = "the newest evidence of " + name + " is of " +
                      format_rfc3339(newest->observed_at) +
                      ", which is in the future: the clocks differ";
  } else {
    finding.message = "the evidence of " + name + " is not accepted: " + chain.detail;
  }
  return finding;
}

}  // namespace

Upstream::Upstream(std::string name, const AdmissionInput& input)
    : name_(std::move(name)), input_(input) {
  static const Chain none;
  const auto found = input.upstream.find(name_);
  chain_ = found == input.upstream.end() ? &none : &found->second;
  const ChainProblem problem = problem_at(*chain_, input.now, input.clock_tolerance);
  if (problem != ChainProblem::none) {
    standing_ = chain_finding(name_, *chain_, problem);
    return;
  }
  const std::optional<std::chrono::nanoseconds>& age_max = input.policy.max_evidence_age;
  const WallTime observed_at = chain_->newest()->observed_at;
  if (age_max && input.now - observed_at > *age_max + input.clock_tolerance) {
    standing_ = {std::string(to_string(ChainProblem::stale)),
                 "the newest evidence of " + name_ + " is of " + format_rfc3339(observed_at) +
                     ", older than maxEvidenceAge (" + short_duration(*age_max) + ")",
                 observed_at,
                 {}};
  }
}

const std::vector<ChainMoment>& Upstream::moments() const noexcept {
  return chain_->moments;
}

bool Upstream::has(std::size_t moment, const CandidateUnit& unit) const {
  return match(moments()[moment], unit) != nullptr;
}

Finding Upstream::check(std::size_t moment, const CandidateUnit& unit) const {
  const ChainMoment& at = moments()[moment];
  const UnitEvidence* evidence = match(at, unit);
  if (evidence == nullptr) {
    return {"UnitAbsentUpstream",
            name_ + " does not have it (at " + short_id(at.commit) + ")",
            at.observed_at,
            {}};
  }
  if (!is_green(*evidence)) return not_green(name_, at, *evidence);
  if (evidence->revision != at.commit) {
    return {"UpstreamPending",
            name_ + " has not brought it to " + short_id(at.commit) + " yet",
            at.observed_at,
            {}};
  }
  return soak(moment, unit, *evidence);
}

Finding Upstream::soak(std::size_t moment, const CandidateUnit& unit,
                       const UnitEvidence& evidence) const {
  const std::chrono::nanoseconds needed = input_.policy.soak;
  const UnitEvidence* last = &evidence;  // while the content stays the same
  bool goes_on = true;
  bool reached = false;
  for (std::size_t i = moment; i < moments().size(); ++i) {
    const ChainMoment& at = moments()[i];
    const UnitEvidence* then = match(at, unit);
    // Evidence without digests (nothing rendered) stands for its own moment only.
    const bool same = then != nullptr && (i == moment || same_content(*then, evidence));
    if (same && then->state == UnitState::failed) {
      Finding finding = not_green(name_, at, *then);
      finding.message = "it was healthy in " + name_ + " at " + short_id(moments()[moment].commit) +
                        "; since then " + finding.message;
      return finding;
    }
    if (!same) goes_on = false;
    if (!goes_on) continue;
    last = then;
    if (is_green(*then) && at.observed_at - *then->healthy_since >= needed) reached = true;
  }
  const ChainMoment& newest = moments().back();
  if (goes_on && !is_green(*last)) return not_green(name_, newest, *last);
  if (Finding finding = budgets(*last); !finding.proven()) return finding;
  if (reached) return {};
  const std::string soak_text = "the soak of " + short_duration(needed);
  if (!goes_on) {
    return {"SoakNotReached",
            name_ + " moved on from " + short_id(moments()[moment].commit) + " before " +
                soak_text + " was reached",
            evidence.healthy_since,
            {}};
  }
  const WallTime since = *last->healthy_since;
  const WallTime earliest = since + needed + input_.clock_tolerance;
  if (earliest <= input_.now) return {};
  const std::string clocks =
      input_.clock_tolerance.count() == 0
          ? ""
          : " (" + short_duration(input_.clock_tolerance) + " of it for clocks that differ)";
  return {"SoakNotReached",
          "it is healthy in " + name_ + " since " + format_rfc3339(since) + ", " + soak_text +
              " ends at " + format_rfc3339(earliest) + clocks,
          since, earliest};
}

Finding Upstream::budgets(const UnitEvidence& evidence) const {
  const Policy& policy = input_.policy;
  if (evidence.unhealthy > policy.max_unhealthy) {
    return {"UpstreamUnstable",
            "it was unhealthy in " + name_ + " for " + short_duration(evidence.unhealthy) +
                ", allowed are " + short_duration(policy.max_unhealthy),
            evidence.healthy_since,
            {}};
  }
  if (evidence.flaps > policy.max_flaps) {
    return {"UpstreamUnstable",
            "it went down " + std::to_string(evidence.flaps) + " times in " + name_ +
                ", allowed are " + std::to_string(policy.max_flaps),
            evidence.healthy_since,
            {}};
  }
  return {};
}

}  // namespace reconcile::engine::gates
