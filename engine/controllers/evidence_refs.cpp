// What lies where in the evidence repository, and how it is read and written. Decisions about it
// are in engine/gates.

#include "engine/controllers/evidence_refs.hpp"

#include <algorithm>
#include <utility>

#include "engine/gates/envelope.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using gates::Chain;
using gates::ChainTrust;
using gates::RecordFile;
using model::Error;
using model::ErrorCode;

const std::string evidence_prefix = "refs/gitops/evidence/";
const std::string admitted_prefix = "refs/gitops/admitted/";
const std::string before_prefix = "refs/gitops/admitted-before/";
const std::string resets_prefix = "refs/gitops/resets/";
const std::string record_file = "record.json";
const std::string reset_name = "reset.json";

constexpr std::size_t kept_before = 4;
/// Records looked through for a whole one, at first and at most.
constexpr std::size_t records_first = 64;
constexpr std::size_t records_max = 16'384;

RecordFile to_file(const sources::RefEntry& entry) {
  const auto found = entry.files.find(record_file);
  return {entry.commit, entry.parents, found == entry.files.end() ? "" : found->second};
}

/// Whether a record says of itself that it is whole; its signature is verified later.
bool says_whole(const RecordFile& file) {
  try {
    const gates::Envelope envelope = gates::Envelope::parse(file.text, gates::record_bytes_max);
    return gates::EvidenceRecord::parse(envelope.payload).whole;
  } catch (const Error&) {
    return false;
  }
}

std::vector<RecordFile> oldest_first(const std::vector<sources::RefEntry>& entries) {
  std::vector<RecordFile> files;
  files.reserve(entries.size());
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
    files.push_back(to_file(*entry));
  return files;
}

}  // namespace

EvidenceRefs::EvidenceRefs(EvidenceOwner owner, sources::GitOptions options,
                           const std::string& data_dir)
    : owner_(std::move(owner)),
      store_(std::move(options), data_dir, {.file_bytes_max = gates::record_bytes_max}) {
}

std::string EvidenceRefs::tip_of(const std::string& ref) const {
  const auto found = refs_.find(ref);
  return found == refs_.end() ? std::string() : found->second;
}

void EvidenceRefs::fetch(const gates::Policy* policy) {
  // Trees that others admitted are none of ours.
  refs_ = store_.fetch({evidence_prefix, admitted_prefix + owner_.cluster,
                        before_prefix + owner_.cluster + "/", resets_prefix + owner_.cluster});
  fetched_ = true;
  note_kept();
  verify_own();
  if (policy != nullptr) verify(*policy);
}

void EvidenceRefs::verify(const gates::Policy& policy) {
  std::erase_if(upstream_, [&policy](const auto& known) {
    return std::none_of(policy.trust.begin(), policy.trust.end(),
                        [&known](const auto& trust) { return trust.environment == known.first; });
  });
  for (const ChainTrust& trust : policy.trust) {
    if (trust.cluster != owner_.cluster) verify_upstream(trust);
  }
}

void EvidenceRefs::verify_own() {
  const std::string tip = tip_of(evidence_prefix + owner_.cluster);
  foreign_.clear();
  if (tip == own_.commit_on_ref) return;
  if (tip.empty()) {
    foreign_ = "the evidence ref of this cluster is gone, it is written anew";
    return;
  }
  const ChainTrust trust{
      owner_.cluster, owner_.environment, {{owner_.key.public_key(), std::nullopt, std::nullopt}}};
  Chain longer_chain = longer(own_, tip, trust);
  if (longer_chain.problem == gates::ChainProblem::none)
    own_ = std::move(longer_chain);
  else
    foreign_ = "commit " + tip + " is not this agent's: " + longer_chain.detail;
}

void EvidenceRefs::forget_upstream() {
  upstream_.clear();
  seen_.clear();
}

void EvidenceRefs::verify_upstream(const ChainTrust& trust) {
  const std::string tip = tip_of(evidence_prefix + trust.cluster);
  Chain& known = upstream_[trust.environment];
  SeenChain& seen = seen_[trust.environment];
  if (tip.empty()) {
    // A ref that is gone is one that went back.
    known.problem = seen.seq == 0 ? gates::ChainProblem::missing : gates::ChainProblem::forked;
    known.detail = evidence_prefix + trust.cluster + " is " +
                   (seen.seq == 0 ? "not in" : "gone from") + " the evidence repository";
  } else if (known.seq == 0) {
    known = first_look(trust, tip);
  } else {
    known = longer(known, tip, trust);
  }
  seen.forked = known.problem == gates::ChainProblem::forked;
  if (!seen.forked && known.seq > 0) seen = {known.seq, known.commit_on_ref, false};
}

/// A chain that this process sees for the first time must go on from what the one before saw.
Chain EvidenceRefs::first_look(const ChainTrust& trust, const std::string& tip) {
  Chain chain = longer({}, tip, trust);
  const SeenChain& seen = seen_[trust.environment];
  if (seen.seq == 0) return chain;
  const auto commits = store_.graph();
  const bool goes_on = commits != nullptr && commits->contains(seen.commit) &&
                       commits->is_ancestor(seen.commit, tip) && chain.seq >= seen.seq;
  if (goes_on && !seen.forked) return chain;
  chain.problem = gates::ChainProblem::forked;
  chain.detail = evidence_prefix + trust.cluster + " does not go on from record " +
                 std::to_string(seen.seq) + " at commit " + seen.commit + ", which was seen before";
  return chain;
}

