#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/signature.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// What the installation says about gates: all that Git cannot be asked, because it is Git that is
/// judged.
struct GateOptions {
  std::string environment;         ///< name of the Environment object in the root unit's render
  std::string cluster;             ///< names the refs of this cluster; empty: as `environment`
  sources::GitOptions evidence;    ///< the evidence repository; `reference` is not used
  std::string signing_key_pem;     ///< empty: of the Secret
  std::string signing_key_secret;  ///< in the agent's namespace, key "signing-key.pem"
  std::vector<model::PublicKey> root_keys;  ///< may sign policy resets
  std::string bootstrap;                    ///< commit that a first run may start from; empty: none
  std::string agent_version;
  /// By how much the clocks of environments may differ; soaks last that much longer.
  std::chrono::seconds clock_tolerance{60};
  /// Time of everything that gates judge or sign. Timers look at it at least every second, so that
  /// a test may own it (Agent::poke_gate makes them look at once).
  const model::Clock* clock = &model::system_clock();

  [[nodiscard]] const std::string& cluster_name() const {
    return cluster.empty() ? environment : cluster;
  }
};

/// The key of digests over what a cluster renders, Secrets included.
inline std::string render_digest_key(const model::SigningKey& key) {
  return key.derive("reconcile render digests");
}

/// The key of the signing key in its Secret.
inline constexpr std::string_view signing_key_entry = "signing-key.pem";

}  // namespace reconcile::engine
