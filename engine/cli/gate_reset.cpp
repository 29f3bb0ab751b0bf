#include "engine/cli/gate_reset.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "engine/gates/admission.hpp"
#include "engine/gates/envelope.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/signature.hpp"
#include "reconcile/model/temporary_folder.hpp"
#include "reconcile/sources/ref_store.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::string_view reset_file = "reset.json";

/// Higher than every reset that is there, and than every one before that was taken away.
std::uint64_t next_seq(const sources::RefStore& store, const std::string& tip,
                       model::WallTime now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  auto seq = static_cast<std::uint64_t>(seconds.count());
  if (tip.empty()) return seq;
  for (const sources::RefEntry& entry : store.log(tip, "", 1)) {
    const auto found = entry.files.find(std::string(reset_file));
    if (found == entry.files.end()) continue;
    try {
      const gates::Envelope envelope = gates::Envelope::parse(found->second);
      seq = std::max(seq, gates::PolicyReset::parse(envelope.payload).seq + 1);
    } catch (const Error&) {
      // What is there is no reset: nothing to be higher than.
    }
  }
  return seq;
}

gates::PolicyReset make_reset(const ResetFlags& flags, model::WallTime now) {
  const bool is_commit = flags.commit.size() == 40 &&
                         flags.commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_commit) {
    throw Error(ErrorCode::invalid_input,
                "expected 40 hex digits in --commit, found \"" + flags.commit + "\"");
  }
  gates::PolicyReset reset;
  reset.cluster = flags.cluster;
  reset.commit = flags.commit;
  reset.reason = flags.reason;
  reset.issued_at = now;
  reset.expires_at = now + std::chrono::duration_cast<std::chrono::seconds>(
                               model::parse_duration(flags.valid_for));
  return reset;
}

}  // namespace

void add_reset_flags(CLI::App& app, ResetFlags& flags) {
  app.add_option("cluster", flags.cluster, "name of the cluster, as its agent has it")->required();
  app.add_option("--commit", flags.commit, "commit that shall run")->required();
  app.add_option("--root-key-file", flags.root_key_file, "PEM with a root key")->required();
  app.add_option("--reason", flags.reason, "why, for whoever reads it later")->required();
  app.add_option("--valid-for", flags.valid_for, "how long an agent may still follow it");
  app.add_option("--evidence-repository", flags.evidence_repository,
                 "URL of the evidence repository")
      ->required();
  add_git_access_flags(app, flags.access, "evidence-", "the evidence repository");
}

int run_gate_reset(const ResetFlags& flags, const CommandContext& context) {
  const model::SigningKey key = model::SigningKey::from_pem(read_named_file(flags.root_key_file));
  const model::WallTime now = model::system_clock().wall_now();
  gates::PolicyReset reset = make_reset(flags, now);
  const model::TemporaryFolder scratch;
  sources::GitOptions options;
  options.url = flags.evidence_repository;
  options.scope = "gate-reset";
  read_git_access(flags.access, options);
  sources::RefStore store(options, scratch.path());
  const std::string ref = "refs/gitops/resets/" + flags.cluster;
  const auto refs = store.fetch({ref});
  const auto found = refs.find(ref);
  const std::string tip = found == refs.end() ? std::string() : found->second;
  reset.seq = next_seq(store, tip, now);
  const std::string text = gates::sign(reset.statement(), key).text();
  store.append(ref, tip, {{std::string(reset_file), text}},
               "Reset " + flags.cluster + " to " + flags.commit, now);
  context.out << "reset " << reset.seq << " of " << flags.cluster << " to " << flags.commit
              << " pushed, valid until " << model::format_rfc3339(*reset.expires_at) << "\n";
  return exit_ok;
}

}  // namespace reconcile::engine
