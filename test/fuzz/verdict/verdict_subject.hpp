#pragma once

#include <optional>
#include <string>

#include "reconcile/appliers/prepare.hpp"
#include "reconcile/diff/fingerprint.hpp"
#include "test/fuzz/verdict/foreign_write.hpp"
#include "test/fuzz/verdict/grammar.hpp"

namespace reconcile::fuzz {

/// Of the digests over Secrets.
inline constexpr const char* verdict_key = "verdicts";

/// One object while it is judged.
struct Subject {
  Choices choices;
  std::size_t kind = 0;
  ObjectName name;
  std::optional<appliers::PreparedObject> desired = {};
  std::string applied_text = {};                      ///< what was applied last
  model::Hash128 applied = {};                        ///< digest of what was applied last
  std::optional<diff::Fingerprint> fingerprint = {};  ///< of that apply's answer
  ForeignWrite foreign = {};
  model::Document live = {};  ///< the newest answer that showed it
  bool looks = false;         ///< it is to be read before it is judged
  bool is_settled = false;    ///< nothing is to be sent this round
};

/// What the agent sends: replicas that were handed over stay as they are.
model::Document sent(const Subject& subject);
kube::Request apply_request(const Subject& subject, kube::DryRun dry_run);
kube::Request look_request(const Subject& subject);

/// Keeps of `live` what the agent keeps when it is as desired.
void remember(Subject& subject);
/// Whether what was kept says that nothing is to be sent.
bool is_known(const Subject& subject);
/// What an accepted write of others answers is what there is, unless it answers another object.
void take_answer(Subject& subject, const kube::Response& answer);

/// An object without what a dry run may not be judged by; our Apply entry stands in their place.
std::string judged_form(model::Value object);

}  // namespace reconcile::fuzz
