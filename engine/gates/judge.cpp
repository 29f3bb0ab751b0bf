#include "engine/gates/judge.hpp"

#include <algorithm>

#include "engine/gates/kept_history.hpp"
#include "engine/gates/wording.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine::gates {
namespace {

bool ran_so(const ChainMoment& moment, const CandidateUnit& unit) {
  const UnitEvidence* evidence = moment.find(unit.unit);
  return evidence != nullptr && evidence->applied && evidence->state == UnitState::green &&
         !unit.read_set_digest.empty() && !unit.render_digest.empty() &&
         evidence->read_set_digest == unit.read_set_digest &&
         evidence->render_digest == unit.render_digest;
}

}  // namespace

Judge::Judge(const AdmissionInput& input, GraphMemo& graph, std::string admitted)
    : input_(input), graph_(graph), admitted_(std::move(admitted)) {
  for (const std::string& environment : input.policy.from) {
    upstreams_.emplace_back(environment, input);
  }
  for (const ChainMoment& moment : input.own.moments) {
    if (input.now - moment.observed_at <= input.policy.rollback_window) {
      own_moments_.push_back(&moment);
    }
  }
}

CommitVerdict Judge::judge(const sources::CommitInfo& commit) {
  Case at;
  at.commit = commit.id;
  at.verdict.commit = commit;
  try {
    run(at);
  } catch (const model::Error& error) {
    at.verdict.reason = "NotJudged";
    at.verdict.message = shortened(error.what(), 500);
  }
  finish(at);
  return std::move(at.verdict);
}

void Judge::run(Case& at) {
  if (!keeps_history(at)) return;
  at.candidate = input_.candidate(at.commit);
  if (!at.candidate.error.empty()) {
    at.verdict.reason = "BuildFailed";
    at.verdict.message = "it does not build: " + shortened(at.candidate.error, 500);
    return;
  }
  sort_units(at);
  overlay_rule(at);
  add_ancestors(at);
  for (const Group& group : groups(at)) judge_group(at, group);
  for (const std::string& unit : at.removed) judge_removal(at, unit);
  judge_bare_paths(at);
}

/// Where the environment's own changes begin: the commit where both histories part; or, where the
/// admitted commit is gone and only its tree is known, the attested commit nearest to that tree.
std::optional<std::string> Judge::own_changes_base(const std::string& commit) {
  if (admitted_ == input_.admitted) return graph_.graph().merge_base(admitted_, commit);
  constexpr std::size_t tried_max = 10;
  std::optional<std::string> nearest;
  std::size_t least = 0;
  for (const Upstream& upstream : upstreams_) {
    const std::vector<std::size_t> moments = attested(upstream, commit);
    for (std::size_t i = 0; i < moments.size() && i < tried_max; ++i) {
      const std::string& base = upstream.moments()[moments[i]].commit;
      const std::size_t away = graph_.changes(base, admitted_).size();
      if (nearest && away >= least) continue;
      nearest = base;
      least = away;
    }
  }
  return nearest;
}

bool Judge::keeps_history(Case& at) {
  const bool known = admitted_ == input_.admitted;
  if (known && graph_.is_ancestor(admitted_, at.commit)) return true;
  const Rewrite rewrite{admitted_, at.commit, own_changes_base(at.commit), known,
                        newest_attested(at.commit)};
  if (known && !rewrite.base) {
    at.verdict.reason = "UnrelatedHistory";
    at.verdict.message = "it has no history in common with what runs here";
    return false;
  }
  const std::vector<std::string> lost = lost_changes(graph_, input_.policy, rewrite);
  if (lost.empty()) return true;
  at.verdict.reason = "HistoryDropped";
  at.verdict.message =
      "the branch was rewritten and would lose what this environment changed in " + listed(lost);
  return false;
}

bool Judge::is_overlay_only(const CandidateUnit& unit) const {
  const auto overlay = [&](const std::string& path) {
    return matches_any(input_.policy.overlay_paths, path);
  };
  return !unit.changed_paths.empty() &&
         std::all_of(unit.changed_paths.begin(), unit.changed_paths.end(), overlay);
}

bool Judge::is_own(const CandidateUnit& unit) const {
  return std::any_of(own_moments_.begin(), own_moments_.end(),
                     [&](const ChainMoment* moment) { return ran_so(*moment, unit); });
}

/// A unit may go where exactly what would stay ran here without it.
bool Judge::removal_is_own(const Case& at, const std::string& unit) const {
  if (at.own.empty()) return false;
  return std::any_of(own_moments_.begin(), own_moments_.end(), [&](const ChainMoment* moment) {
    if (moment->find(unit) != nullptr) return false;
    return std::all_of(
        at.candidate.units.begin(), at.candidate.units.end(),
        [&](const CandidateUnit& left) { return !left.changed || ran_so(*moment, left); });
  });
}

void Judge::sort_units(Case& at) const {
  std::set<std::string> own_paths;
  std::set<std::string> other_paths;
  std::set<std::string> needing_paths;
  for (const CandidateUnit& unit : at.candidate.units) {
    at.units.emplace(unit.unit, &unit);
    if (!unit.changed) continue;
    const bool own = is_own(unit);
    if (own) {
      at.own.insert(unit.unit);
      UnitVerdict verdict;
      verdict.unit = unit.unit;
      verdict.proof = Proof::own;
      at.verdict.units.push_back(std::move(verdict));
    }
    (own ? own_paths : other_paths).insert(unit.changed_paths.begin(), unit.changed_paths.end());
    if (own || is_overlay_only(unit)) continue;
    at.needing.insert(unit.unit);
    needing_paths.insert(unit.changed_paths.begin(), unit.changed_paths.end());
  }
  for (const std::string& path : other_paths) own_paths.erase(path);
  at.paths.emplace(PathRule{input_.policy, graph_.changes(admitted_, at.commit),
                            std::move(own_paths), std::move(needing_paths)});
  for (const std::string& unit : at.candidate.removed) {
    if (!removal_is_own(at, unit)) at.removed.push_back(unit);
  }
}