Chain EvidenceRefs::longer(const Chain& known, const std::string& tip,
                           const ChainTrust& trust) const {
  try {
    if (known.seq == 0) return gates::extend({}, files_from_whole(tip), trust);
    return gates::extend(known, oldest_first(store_.log(tip, known.commit_on_ref, records_max)),
                         trust);
  } catch (const Error& error) {
    // A file that is too large, or no tree at all: the ref's content is wrong, not its transfer.
    Chain broken = known;
    broken.problem = gates::ChainProblem::malformed;
    broken.detail = error.what();
    return broken;
  }
}

/// The records from the newest but one whole record on; from the oldest one where there is none.
std::vector<RecordFile> EvidenceRefs::files_from_whole(const std::string& tip) const {
  for (std::size_t count = records_first;; count *= 4) {
    std::vector<RecordFile> files = oldest_first(store_.log(tip, "", count));
    std::size_t wholes = 0;
    std::size_t first_whole = files.size();
    for (std::size_t i = files.size(); i > 0 && wholes < 2; --i) {
      if (!says_whole(files[i - 1])) continue;
      ++wholes;
      first_whole = i - 1;
    }
    const bool is_all = files.size() < count || count >= records_max;
    if (wholes < 2 && !is_all) continue;
    if (first_whole < files.size())
      files.erase(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(first_whole));
    return files;
  }
}

std::optional<std::string> EvidenceRefs::reset_file() const {
  const std::string tip = tip_of(resets_prefix + owner_.cluster);
  if (tip.empty()) return std::nullopt;
  const std::vector<sources::RefEntry> entries = store_.log(tip, "", 1);
  if (entries.empty()) return std::nullopt;
  const auto found = entries.front().files.find(reset_name);
  return found == entries.front().files.end() ? std::nullopt : std::optional(found->second);
}

bool EvidenceRefs::may_append() const {
  return fetched_ && (foreign_.empty() || tip_of(evidence_prefix + owner_.cluster).empty());
}

void EvidenceRefs::append(const std::string& text, const std::string& message, model::WallTime at) {
  const std::string ref = evidence_prefix + owner_.cluster;
  const std::string expected = tip_of(ref);
  const std::string commit = store_.append(ref, expected, {{record_file, text}}, message, at);
  refs_[ref] = commit;
  const ChainTrust trust{
      owner_.cluster, owner_.environment, {{owner_.key.public_key(), std::nullopt, std::nullopt}}};
  std::vector<std::string> parents;
  if (!expected.empty()) parents.push_back(expected);
  // On a ref that was gone the record begins the chain anew.
  const Chain known = expected.empty() ? Chain() : own_;
  Chain longer_chain = gates::extend(known, {{commit, parents, text}}, trust);
  if (longer_chain.problem != gates::ChainProblem::none) {
    throw Error(ErrorCode::internal, "own evidence record does not verify: " + longer_chain.detail);
  }
  own_ = std::move(longer_chain);
  foreign_.clear();
}

void EvidenceRefs::keep_admitted(const sources::CommitGraph& graph, const std::string& commit,
                                 const std::string& branch, model::WallTime at) {
  const std::string ref = admitted_prefix + owner_.cluster;
  const std::string current = tip_of(ref);
  const std::string tree = graph.tree_id(commit);
  if (!current.empty() && store_.graph()->tree_id(current) == tree) return;
  if (!current.empty()) keep_before(current, at);
  refs_[ref] = store_.push_tree(ref, current, graph, commit,
                                "Keep " + commit + " of " + branch + " as admitted", at);
  note_kept();
}

/// Takes the free or oldest of the places for what was admitted before.
void EvidenceRefs::keep_before(const std::string& current, model::WallTime at) {
  const std::shared_ptr<const sources::CommitGraph> kept = store_.graph();
  std::string chosen;
  model::WallTime oldest = model::WallTime::max();
  for (std::size_t i = 1; i <= kept_before; ++i) {
    const std::string ref = before_prefix + owner_.cluster + "/" + std::to_string(i);
    const std::string tip = tip_of(ref);
    if (!tip.empty() && kept->tree_id(tip) == kept->tree_id(current)) return;
    const model::WallTime made =
        tip.empty() ? model::WallTime::min() : kept->walk(tip, "", 1).front().committed_at;
    if (made >= oldest) continue;
    oldest = made;
    chosen = ref;
  }
  refs_[chosen] = store_.push_tree(chosen, tip_of(chosen), *kept, current,
                                   kept->walk(current, "", 1).front().subject, at);
}

void EvidenceRefs::note_kept() {
  const std::shared_ptr<const sources::CommitGraph> graph = store_.graph();
  std::map<std::string, std::string> kept;
  for (const auto& [ref, tip] : refs_) {
    const bool ours = ref == admitted_prefix + owner_.cluster ||
                      ref.starts_with(before_prefix + owner_.cluster + "/");
    if (ours && graph != nullptr && graph->contains(tip)) kept[graph->tree_id(tip)] = tip;
  }
  const std::lock_guard lock(kept_mutex_);
  graph_ = graph;
  kept_ = std::move(kept);
}

std::string EvidenceRefs::kept_commit(const std::string& tree) const {
  const std::lock_guard lock(kept_mutex_);
  const auto found = kept_.find(tree);
  return found == kept_.end() ? std::string() : found->second;
}

std::shared_ptr<const sources::CommitGraph> EvidenceRefs::graph() const {
  const std::lock_guard lock(kept_mutex_);
  return graph_;
}

}  // namespace reconcile::engine
