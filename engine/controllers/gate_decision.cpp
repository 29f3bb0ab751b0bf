// The second half of a round: the policy in force, the decision, and what comes before a commit may
// run.

#include <utility>

#include "engine/controllers/gate_judge.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using gates::Decision;
using model::Error;

/// Whether a decision needs nothing that lies in the evidence repository.
bool is_own_matter(const gates::Policy& policy, const Decision& decision) {
  if (policy.from.empty()) return true;
  if (!decision.verdict || decision.verdict->units.empty()) return false;
  for (const gates::UnitVerdict& unit : decision.verdict->units) {
    if (unit.proof != gates::Proof::own && unit.proof != gates::Proof::unchanged) return false;
  }
  return true;
}

}  // namespace

std::optional<GateJudge::PolicyInForce> GateJudge::policy_of(const std::string& commit,
                                                             std::string& problem) {
  problem.clear();
  try {
    const Render made = render(commit);
    const auto object = find_environment(*made, options_.gate.environment);
    if (!object) {
      problem = made->units.empty() && !made->error.empty()
                    ? made->error
                    : "no Environment \"" + options_.gate.environment + "\" in the root unit";
    } else {
      PolicyInForce found{gates::Policy::read(object->root()), {}};
      for (const gates::LintFinding& finding :
           gates::lint(found.policy, options_.gate.clock->wall_now())) {
        if (!finding.is_error)
          found.warnings.push_back(finding.message);
        else
          problem += (problem.empty() ? "" : "; ") + finding.message;
      }
      const std::string& cluster = found.policy.cluster;
      if (!cluster.empty() && cluster != options_.gate.cluster_name()) {
        problem +=
            (problem.empty() ? "" : "; ") + ("expected cluster \"" + options_.gate.cluster_name() +
                                             "\" in spec.cluster, found \"" + cluster + "\"");
      }
      if (problem.empty()) return found;
    }
  } catch (const Error& error) {
    problem = error.what();
  }
  problem = "policy of commit " + commit.substr(0, 12) + ": " + problem;
  return std::nullopt;
}

/// Keys end while a policy is in force: what lint says of it changes with time.
void GateJudge::look_at_keys() {
  policy_->warnings.clear();
  for (gates::LintFinding& finding : gates::lint(policy_->policy, options_.gate.clock->wall_now()))
    policy_->warnings.push_back(std::move(finding.message));
}

/// The policy of the admitted commit; where that is not fit, the one before stays. On a first run
/// the policy of where it shall begin.
void GateJudge::read_policy(const std::string& tip, GateOutcome& outcome) {
  std::string base = memory_.admitted;
  if (base.empty()) base = options_.gate.bootstrap.empty() ? tip : options_.gate.bootstrap;
  if (base == policy_base_ && policy_) look_at_keys();
  if (base.empty() || base == policy_base_) return;
  std::string problem;
  std::optional<PolicyInForce> found = policy_of(base, problem);
  const bool is_first = !policy_;
  policy_rejected_ = problem;
  if (found) {
    policy_ = std::move(found);
    memory_.policy_commit = base;
    if (!memory_.admitted.empty()) memory_.save(memory_path_);
  } else if (is_first && !memory_.policy_commit.empty() && memory_.policy_commit != base) {
    std::string older;
    policy_ = policy_of(memory_.policy_commit, older);
  }
  if (!policy_ && is_first) {
    std::string older;
    if (const auto reset = read_reset(outcome); reset && reset->seq > memory_.reset_seq)
      policy_ = policy_of(reset->commit, older);
  }
  if (!policy_rejected_.empty())
    io::log().warning("Policy not taken", {{"commit", base}, {"err", policy_rejected_}});
  // What could not be read at all is looked at again in the next round.
  policy_base_ = policy_ ? base : std::string();
  if (policy_) refs_.verify(policy_->policy);
}

std::optional<gates::PolicyReset> GateJudge::read_reset(GateOutcome& outcome) const {
  try {
    const std::optional<std::string> text = refs_.reset_file();
    if (!text) return std::nullopt;
    return gates::open_reset(*text, options_.gate.root_keys, options_.gate.cluster_name());
  } catch (const Error& error) {
    outcome.warnings.push_back(std::string("policy reset refused: ") + error.what());
    return std::nullopt;
  }
}

void GateJudge::hold(GateOutcome& outcome, const std::string& tip, const std::string& reason,
                     const std::string& message) const {
  outcome.decision.outcome = Decision::Outcome::hold;
  outcome.decision.commit = memory_.admitted;
  outcome.decision.tip = tip;
  outcome.decision.reason = reason;
  outcome.decision.message = message;
  outcome.admission.held = true;
  outcome.admission.tip = tip;
  outcome.admission.reason = reason;
  outcome.admission.message = message;
}

