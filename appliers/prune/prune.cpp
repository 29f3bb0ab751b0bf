// Deleting what is no longer rendered: look, leave alone what is not ours any more, ask the guard,
// delete in reverse order. Tests: test/appliers/prune/prune_test.cpp.
#include "reconcile/appliers/prune.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "reconcile/appliers/answers.hpp"
#include "reconcile/appliers/sighting.hpp"
#include "reconcile/appliers/stages.hpp"
#include "reconcile/diff/fingerprint.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::uint8_t keep_flags =
    diff::prune_disabled | diff::reconcile_disabled | diff::ssa_ignore;

/// An object that is there and may be deleted.
struct Candidate {
  InventoryEntry entry;
  model::Gvk gvk;
  model::Document live;  ///< of some only metadata
};

diff::ObjectChange change_of(const model::ObjectId& id, diff::Action action, diff::Reason reason,
                             std::string message = {}) {
  return {id, action, reason, std::move(message), {}};
}

class Prune {
 public:
  Prune(ClusterPort& port, const PruneRequest& request) : port_(port), request_(request) {}

  PruneResult run() {
    find_candidates();
    std::vector<InventoryEntry> entries;
    for (const Candidate& candidate : candidates_) entries.push_back(candidate.entry);
    if (!request_.approved)
      result_.guard =
          judge_prune(entries, request_.inventory_size, request_.weight, request_.limits);
    // What counts let through without an approval is few: each may be looked at.
    for (const Candidate& candidate : candidates_)
      if (!request_.approved && result_.guard.allowed) result_.guard = judge_content(candidate);
    if (!result_.guard.allowed) {
      hold();
      return std::move(result_);
    }
    sort_for_deletion();
    for (std::size_t begin = 0; begin < candidates_.size();) {
      std::size_t end = begin + 1;
      while (end < candidates_.size() && rank(candidates_[end]) == rank(candidates_[begin])) ++end;
      remove_range(begin, end);
      begin = end;
    }
    return std::move(result_);
  }

 private:
  static std::pair<Stage, int> rank(const Candidate& candidate) {
    const model::ObjectId& id = candidate.entry.id;
    return {stage_of(id), sort_rank(id.group, id.kind)};
  }

  void leave(const model::ObjectId& id, diff::Reason reason, std::string message) {
    result_.changes.push_back(change_of(id, diff::Action::skipped, reason, std::move(message)));
  }

  void fail(const InventoryEntry& entry, std::string message) {
    leave(entry.id, diff::Reason::failed, std::move(message));
    result_.failed = true;
    result_.remaining.push_back(entry);
  }

  void find_candidates() {
    std::vector<SightingTarget> targets;
    std::map<model::ObjectId, std::pair<InventoryEntry, model::Gvk>> wanted;
    for (const InventoryEntry& entry : request_.obsolete) {
      if (request_.is_wanted_elsewhere && request_.is_wanted_elsewhere(entry.id)) {
        const std::optional<UnitKey> unit =
            request_.known_unit ? request_.known_unit(entry.id) : std::nullopt;
        if (unit) {
          hand_over(entry, *unit);
          continue;
        }
        moving_.insert(entry.id);
      }
      auto kind = port_.find_kind(entry.gvk());
      if (!kind) kind = port_.find_kind(entry.id.group, entry.id.kind);
      if (!kind && port_.may_be_served(entry.id.group)) {
        fail(entry, "the server of its API group does not answer");
        continue;
      }
      if (!kind) continue;  // The kind is gone, and its objects with it.
      targets.emplace_back(entry.id, kind->gvk);
      wanted.emplace(entry.id, std::make_pair(entry, kind->gvk));
    }
    const std::map<model::ObjectId, Sighting> sightings = look_up(port_, targets);
    for (const auto& [id, gvk] : targets)
      if (const Sighting& sighting = sightings.at(id); sighting.exists())
        judge(wanted.at(id).first, gvk, sighting);
  }

  /// An object stays in the inventory until the unit that it moves to has applied it: that unit may
  /// drop it again before.
  void hand_over(const InventoryEntry& entry, const UnitKey& has_it) {
    const bool is_ours = has_it == request_.unit;
    leave(entry.id, diff::Reason::handed_over,
          is_ours ? "another unit renders it now, and is to apply it" : "another unit has it now");
    if (!is_ours) return;
    result_.awaits_others = true;
    result_.remaining.push_back(entry);
  }

