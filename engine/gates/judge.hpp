#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/gates/admission.hpp"
#include "engine/gates/graph_memo.hpp"
#include "engine/gates/path_rule.hpp"
#include "engine/gates/upstream.hpp"

namespace reconcile::engine::gates {

/// Judges commits against what is admitted. Of a candidate's units these are judged: the ones it
/// changes, and for those that need upstream's word their dependsOn ancestors too. The first rule
/// that holds counts: E-own, the overlay rule, E0. Units that hang together by dependsOn are proven
/// by one moment of one upstream chain.
class Judge {
 public:
  /// `input` and `graph` must outlive it; `admitted` is a commit of the graph.
  Judge(const AdmissionInput& input, GraphMemo& graph, std::string admitted);

  CommitVerdict judge(const sources::CommitInfo& commit);

 private:
  using Group = std::vector<const CandidateUnit*>;

  /// One candidate while it is judged.
  struct Case {
    std::string commit;
    Candidate candidate;
    std::map<std::string, const CandidateUnit*> units;
    std::set<std::string> own;         ///< changed units that E-own proves
    std::set<std::string> needing;     ///< units that need upstream's word, ancestors included
    std::vector<std::string> removed;  ///< units that would go and that E-own does not prove
    std::optional<PathRule> paths;
    CommitVerdict verdict;
    bool time_alone = true;  ///< what is missing so far comes with time
  };
  /// What one environment says about one group of units.
  struct Word {
    bool proven = false;
    std::string commit;  ///< attested
    std::vector<UnitVerdict> missing;
    std::optional<model::WallTime> earliest;
  };

  void run(Case& at);
  bool keeps_history(Case& at);
  std::optional<std::string> own_changes_base(const std::string& commit);
  void sort_units(Case& at) const;
  void overlay_rule(Case& at) const;
  void overlay_unit(Case& at, const CandidateUnit& unit,
                    const std::vector<std::string>& fresh) const;
  static void add_ancestors(Case& at);
  [[nodiscard]] static std::vector<Group> groups(const Case& at);
  void judge_group(Case& at, const Group& group);
  Word ask(const Case& at, const Upstream& upstream, const Group& group);
  [[nodiscard]] Word word_of(const Upstream& upstream, std::size_t moment,
                             const Group& group) const;
  Finding search(const Case& at, const Upstream& upstream, std::string& commit,
                 const std::function<Finding(std::size_t)>& holds);
  void judge_removal(Case& at, const std::string& unit);
  void judge_bare_paths(Case& at);
  /// The upstream's moments whose commit `commit` stands on, newest first.
  std::vector<std::size_t> attested(const Upstream& upstream, const std::string& commit);
  std::string newest_attested(const std::string& commit);
  [[nodiscard]] bool is_overlay_only(const CandidateUnit& unit) const;
  [[nodiscard]] bool is_own(const CandidateUnit& unit) const;
  [[nodiscard]] bool removal_is_own(const Case& at, const std::string& unit) const;
  void finish(Case& at) const;

  const AdmissionInput& input_;
  GraphMemo& graph_;
  std::string admitted_;
  std::vector<Upstream> upstreams_;
  std::vector<const ChainMoment*> own_moments_;  ///< within the rollback window
};

}  // namespace reconcile::engine::gates
