#include <algorithm>
#include <functional>

#include "engine/gates/judge.hpp"
#include "engine/gates/wording.hpp"

namespace reconcile::engine::gates {
namespace {

/// Attested commits that a candidate is compared with, newest first.
constexpr std::size_t attested_tried_max = 20;

UnitVerdict missing_verdict(const std::string& unit, const std::string& environment,
                            const std::string& commit, const Finding& finding) {
  UnitVerdict verdict;
  verdict.unit = unit;
  verdict.environment = environment;
  verdict.commit = commit;
  verdict.reason = finding.reason;
  verdict.message = finding.message;
  verdict.since = finding.since;
  verdict.earliest = finding.earliest;
  return verdict;
}

Finding too_few(std::size_t needed, std::size_t sources) {
  return {"NotProven",
          "the policy requires " + counted(needed, "environment") + " and names " +
              std::to_string(sources),
          {},
          {}};
}

Finding nothing_attested(const Upstream& upstream) {
  return {"NotProven",
          upstream.name() + " has run no commit that this one stands on; it runs " +
              short_id(upstream.moments().back().commit),
          upstream.moments().back().observed_at,
          {}};
}

Finding beyond_attested(const Upstream& upstream, const ChainMoment& moment,
                        const std::vector<std::string>& paths) {
  return {"NotProven",
          "it changes " + listed(paths) + ", and " + upstream.name() +
              " has run nothing newer than " + short_id(moment.commit) + " below it",
          moment.observed_at,
          {}};
}

}  // namespace

std::vector<std::size_t> Judge::attested(const Upstream& upstream, const std::string& commit) {
  std::vector<std::size_t> moments;
  for (std::size_t i = upstream.moments().size(); i-- > 0;) {
    const std::string& candidate = upstream.moments()[i].commit;
    // What the tip does not stand on, none of its ancestors does: asked once for all of them.
    if (!graph_.is_ancestor(candidate, input_.tip)) continue;
    if (graph_.is_ancestor(candidate, commit)) moments.push_back(i);
  }
  return moments;
}

std::string Judge::newest_attested(const std::string& commit) {
  for (const Upstream& upstream : upstreams_) {
    const std::vector<std::size_t> moments = attested(upstream, commit);
    if (!moments.empty()) return upstream.moments()[moments.front()].commit;
  }
  return {};
}

Judge::Word Judge::word_of(const Upstream& upstream, std::size_t moment, const Group& group) const {
  Word word;
  word.commit = upstream.moments()[moment].commit;
  bool time_alone = true;
  for (const CandidateUnit* unit : group) {
    // What this environment alone has, and does not change, is proven by running here.
    if (!unit->changed && !upstream.has(moment, *unit) && is_own(*unit)) continue;
    const Finding finding = upstream.check(moment, *unit);
    if (finding.proven()) continue;
    time_alone = time_alone && finding.earliest.has_value();
    if (finding.earliest) word.earliest = std::max(word.earliest, finding.earliest);
    word.missing.push_back(missing_verdict(unit->unit, upstream.name(), word.commit, finding));
  }
  word.proven = word.missing.empty();
  if (!time_alone) word.earliest.reset();
  return word;
}

Judge::Word Judge::ask(const Case& at, const Upstream& upstream, const Group& group) {
  const auto refused = [&](const Finding& finding, const std::string& commit) {
    Word word;
    word.commit = commit;
    for (const CandidateUnit* unit : group) {
      if (!unit->changed) continue;
      word.missing.push_back(missing_verdict(unit->unit, upstream.name(), commit, finding));
    }
    return word;
  };
  if (!upstream.standing().proven()) return refused(upstream.standing(), {});
  const std::vector<std::size_t> moments = attested(upstream, at.commit);
  if (moments.empty()) return refused(nothing_attested(upstream), {});
  std::optional<Word> first;
  for (std::size_t i = 0; i < moments.size() && i < attested_tried_max; ++i) {
    const ChainMoment& moment = upstream.moments()[moments[i]];
    const std::vector<std::string> beyond =
        at.paths->unproven(graph_.changes(moment.commit, at.commit));
    Word word = beyond.empty() ? word_of(upstream, moments[i], group)
                               : refused(beyond_attested(upstream, moment, beyond), moment.commit);
    if (word.proven) return word;
    if (!first) first = std::move(word);
  }
  return *first;
}

void Judge::judge_group(Case& at, const Group& group) {
  std::vector<Word> words;
  std::vector<model::WallTime> times;
  std::size_t proven = 0;
  std::optional<std::size_t> prover;
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    words.push_back(ask(at, upstreams_[i], group));
    if (words.back().earliest) times.push_back(*words.back().earliest);
    if (!words.back().proven) continue;
    ++proven;
    if (!prover) prover = i;
  }
  const std::size_t needed = input_.policy.require.needed(upstreams_.size());
  if (prover && proven >= needed) {
    for (const CandidateUnit* unit : group) {
      UnitVerdict verdict;
      verdict.unit = unit->unit;
      verdict.proof = unit->changed ? Proof::ancestor : Proof::unchanged;
      verdict.environment = upstreams_[*prover].name();
      verdict.commit = words[*prover].commit;
      at.verdict.units.push_back(std::move(verdict));
    }
    return;
  }
  for (Word& word : words) {
    std::move(word.missing.begin(), word.missing.end(), std::back_inserter(at.verdict.units));
  }
  if (proven == upstreams_.size()) {
    at.time_alone = false;
    const Finding finding = too_few(needed, upstreams_.size());
    at.verdict.units.push_back(missing_verdict(group.front()->unit, {}, {}, finding));
    return;
  }
  // As many as are missing must still come with time; the last of them decides.
  const std::size_t lacking = std::max<std::size_t>(needed, 1) - proven;
  if (times.size() < lacking) {
    at.time_alone = false;
    return;
  }
  std::sort(times.begin(), times.end());
  at.verdict.earliest = std::max(at.verdict.earliest, std::optional(times[lacking - 1]));
}

