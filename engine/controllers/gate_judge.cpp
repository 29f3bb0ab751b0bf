// One round of the gate: read what others wrote, find out what is admitted here, read the policy of
// that commit, decide, keep the tree, and write down what was decided, in this order. A crash
// between any two steps leaves what the next start can go on from: the memory file and the own
// chain each name what is admitted, and the newer of both counts. Tests:
// test/engine/gate_judge_test.cpp.

#include "engine/controllers/gate_judge.hpp"

#include <exception>
#include <utility>

#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sources/tree_artifact.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;

/// Renders are made anew after this time: what they read of the cluster may have changed.
constexpr std::chrono::minutes renders_fresh_for(10);
constexpr std::size_t renders_max = 64;

EvidenceOwner owner_of(const GateOptions& gate, const model::SigningKey& key) {
  return {gate.cluster_name(), gate.environment, key};
}

sources::GitOptions evidence_options(const GateOptions& gate) {
  sources::GitOptions options = gate.evidence;
  options.scope = "evidence";
  return options;
}

}  // namespace

GateJudge::GateJudge(GateJudgeOptions options, model::SigningKey key)
    : options_(std::move(options)),
      key_(std::move(key)),
      digest_key_(render_digest_key(key_)),
      refs_(owner_of(options_.gate, key_), evidence_options(options_.gate), options_.data_dir),
      source_(options_.root, options_.data_dir),
      memory_path_(options_.data_dir + "/gate/" + options_.gate.cluster_name() + ".json"),
      memory_(GateMemory::load(memory_path_)) {
  refs_.remember(memory_.upstream);
}

GateJudge::~GateJudge() = default;

/// Asked before every write to the evidence repository.
void GateJudge::require_lead() const {
  if (!options_.may_write || options_.may_write()) return;
  throw Error(ErrorCode::cancelled, "another replica may lead: nothing is written");
}

std::string GateJudge::branch() const {
  return options_.root.reference.branch.empty() ? "master" : options_.root.reference.branch;
}

GateOutcome GateJudge::run(const GateRound& round) {
  GateOutcome outcome;
  const std::string before = memory_.admitted;
  try {
    if (round.judges) read_evidence(outcome);
    if (round.judges) open_graphs();
    recover();
    note_live(round);
    if (round.records) record(round, outcome);
    if (round.judges) {
      read_policy(round.tip, outcome);
      remember_upstream();
      decide(round, outcome);
    }
  } catch (const std::exception& error) {
    io::log().error("Gate's round ended early", {{"err", error.what()}});
    outcome.decision = {};
    outcome.judged = round.judges;
    hold(outcome, round.tip, "GateFailed", error.what());
  }
  outcome.admitted_new = memory_.admitted != before;
  describe(outcome);
  return outcome;
}

void GateJudge::note_live(const GateRound& round) {
  if (!round.judges) return;
  std::string text;
  for (const LiveUnit& unit : round.live)
    text += unit.key.display() + " " + std::to_string(unit.generation) + "\n";
  for (const auto& [name, ignore] : round.live_sources)
    text += name.first + "/" + name.second + " " + ignore + "\n";
  if (text != live_text_) renders_.clear();
  live_text_ = std::move(text);
  live_ = round.live;
  live_sources_ = round.live_sources;
}

void GateJudge::read_evidence(GateOutcome& outcome) {
  try {
    refs_.fetch(policy_ ? &policy_->policy : nullptr);
  } catch (const Error& error) {
    outcome.evidence_error = error.what();
    io::log().warning("Evidence not fetched", {{"err", error.what()}});
  }
  outcome.foreign = refs_.foreign();
}

/// What was seen of the others' chains is seen, whatever becomes of this process.
void GateJudge::remember_upstream() {
  if (refs_.seen() == memory_.upstream) return;
  memory_.upstream = refs_.seen();
  memory_.save(memory_path_);
}

/// What is admitted here: what this process wrote down, unless the own chain has gone on since
/// (another replica led), or nothing was written down.
void GateJudge::recover() {
  const gates::Chain& own = refs_.own();
  const gates::ChainMoment* newest = own.newest();
  const bool chain_is_newer = newest != nullptr && !newest->commit.empty() &&
                              newest->commit != memory_.admitted &&
                              (memory_.admitted.empty() || own.seq > memory_.chain_seq);
  if (chain_is_newer) {
    memory_.admitted = newest->commit;
    memory_.tree = newest->tree;
    memory_.chain_seq = own.seq;
    memory_.admitted_at = newest->observed_at;
    memory_.because.clear();
    memory_.policy_commit.clear();
    policy_.reset();
    policy_base_.clear();
    memory_.save(memory_path_);
    io::log().info("Admitted commit taken from the own evidence",
                   {{"commit", memory_.admitted}, {"seq", own.seq}});
  }
  const std::lock_guard lock(tree_mutex_);
  admitted_ = memory_.admitted;
  admitted_tree_ = memory_.tree;
}

/// The commits as they are in this round: of the branch's repository, and what is kept of it.
void GateJudge::open_graphs() {
  main_ = source_.graph();
  const auto kept = refs_.graph();
  if (main_ == nullptr || kept == nullptr)
    graph_ = main_ == nullptr ? kept : main_;
  else
    graph_ = sources::join_graphs(main_, kept);
}

