#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/controllers/gate_memory.hpp"
#include "engine/gates/chain.hpp"
#include "engine/gates/policy.hpp"
#include "reconcile/model/signature.hpp"
#include "reconcile/sources/ref_store.hpp"

namespace reconcile::engine {

/// Whose refs these are.
struct EvidenceOwner {
  std::string cluster;
  std::string environment;
  model::SigningKey key;
};

/// The evidence repository as one environment uses it: its own chain, which it alone writes; the
/// chains of others, which it verifies; the trees that it admitted; resets. Blocks. One thread, but
/// for `restore`.
class EvidenceRefs {
 public:
  EvidenceRefs(EvidenceOwner owner, sources::GitOptions options, const std::string& data_dir);

  /// Brings the refs and verifies what is new of the own chain and of those that `policy` trusts.
  /// Throws Error where the repository cannot be read; then everything stays as it is known.
  void fetch(const gates::Policy* policy);
  /// Verifies the chains of `policy` from what was fetched: after the policy changed.
  void verify(const gates::Policy& policy);
  /// Forgets what is known of the others' chains: a root key vouches for them.
  void forget_upstream();
  /// What an agent before this one saw of the others' chains; before the first fetch.
  void remember(std::map<std::string, SeenChain> seen) { seen_ = std::move(seen); }
  /// How far the others' chains were seen, to be remembered.
  [[nodiscard]] const std::map<std::string, SeenChain>& seen() const noexcept { return seen_; }

  [[nodiscard]] const gates::Chain& own() const noexcept { return own_; }
  /// Environment → its chain.
  [[nodiscard]] const std::map<std::string, gates::Chain>& upstream() const noexcept {
    return upstream_;
  }
  /// Why the own ref holds what this agent did not write; empty where all is well.
  [[nodiscard]] const std::string& foreign() const noexcept { return foreign_; }
  /// Whether the own ref holds nothing but what this agent wrote, or is gone: a record may follow.
  [[nodiscard]] bool may_append() const;
  [[nodiscard]] bool fetched() const noexcept { return fetched_; }
  /// reset.json of refs/gitops/resets/<cluster>; absent where there is none.
  [[nodiscard]] std::optional<std::string> reset_file() const;

  /// Appends a signed record (an envelope's text). Throws Error(conflict) where the ref moved:
  /// fetch and compose it anew; Error where it cannot be pushed.
  void append(const std::string& text, const std::string& message, model::WallTime at);
  /// Keeps the tree of `commit` under refs/gitops/admitted/<cluster>, the four before it beside.
  /// Nothing to do where it is there already. Throws as append.
  void keep_admitted(const sources::CommitGraph& graph, const std::string& commit,
                     const std::string& branch, model::WallTime at);
  /// The kept commit whose tree has this id; empty where there is none. From any thread.
  [[nodiscard]] std::string kept_commit(const std::string& tree) const;
  /// The graph of the evidence repository. From any thread. Null before the first fetch.
  [[nodiscard]] std::shared_ptr<const sources::CommitGraph> graph() const;
  void cancel() noexcept { store_.cancel(); }

 private:
  void verify_own();
  void verify_upstream(const gates::ChainTrust& trust);
  gates::Chain first_look(const gates::ChainTrust& trust, const std::string& tip);
  gates::Chain longer(const gates::Chain& known, const std::string& tip,
                      const gates::ChainTrust& trust) const;
  std::vector<gates::RecordFile> files_from_whole(const std::string& tip) const;
  std::string tip_of(const std::string& ref) const;
  void keep_before(const std::string& current, model::WallTime at);
  void note_kept();

  EvidenceOwner owner_;
  sources::RefStore store_;
  std::map<std::string, std::string> refs_;
  gates::Chain own_;
  std::map<std::string, gates::Chain> upstream_;
  std::map<std::string, SeenChain> seen_;
  std::string foreign_;
  bool fetched_ = false;
  mutable std::mutex kept_mutex_;
  std::shared_ptr<const sources::CommitGraph> graph_;  ///< guarded by kept_mutex_
  std::map<std::string, std::string> kept_;            ///< tree → commit; guarded by kept_mutex_
};

}  // namespace reconcile::engine
