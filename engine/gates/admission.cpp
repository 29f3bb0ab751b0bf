#include "engine/gates/admission.hpp"

#include <algorithm>

#include "engine/gates/graph_memo.hpp"
#include "engine/gates/judge.hpp"
#include "engine/gates/wording.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine::gates {
namespace {

using Outcome = Decision::Outcome;

/// One decision on its way. Each step decides and answers true, or leaves the rest to the next.
class Decider {
 public:
  explicit Decider(const AdmissionInput& input) : input_(input), graph_(*input.graph) {
    decision_.tip = input.tip;
    decision_.commit = input.admitted;
  }

  Decision run() {
    try {
      if (!reset() && !first_run() && !at_rest()) walk();
    } catch (const model::Error& error) {
      hold("RepositoryUnreadable",
           "the repository's commits cannot be read: " + shortened(error.what(), 500));
    }
    describe();
    return std::move(decision_);
  }

 private:
  bool settle(Outcome outcome, const std::string& commit, std::string reason, std::string message) {
    decision_.outcome = outcome;
    decision_.commit = commit;
    decision_.reason = std::move(reason);
    decision_.message = std::move(message);
    return true;
  }
  bool hold(std::string reason, std::string message) {
    return settle(Outcome::hold, input_.admitted, std::move(reason), std::move(message));
  }

  /// A root key's word comes first, whatever the policy says.
  bool reset() {
    if (!input_.reset || input_.reset->seq <= input_.reset_seq_followed) return false;
    const PolicyReset& reset = *input_.reset;
    if (reset.expires_at && *reset.expires_at + input_.clock_tolerance <= input_.now) return false;
    if (!graph_.graph().contains(reset.commit)) {
      note_ = "; reset " + std::to_string(reset.seq) + " names commit " + short_id(reset.commit) +
              ", which the repository does not have";
      return false;
    }
    decision_.reset_seq = reset.seq;
    if (reset.commit == input_.admitted) return false;
    return settle(Outcome::admit, reset.commit, "PolicyReset",
                  "a root key admitted " + short_id(reset.commit) +
                      (reset.reason.empty() ? "" : ": " + shortened(reset.reason, 300)));
  }

  bool first_run() {
    if (!input_.admitted.empty()) return false;
    if (input_.tip.empty()) return hold("BranchGone", "the branch does not exist");
    if (input_.policy.from.empty()) return admit_ungated();
    if (input_.bootstrap.empty()) {
      return hold("BootstrapNeeded",
                  "nothing runs here yet and the policy names environments upstream: name the "
                  "first commit with --gate-bootstrap or a reset signed by a root key");
    }
    if (!graph_.is_ancestor(input_.bootstrap, input_.tip)) {
      return hold("BootstrapNeeded", "the commit " + short_id(input_.bootstrap) +
                                         " of --gate-bootstrap is not on the branch");
    }
    return settle(Outcome::admit, input_.bootstrap, "Bootstrap",
                  short_id(input_.bootstrap) + " was named as the first commit");
  }

  bool admit_ungated() {
    return settle(Outcome::admit, input_.tip, "Admitted",
                  "the policy names no environment upstream");
  }

  /// What needs no judgement of content.
  bool at_rest() {
    if (input_.tip.empty()) return hold("BranchGone", "the branch does not exist any more");
    if (input_.tip == input_.admitted) {
      return settle(Outcome::keep, input_.admitted, "UpToDate", "the branch's newest commit runs");
    }
    if (input_.policy.from.empty()) return admit_ungated();
    if (!graph_.graph().contains(input_.admitted)) return gone();
    if (graph_.is_ancestor(input_.tip, input_.admitted)) return rewind();
    if (!graph_.graph().merge_base(input_.admitted, input_.tip)) {
      return hold("UnrelatedHistory", "the branch has no history in common with what runs here");
    }
    admitted_ = input_.admitted;
    return false;
  }

  bool rewind() {
    return hold("Rewind", "the branch was moved back to " + short_id(input_.tip) +
                              ", which is older than what runs here");
  }

  /// The admitted commit cannot be fetched any more: its tree still can stand for it.
  bool gone() {
    const std::vector<ChainMoment>& moments = input_.own.moments;
    const bool ran = std::any_of(moments.begin(), moments.end(), [&](const ChainMoment& moment) {
      return moment.commit == input_.tip;
    });
    if (ran) return rewind();
    const std::string& stand_in = input_.admitted_stand_in;
    if (stand_in.empty() || !graph_.graph().contains(stand_in)) {
      return hold("AdmittedUnknown", "the repository does not have " + short_id(input_.admitted) +
                                         " any more, so nothing can be compared with it");
    }
    admitted_ = stand_in;
    return false;
  }

  /// From the tip back: the newest commit that passes.
  void walk() {
    const bool known = admitted_ == input_.admitted;
    const std::vector<sources::CommitInfo> commits =
        graph_.graph().walk(input_.tip, known ? admitted_ : std::string(), input_.walk_max);
    Judge judge(input_, graph_, admitted_);
    const std::size_t count = std::min(commits.size(), input_.candidates_max);
    for (std::size_t i = 0; i < count; ++i) {
      CommitVerdict verdict = judge.judge(commits[i]);
      if (verdict.admitted) return admit(std::move(verdict));
      if (verdict.earliest &&
          (!decision_.look_again || *verdict.earliest < *decision_.look_again)) {
        decision_.look_again = verdict.earliest;
      }
      decision_.skipped.push_back(std::move(verdict));
    }
    if (decision_.skipped.empty()) {
      hold("NotJudged", "the branch has no commit to judge");
      return;
    }
    const CommitVerdict& tip = decision_.skipped.front();
    hold(tip.reason, tip.message);
    if (commits.size() > count) {
      decision_.message +=
          " (" + counted(commits.size() - count, "older commit") + " not looked at)";
    }
  }

  void admit(CommitVerdict verdict) {
    settle(Outcome::admit, verdict.commit.id, "Admitted", verdict.message);
    decision_.verdict = std::move(verdict);
  }

  void describe() {
    if (decision_.outcome == Outcome::hold) decision_.message += note_;
    try {
      decision_.running = graph_.info(decision_.commit);
      if (decision_.commit != input_.tip) decision_.waiting = graph_.info(input_.tip);
    } catch (const model::Error&) {
      // They are for people; the decision stands without them.
    }
  }

  const AdmissionInput& input_;
  GraphMemo graph_;
  Decision decision_;
  std::string admitted_;  ///< commit of the graph that stands for what runs
  std::string note_;
};

}  // namespace

std::string_view to_string(Proof proof) {
  constexpr std::string_view names[] = {"none", "unchanged", "E0", "E-own", "overlay"};
  return names[static_cast<std::size_t>(proof)];
}

std::string_view to_string(Decision::Outcome outcome) {
  constexpr std::string_view names[] = {"admit", "keep", "hold"};
  return names[static_cast<std::size_t>(outcome)];
}

Decision decide(const AdmissionInput& input) {
  return Decider(input).run();
}

}  // namespace reconcile::engine::gates