  void judge(const InventoryEntry& entry, const model::Gvk& gvk, const Sighting& sighting) {
    if (sighting.owner != request_.unit) {
      const std::string owner =
          sighting.owner ? "its labels name " + sighting.owner->display() : "it lost its labels";
      return leave(entry.id, diff::Reason::disowned, owner);
    }
    if (moving_.contains(entry.id)) return hand_over(entry, request_.unit);
    const std::uint8_t flags = diff::management_flags(sighting.object.root());
    if ((flags & keep_flags) != 0)
      return leave(entry.id, diff::Reason::disabled, "an annotation forbids the deletion");
    if ((flags & diff::terminating) != 0)
      return leave(entry.id, diff::Reason::gone, "it is being deleted already");
    std::string known = request_.known_uid ? request_.known_uid(entry.id) : std::string();
    if (known.empty()) known = entry.uid;
    const diff::Uid uid = diff::Uid::parse(sighting.object["metadata"]["uid"].text());
    if (!known.empty() && diff::Uid::parse(known) != uid)
      return leave(entry.id, diff::Reason::disowned, "it was created anew by somebody else");
    const ObjectPolicy policy = read_policy(sighting.object.root());
    if (const Pause* pause = policy.paused(request_.now)) {
      leave(entry.id, diff::Reason::held, "paused " + pause->display());
      result_.remaining.push_back(entry);
      result_.paused.emplace(entry.id, *pause);
      return;
    }
    candidates_.push_back({entry, gvk, sighting.object});
  }

  /// Judges by what the object is and, where that decides, by what is in it.
  GuardVerdict judge_content(const Candidate& candidate) {
    const model::ObjectId& id = candidate.entry.id;
    const GuardVerdict refusal{false, "would delete " + id.display() + ", which needs an approval"};
    if (!is_judged_by_content(id) || candidate.live["spec"].present())
      return is_sensitive(id, candidate.live.root()) ? refusal : GuardVerdict{};
    ClusterRequest request;
    request.verb = Verb::get;
    request.gvk = candidate.gvk;
    request.namespace_name = id.namespace_name;
    request.name = id.name;
    const ClusterAnswer answer = send(port_, std::move(request));
    if (answer.code == 404) return {};
    if (!answer.ok())
      return {false,
              "would delete " + id.display() + ", which could not be read: " + explain(answer)};
    return is_sensitive(id, answer.object.root()) ? refusal : GuardVerdict{};
  }

  void hold() {
    for (const Candidate& candidate : candidates_) {
      leave(candidate.entry.id, diff::Reason::held, "not deleted without an approval");
      result_.remaining.push_back(candidate.entry);
    }
  }

  void sort_for_deletion() {
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& left, const Candidate& right) {
                       return applies_before(right.entry.id, left.entry.id);
                     });
  }

  void remove_range(std::size_t begin, std::size_t end) {
    std::vector<std::size_t> attempts(end - begin, 0);
    std::vector<diff::ObjectChange> changes(end - begin);
    port_.exchange(
        end - begin, request_.in_flight_max,
        [&](std::size_t index) { return remove_request(candidates_[begin + index]); },
        [&](std::size_t index, ClusterAnswer answer) -> std::optional<FollowUp> {
          const Candidate& candidate = candidates_[begin + index];
          if (classify(answer) == AnswerClass::retry && ++attempts[index] < retry_.attempts_max)
            return FollowUp{remove_request(candidate), retry_.delay(attempts[index], answer)};
          changes[index] = judge_removal(candidate, answer);
          return std::nullopt;
        });
    std::move(changes.begin(), changes.end(), std::back_inserter(result_.changes));
  }

  static ClusterRequest remove_request(const Candidate& candidate) {
    ClusterRequest request;
    request.verb = Verb::remove;
    request.gvk = candidate.gvk;
    request.namespace_name = candidate.entry.id.namespace_name;
    request.name = candidate.entry.id.name;
    request.uid = candidate.live["metadata"]["uid"].text();
    return request;
  }

  diff::ObjectChange judge_removal(const Candidate& candidate, const ClusterAnswer& answer) {
    const model::ObjectId& id = candidate.entry.id;
    if (answer.ok() || answer.code == 404)
      return change_of(id, diff::Action::deleted, diff::Reason::obsolete);
    if (answer.code == 409)
      return change_of(id, diff::Action::skipped, diff::Reason::disowned,
                       "it was created anew by somebody else");
    result_.failed = true;
    result_.remaining.push_back(candidate.entry);
    return change_of(id, diff::Action::skipped, diff::Reason::failed, explain(answer));
  }

  ClusterPort& port_;
  const PruneRequest& request_;
  RetryPolicy retry_;
  std::vector<Candidate> candidates_;
  std::set<model::ObjectId> moving_;  ///< another unit renders them; who applied them is not known
  PruneResult result_;
};

}  // namespace

PruneResult prune(ClusterPort& port, const PruneRequest& request) {
  return Prune(port, request).run();
}

}  // namespace reconcile::appliers