/// Looks for the attested commit that `holds` and beyond which nothing is unproven; answers what
/// the newest one lacks where there is none.
Finding Judge::search(const Case& at, const Upstream& upstream, std::string& commit,
                      const std::function<Finding(std::size_t)>& holds) {
  if (!upstream.standing().proven()) return upstream.standing();
  const std::vector<std::size_t> moments = attested(upstream, at.commit);
  if (moments.empty()) return nothing_attested(upstream);
  std::optional<Finding> first;
  for (std::size_t i = 0; i < moments.size() && i < attested_tried_max; ++i) {
    const ChainMoment& moment = upstream.moments()[moments[i]];
    const std::vector<std::string> beyond =
        at.paths->unproven(graph_.changes(moment.commit, at.commit));
    Finding finding =
        beyond.empty() ? holds(moments[i]) : beyond_attested(upstream, moment, beyond);
    if (finding.proven() || !first) commit = moment.commit;
    if (finding.proven()) return finding;
    if (!first) first = std::move(finding);
  }
  return *first;
}

/// A unit may go where upstream's attested commit goes without it too.
void Judge::judge_removal(Case& at, const std::string& unit) {
  CandidateUnit gone;
  gone.unit = unit;
  std::size_t proven = 0;
  std::vector<UnitVerdict> missing;
  UnitVerdict proof;
  for (const Upstream& upstream : upstreams_) {
    std::string commit;
    const Finding finding = search(at, upstream, commit, [&](std::size_t moment) -> Finding {
      if (!upstream.has(moment, gone)) return {};
      const ChainMoment& with = upstream.moments()[moment];
      return {"NotProven",
              "it would be removed, and " + upstream.name() + " has it at " + short_id(with.commit),
              with.observed_at,
              {}};
    });
    if (!finding.proven()) {
      missing.push_back(missing_verdict(unit, upstream.name(), commit, finding));
      continue;
    }
    ++proven;
    proof.unit = unit;
    proof.proof = Proof::ancestor;
    proof.environment = upstream.name();
    proof.commit = commit;
  }
  if (proven > 0 && proven >= input_.policy.require.needed(upstreams_.size())) {
    at.verdict.units.push_back(std::move(proof));
    return;
  }
  at.time_alone = false;
  if (missing.empty()) {
    missing.push_back(missing_verdict(
        unit, {}, {}, too_few(input_.policy.require.needed(upstreams_.size()), upstreams_.size())));
  }
  std::move(missing.begin(), missing.end(), std::back_inserter(at.verdict.units));
}

/// Paths that no judged unit stands for (nobody reads them) must be attested or admitted as well;
/// a candidate that only brings back what ran here is excepted.
void Judge::judge_bare_paths(Case& at) {
  if (!at.needing.empty() || !at.removed.empty() || !at.own.empty()) return;
  const GraphMemo::Changes& changes = at.paths->from_admitted;
  const bool bare = std::any_of(changes.begin(), changes.end(), [&](const auto& change) {
    return !at.paths->is_overlay(change.first);
  });
  if (!bare || !at.verdict.reason.empty()) return;
  std::size_t proven = 0;
  std::optional<Finding> first;
  for (const Upstream& upstream : upstreams_) {
    std::string commit;
    const Finding finding = search(at, upstream, commit, [](std::size_t) { return Finding{}; });
    if (finding.proven()) {
      ++proven;
    } else if (!first) {
      first = finding;
    }
  }
  const std::size_t needed = input_.policy.require.needed(upstreams_.size());
  if (proven > 0 && proven >= needed) return;
  if (!first) first = too_few(needed, upstreams_.size());
  at.time_alone = false;
  at.verdict.reason = first->reason;
  at.verdict.message = first->message;
}

}  // namespace reconcile::engine::gates
