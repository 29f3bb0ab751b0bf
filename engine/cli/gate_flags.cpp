#include "engine/cli/gate_flags.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "engine/cli/command_line.hpp"
#include "engine/cli/version.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

[[noreturn]] void wrong(const std::string& message) {
  throw model::Error(model::ErrorCode::invalid_input, message);
}

bool is_commit(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Flags that say something about a gate which is not there.
void require_no_gate(const GateFlags& flags) {
  const bool any = !flags.evidence_repository.empty() || !flags.signing_key_file.empty() ||
                   !flags.signing_key_secret.empty() || !flags.root_keys.empty() ||
                   !flags.bootstrap.empty() || !flags.cluster.empty();
  if (any) wrong("expected --environment beside the other flags of the gate, found none");
}

}  // namespace

void add_gate_flags(CLI::App& app, GateFlags& flags) {
  app.add_option("--environment", flags.environment,
                 "gates: the Environment object in the root unit that says what a change must "
                 "prove; empty: no gate")
      ->envname("RECONCILE_ENVIRONMENT");
  app.add_option("--cluster", flags.cluster,
                 "gates: this cluster's name in the evidence repository; default: --environment")
      ->envname("RECONCILE_CLUSTER");
  app.add_option("--evidence-repository", flags.evidence_repository,
                 "gates: URL of the Git repository that evidence is exchanged in")
      ->envname("RECONCILE_EVIDENCE_REPOSITORY");
  add_git_access_flags(app, flags.evidence, "evidence-", "the evidence repository");
  app.add_option("--gate-signing-key-file", flags.signing_key_file,
                 "gates: PEM with the private key that signs this environment's evidence "
                 "(reconcile gate keygen)")
      ->envname("RECONCILE_GATE_SIGNING_KEY_FILE");
  app.add_option("--gate-signing-key-secret", flags.signing_key_secret,
                 "gates: the same from a Secret of the agent's namespace, key signing-key.pem")
      ->envname("RECONCILE_GATE_SIGNING_KEY_SECRET");
  app.add_option("--gate-root-key", flags.root_keys,
                 "gates: public key, or a file with it, that may sign policy resets; repeatable")
      ->envname("RECONCILE_GATE_ROOT_KEY");
  app.add_option("--gate-bootstrap", flags.bootstrap, "gates: commit that a first run starts from");
  app.add_option("--gate-clock-tolerance", flags.clock_tolerance,
                 "gates: how far the clocks of clusters may differ");
}

model::PublicKey read_public_key(const std::string& text_or_file) {
  std::error_code code;
  const bool is_file = std::filesystem::is_regular_file(text_or_file, code);
  return model::PublicKey::parse(is_file ? read_secret_file(text_or_file) : text_or_file);
}

std::optional<GateOptions> gate_options(const GateFlags& flags) {
  if (flags.environment.empty()) {
    require_no_gate(flags);
    return std::nullopt;
  }
  if (flags.evidence_repository.empty())
    wrong("expected --evidence-repository beside --environment, found none");
  if (flags.signing_key_file.empty() == flags.signing_key_secret.empty()) {
    wrong(
        "expected one of --gate-signing-key-file and --gate-signing-key-secret beside "
        "--environment, found " +
        std::string(flags.signing_key_file.empty() ? "none" : "both"));
  }
  if (!flags.bootstrap.empty() && !is_commit(flags.bootstrap))
    wrong("expected 40 hex digits in --gate-bootstrap, found \"" + flags.bootstrap + "\"");
  GateOptions options;
  options.environment = flags.environment;
  options.cluster = flags.cluster;
  options.evidence.url = flags.evidence_repository;
  read_git_access(flags.evidence, options.evidence);
  if (!flags.signing_key_file.empty())
    options.signing_key_pem = read_named_file(flags.signing_key_file);
  options.signing_key_secret = flags.signing_key_secret;
  for (const std::string& key : flags.root_keys) options.root_keys.push_back(read_public_key(key));
  options.bootstrap = flags.bootstrap;
  options.clock_tolerance = std::chrono::duration_cast<std::chrono::seconds>(
      model::parse_duration(flags.clock_tolerance));
  options.agent_version = "reconcile/" + std::string(version);
  return options;
}

}  // namespace reconcile::engine