void GateJudge::decide(const GateRound& round, GateOutcome& outcome) {
  outcome.judged = true;
  if (main_ == nullptr) {
    hold(outcome, round.tip, "SourceUnavailable", "the repository was not fetched yet");
    return;
  }
  if (!policy_) {
    hold(outcome, round.tip, "PolicyMissing", policy_rejected_);
    return;
  }
  gates::AdmissionInput input;
  input.policy = policy_->policy;
  input.admitted = memory_.admitted;
  input.admitted_stand_in = stand_in();
  input.tip = round.tip;
  input.bootstrap = options_.gate.bootstrap;
  input.reset = read_reset(outcome);
  input.reset_seq_followed = memory_.reset_seq;
  input.graph = graph_.get();
  input.upstream = refs_.upstream();
  input.own = refs_.own();
  input.now = options_.gate.clock->wall_now();
  input.clock_tolerance = options_.gate.clock_tolerance;
  input.candidate = [this](const std::string& commit) { return candidate(commit); };
  outcome.decision = gates::decide(input);
  Decision& decision = outcome.decision;
  if (decision.tip != waiting_tip_ || !waiting_since_) {
    waiting_tip_ = decision.tip;
    waiting_since_ = input.now;
  }
  if (decision.waiting) decision.waiting_since = waiting_since_;
  if (decision.outcome == Decision::Outcome::admit) {
    // Healthy time of what ran until now is proven up to its last record.
    record(round, outcome);
    if (!keep_tree(decision, outcome)) return;
  }
  if (decision.outcome == Decision::Outcome::admit)
    admit(decision, outcome);
  else if (decision.reset_seq && *decision.reset_seq > memory_.reset_seq)
    admit(decision, outcome);
  if (!memory_.admitted.empty()) decision.running_since = memory_.admitted_at;
  decision.running_because = memory_.because;
  outcome.admission.tip = decision.tip;
  outcome.admission.held =
      decision.outcome == Decision::Outcome::hold || (decision.commit != decision.tip);
  if (!outcome.admission.held) return;
  const bool skips = decision.outcome != Decision::Outcome::hold && !decision.skipped.empty();
  outcome.admission.reason = skips ? decision.skipped.front().reason : decision.reason;
  outcome.admission.message = skips ? decision.skipped.front().message : decision.message;
}

/// Keeps the tree before it may run. Where that fails, the commit waits: a fresh pod could not
/// bring it back. What needs no evidence of others is not kept waiting for the evidence repository
/// for ever, though: after some tries it runs.
bool GateJudge::keep_tree(const Decision& decision, GateOutcome& outcome) {
  if (std::exchange(kept_failed_, decision.commit) != decision.commit) kept_tries_ = 0;
  try {
    require_lead();
    refs_.keep_admitted(*main_, decision.commit, branch(), options_.gate.clock->wall_now());
    kept_failed_.clear();
    return true;
  } catch (const Error& error) {
    ++kept_tries_;
    outcome.evidence_error = error.what();
    io::log().warning("Admitted tree not kept",
                      {{"commit", decision.commit}, {"tries", kept_tries_}, {"err", error.what()}});
    if (kept_tries_ >= options_.push_tries_max && is_own_matter(policy_->policy, decision))
      return true;
    const std::string tip = decision.tip;
    hold(outcome, tip, "EvidenceUnavailable",
         "the admitted tree cannot be kept in the evidence repository: " +
             std::string(error.what()));
    return false;
  }
}

/// Written down before it may run: from here on a restart goes on with it.
void GateJudge::admit(const Decision& decision, GateOutcome& outcome) {
  GateMemory memory = memory_;
  if (decision.outcome == Decision::Outcome::admit) {
    memory.admitted = decision.commit;
    memory.tree = graph_->tree_id(decision.commit);
    memory.chain_seq = refs_.own().seq;
    memory.admitted_at = options_.gate.clock->wall_now();
    memory.because = decision.message;
  }
  if (decision.reset_seq) {
    memory.reset_seq = *decision.reset_seq;
    refs_.forget_upstream();
    refs_.verify(policy_->policy);
    memory.upstream = refs_.seen();
  }
  memory.save(memory_path_);
  memory_ = memory;
  {
    const std::lock_guard lock(tree_mutex_);
    admitted_ = memory_.admitted;
    admitted_tree_ = memory_.tree;
  }
  io::log().info("Commit admitted", {{"commit", decision.commit},
                                     {"tip", decision.tip},
                                     {"reason", decision.reason},
                                     {"note", decision.message}});
  read_policy(decision.tip, outcome);
}

}  // namespace reconcile::engine