/// The kept commit that stands for what is admitted, where the branch's repository has it no more.
std::string GateJudge::stand_in() const {
  if (memory_.admitted.empty() || main_->contains(memory_.admitted)) return {};
  return refs_.kept_commit(memory_.tree);
}

GateJudge::Render GateJudge::render(const std::string& commit) {
  const model::SteadyTime now = model::system_clock().steady_now();
  if (now - renders_since_ > renders_fresh_for || renders_.size() > renders_max) {
    renders_.clear();
    renders_since_ = now;
  }
  const auto found = renders_.find(commit);
  if (found != renders_.end()) return found->second;
  const Render base =
      commit == memory_.admitted || memory_.admitted.empty() ? nullptr : render(memory_.admitted);
  CommitRenderRequest request;
  if (graph_ == nullptr) throw Error(ErrorCode::unavailable, "the repository was not fetched yet");
  const bool stands_in = commit == memory_.admitted && !graph_->contains(commit);
  request.tree = graph_->tree(stands_in ? refs_.kept_commit(memory_.tree) : commit);
  request.root = {appliers::UnitKind::kustomization, options_.agent_namespace, "root"};
  request.root_path = options_.root_path;
  request.root_ignore = options_.root.ignore.ignore;
  request.ports = options_.ports;
  request.digest_key = digest_key_;
  request.known = base.get();
  request.live_sources = live_sources_;
  request.stop = &stopping_;
  for (const LiveUnit& unit : live_) {
    // A unit that the admitted commit brings goes where a candidate brings it no more.
    const auto known = base == nullptr ? renders_.end() : renders_.find(memory_.admitted);
    const bool is_brought = known != renders_.end() &&
                            known->second->units.contains(unit.key.display()) &&
                            !known->second->units.at(unit.key.display()).is_live_only;
    if (!is_brought) request.live.push_back(unit);
  }
  request.is_governed = [this](model::Value repository) {
    sources::GitOptions options;
    options.url = repository["spec"]["url"].text();
    const model::Value reference = repository["spec"]["ref"];
    options.reference = {
        std::string(reference["branch"].text()), std::string(reference["tag"].text()),
        std::string(reference["semver"].text()), std::string(reference["commit"].text()),
        std::string(reference["name"].text())};
    return follow_same_branch(options, options_.root);
  };
  return renders_[commit] = std::make_shared<const CommitRender>(render_commit(request));
}

gates::Candidate GateJudge::candidate(const std::string& commit) {
  static const CommitRender nothing;
  const Render made = render(commit);
  const Render admitted = memory_.admitted.empty() ? nullptr : render(memory_.admitted);
  return compare_commits(admitted == nullptr ? nothing : *admitted, *made);
}

std::optional<sources::Artifact> GateJudge::restore(const sources::Revision& revision,
                                                    const sources::IgnoreOptions& ignore) const {
  std::string tree;
  {
    const std::lock_guard lock(tree_mutex_);
    if (revision.hash() == admitted_) tree = admitted_tree_;
  }
  const std::string commit(revision.hash());
  const auto main = source_.graph();
  if (main != nullptr && main->contains(commit))
    return sources::artifact_of_tree(main->tree(commit), revision, options_.root.url, ignore);
  const auto kept = refs_.graph();
  const std::string kept_commit = tree.empty() ? std::string() : refs_.kept_commit(tree);
  if (kept == nullptr || kept_commit.empty()) return std::nullopt;
  return sources::artifact_of_tree(kept->tree(kept_commit), revision, options_.root.url, ignore);
}

void GateJudge::describe(GateOutcome& outcome) {
  const gates::Chain& own = refs_.own();
  outcome.admission.commit = memory_.admitted;
  outcome.admission.decided = true;
  outcome.policy_rejected = policy_rejected_;
  outcome.seq = own.seq;
  if (own.newest() != nullptr) {
    outcome.recorded_at = own.newest()->observed_at;
    outcome.own = std::make_shared<const gates::ChainMoment>(*own.newest());
  }
  if (!policy_) return;
  outcome.policy_digest = policy_->policy.digest;
  outcome.warnings.insert(outcome.warnings.end(), policy_->warnings.begin(),
                          policy_->warnings.end());
  const model::WallTime now = options_.gate.clock->wall_now();
  for (const gates::ChainTrust& trust : policy_->policy.trust) {
    UpstreamState state{trust.environment, trust.cluster, 0, "", std::nullopt, "", ""};
    const auto found = refs_.upstream().find(trust.environment);
    if (found != refs_.upstream().end()) {
      const gates::Chain& chain = found->second;
      state.seq = chain.seq;
      state.detail = chain.detail;
      state.problem = to_string(gates::problem_at(chain, now, options_.gate.clock_tolerance));
      if (chain.newest() != nullptr) {
        state.commit = chain.newest()->commit;
        state.observed_at = chain.newest()->observed_at;
      }
    }
    outcome.upstream.push_back(std::move(state));
  }
}

}  // namespace reconcile::engine