void Judge::overlay_rule(Case& at) const {
  const std::vector<std::string> fresh = at.paths->fresh_overlay();
  std::set<std::string> read;
  for (const CandidateUnit& unit : at.candidate.units) {
    if (!unit.changed) continue;
    read.insert(unit.changed_paths.begin(), unit.changed_paths.end());
    if (!at.own.contains(unit.unit)) overlay_unit(at, unit, fresh);
  }
  if (input_.policy.overlay_only_applies) return;
  std::vector<std::string> unread;
  std::copy_if(fresh.begin(), fresh.end(), std::back_inserter(unread),
               [&](const std::string& path) { return !read.contains(path); });
  const bool only_own = !at.own.empty() && at.needing.empty();
  if (unread.empty() || only_own) return;
  at.verdict.reason = "OverlayNeedsApproval";
  at.verdict.message = "it changes " + listed(unread) + ", which needs an approval";
}

void Judge::overlay_unit(Case& at, const CandidateUnit& unit,
                         const std::vector<std::string>& fresh) const {
  const bool overlay_only = is_overlay_only(unit);
  std::vector<std::string> touched;
  for (const std::string& path : fresh) {
    const auto& paths = unit.changed_paths;
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) touched.push_back(path);
  }
  const bool concerned = !touched.empty() || overlay_only;
  if (touched.empty()) touched = fresh.empty() ? unit.changed_paths : fresh;
  UnitVerdict verdict;
  verdict.unit = unit.unit;
  if (!input_.policy.overlay_only_applies) {
    if (!concerned) return;
    verdict.message = "its overlay " + listed(touched) + " is changed, which needs an approval";
  } else if (!unit.sensitive_changes.empty() && (concerned || !fresh.empty())) {
    // What a unit owes to its parent's overlay does not show in its own paths; so beside a new
    // overlay nothing sensitive passes. A commit of shared files alone passes before or after it.
    verdict.message = "the overlay " + listed(touched) +
                      " is changed, and no overlay may change this without an approval: " +
                      shortened(listed(unit.sensitive_changes), 500);
  }
  if (!verdict.message.empty()) {
    verdict.reason = "OverlayNeedsApproval";
    at.time_alone = false;
    at.verdict.units.push_back(std::move(verdict));
  } else if (overlay_only) {
    verdict.proof = Proof::overlay;
    at.verdict.units.push_back(std::move(verdict));
  }
}

void Judge::add_ancestors(Case& at) {
  std::vector<std::string> open(at.needing.begin(), at.needing.end());
  while (!open.empty()) {
    const CandidateUnit& unit = *at.units.at(open.back());
    open.pop_back();
    for (const std::string& name : unit.depends_on) {
      const auto ancestor = at.units.find(name);
      if (ancestor == at.units.end() || ancestor->second->changed) continue;
      if (at.needing.insert(name).second) open.push_back(name);
    }
  }
}

/// The units that need upstream's word, as they hang together.
std::vector<Judge::Group> Judge::groups(const Case& at) {
  std::map<std::string, std::set<std::string>> neighbours;
  for (const std::string& name : at.needing) {
    for (const std::string& other : at.units.at(name)->depends_on) {
      if (!at.needing.contains(other)) continue;
      neighbours[name].insert(other);
      neighbours[other].insert(name);
    }
  }
  std::vector<Group> groups;
  std::set<std::string> seen;
  for (const std::string& name : at.needing) {
    if (!seen.insert(name).second) continue;
    std::set<std::string> members;
    std::vector<std::string> open{name};
    while (!open.empty()) {
      const std::string next = open.back();
      open.pop_back();
      members.insert(next);
      for (const std::string& other : neighbours[next]) {
        if (seen.insert(other).second) open.push_back(other);
      }
    }
    Group group;
    for (const std::string& member : members) group.push_back(at.units.at(member));
    groups.push_back(std::move(group));
  }
  return groups;
}

void Judge::finish(Case& at) const {
  CommitVerdict& verdict = at.verdict;
  std::vector<std::string> missing;
  for (const UnitVerdict& unit : verdict.units) {
    if (unit.proof != Proof::none) continue;
    if (verdict.reason.empty()) {
      verdict.reason = unit.reason;
      verdict.message = unit.unit + ": " + unit.message;
    }
    if (std::find(missing.begin(), missing.end(), unit.unit) == missing.end()) {
      missing.push_back(unit.unit);
    }
  }
  verdict.admitted = verdict.reason.empty();
  if (missing.size() > 1) {
    verdict.message += " (and " + counted(missing.size() - 1, "more unit") + ")";
  }
  if (verdict.admitted || !at.time_alone || missing.empty()) verdict.earliest.reset();
  if (!verdict.admitted) return;
  std::set<std::string> words;
  for (const UnitVerdict& unit : verdict.units) {
    if (unit.proof == Proof::ancestor) {
      words.insert(unit.environment + " has proven it with " + short_id(unit.commit));
    } else if (unit.proof == Proof::own) {
      words.insert("it ran here before, healthy");
    } else if (unit.proof == Proof::overlay) {
      words.insert("only overlay paths differ");
    }
  }
  if (words.empty()) words.insert("no unit differs from what ran");
  verdict.message = listed({words.begin(), words.end()});
}

}  // namespace reconcile::engine::gates
