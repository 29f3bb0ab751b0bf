#include <algorithm>
#include <map>
#include <set>

#include "engine/gates/policy.hpp"

namespace reconcile::engine::gates {
namespace {

using model::WallTime;

constexpr std::chrono::hours expiry_warning{24 * 14};
constexpr std::chrono::minutes heartbeat{15};

class Lint {
 public:
  Lint(const Policy& policy, WallTime now) : policy_(policy), now_(now) {}

  std::vector<LintFinding> run() {
    sources();
    quorum();
    keys();
    overlay();
    later_forms();
    return std::move(findings_);
  }

 private:
  void error(std::string message) { findings_.push_back({true, std::move(message)}); }
  void warning(std::string message) { findings_.push_back({false, std::move(message)}); }

  [[nodiscard]] bool valid_now(const TrustedKey& key) const {
    return (!key.not_before || *key.not_before <= now_) &&
           (!key.not_after || now_ < *key.not_after);
  }

  [[nodiscard]] bool has_valid_key(const ChainTrust& trust) const {
    return std::any_of(trust.keys.begin(), trust.keys.end(),
                       [&](const TrustedKey& key) { return valid_now(key); });
  }

  void sources() {
    std::set<std::string> seen;
    for (const std::string& environment : policy_.from) {
      if (environment == policy_.name) {
        error("from names " + environment + ", which is this environment itself");
      }
      if (!seen.insert(environment).second) error("from names " + environment + " twice");
      const ChainTrust* trust = policy_.trust_of(environment);
      if (trust == nullptr) {
        error("from names " + environment + ", for which trust has no entry");
        continue;
      }
      if (trust->cluster == policy_.cluster) {
        error("trust takes evidence of " + environment + " from this cluster itself (" +
              policy_.cluster + ")");
      }
      if (has_valid_key(*trust)) ++usable_;
    }
  }

  void quorum() {
    if (policy_.from.empty()) return;
    const std::size_t needed = policy_.require.needed(policy_.from.size());
    if (needed == 0) {
      error("require: quorum(0) would let everything through");
    } else if (needed > policy_.from.size()) {
      error("require: quorum(" + std::to_string(needed) + ") cannot be met by " +
            std::to_string(policy_.from.size()) + " in from");
    } else if (usable_ < needed) {
      error("require needs " + std::to_string(needed) + " of from, and only " +
            std::to_string(usable_) + " have a key that is valid now");
    }
  }

  void keys() {
    std::map<std::string, std::string> owner;
    for (const ChainTrust& trust : policy_.trust) {
      if (trust.keys.empty()) warning("trust of " + trust.environment + " has no publicKeys");
      for (const TrustedKey& key : trust.keys) {
        const std::string id = key.key.id();
        const auto [entry, is_new] = owner.emplace(id, trust.environment);
        if (!is_new && entry->second != trust.environment) {
          error("key " + id + " is trusted for " + entry->second + " and for " + trust.environment +
                ": each needs a key of its own");
        }
        dates(trust, key, id);
      }
    }
  }

  void dates(const ChainTrust& trust, const TrustedKey& key, const std::string& id) {
    const std::string name = "key " + id.substr(0, 16) + " of " + trust.environment;
    if (key.not_before && key.not_after && *key.not_after <= *key.not_before) {
      error(name + " ends before it begins");
      return;
    }
    if (key.not_before && now_ < *key.not_before) {
      warning(name + " is valid from " + model::format_rfc3339(*key.not_before) + " on");
    }
    if (!key.not_after) return;
    const std::string end = model::format_rfc3339(*key.not_after);
    if (*key.not_after <= now_) {
      warning(name + " has expired at " + end);
    } else if (*key.not_after - now_ <= expiry_warning) {
      warning(name + " expires at " + end);
    }
  }

  void overlay() {
    for (const std::string& glob : policy_.overlay_paths) {
      if (const std::optional<std::string> problem = glob_problem(glob)) {
        error("overlayPaths: \"" + glob + "\": " + *problem);
      } else if (matches_any({glob}, "any/path/at/all") && matches_any({glob}, "file")) {
        warning("overlayPaths: \"" + glob + "\" declares every file this environment's own");
      }
    }
    if (policy_.max_evidence_age && *policy_.max_evidence_age < heartbeat) {
      warning("maxEvidenceAge is " + model::format_duration(*policy_.max_evidence_age) +
              ", shorter than the heartbeat of evidence (15m0s)");
    }
  }

  void later_forms() {
    for (const std::string& field : policy_.unbuilt_holding) {
      error(field + " would have to hold changes back and is not built in this version");
    }
    for (const std::string& field : policy_.unbuilt_other) {
      warning(field + " is not built in this version and has no effect");
    }
  }

  const Policy& policy_;
  WallTime now_;
  std::size_t usable_ = 0;
  std::vector<LintFinding> findings_;
};

}  // namespace

std::vector<LintFinding> lint(const Policy& policy, WallTime now) {
  return Lint(policy, now).run();
}

}  // namespace reconcile::engine::gates
