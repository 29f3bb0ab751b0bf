#include "engine/gates/policy.hpp"

#include <algorithm>
#include <charconv>

#include "engine/gates/field_reader.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Error;
using model::Value;

constexpr std::size_t trust_max = 100;
constexpr std::size_t keys_max = 32;
constexpr std::size_t from_max = 32;
constexpr std::size_t globs_max = 256;
constexpr std::size_t later_items_max = 256;
constexpr std::size_t name_bytes_max = 253;
constexpr std::string_view api_version = "gates.reconcile.dev/v1alpha1";

/// What may stand in a ref's name and in a file's: lower-case letters, digits, `-` and `.` inside.
bool is_name(std::string_view text) {
  const auto inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !text.empty() && text.size() <= name_bytes_max &&
         std::all_of(text.begin(), text.end(), inner) && std::isalnum(text.front()) != 0 &&
         std::isalnum(text.back()) != 0 && text.find("..") == std::string_view::npos &&
         !text.ends_with(".lock");
}

std::string name_in(FieldReader& fields, std::string_view key) {
  std::string name = fields.required_text(key);
  if (!is_name(name)) {
    wrong_field(fields.path_of(key), "lower-case letters, digits, - and .", "\"" + name + "\"");
  }
  return name;
}

Requirement read_requirement(FieldReader& fields) {
  const std::string text = fields.text("require");
  if (text.empty() || text == "all") return {};
  if (text == "any") return {Requirement::Kind::any, 0};
  constexpr std::string_view opening = "quorum(";
  std::size_t count = 0;
  if (text.starts_with(opening) && text.ends_with(')')) {
    const char* first = text.data() + opening.size();
    const char* last = text.data() + text.size() - 1;
    const auto [end, problem] = std::from_chars(first, last, count);
    if (problem == std::errc() && end == last) return {Requirement::Kind::quorum, count};
  }
  wrong_field(fields.path_of("require"), "all, any or quorum(n)", "\"" + text + "\"");
}

void read_trust(Value value, const std::string& path, std::vector<ChainTrust>& trust) {
  FieldReader fields(value, path);
  ChainTrust entry{name_in(fields, "cluster"), name_in(fields, "environment"), {}};
  const std::optional<model::WallTime> not_before = fields.time("notBefore");
  const std::optional<model::WallTime> not_after = fields.time("notAfter");
  const std::vector<std::string> keys = fields.texts("publicKeys", keys_max);
  fields.finish();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    try {
      entry.keys.push_back({model::PublicKey::parse(keys[i]), not_before, not_after});
    } catch (const Error& error) {
      throw Error(error.code(),
                  error.message() + " in " + path + ".publicKeys[" + std::to_string(i) + "]");
    }
  }
  const auto same = std::find_if(trust.begin(), trust.end(), [&](const ChainTrust& other) {
    return other.environment == entry.environment;
  });
  if (same == trust.end()) {
    trust.push_back(std::move(entry));
    return;
  }
  // Keys of one environment with different dates stand in entries of their own.
  if (same->cluster != entry.cluster) {
    wrong_field(path + ".cluster", "\"" + same->cluster + "\" as for the same environment before",
                "\"" + entry.cluster + "\"");
  }
  same->keys.insert(same->keys.end(), entry.keys.begin(), entry.keys.end());
}

void read_evidence(FieldReader fields, Policy& policy) {
  policy.evidence_repository = fields.text("repository");
  policy.evidence_ref = fields.text("ref");
  FieldReader secret = fields.map("signingKeyRef");
  policy.signing_key_secret = secret.text("name");
  secret.finish();
  fields.finish();
  if (policy.evidence_ref.empty()) policy.evidence_ref = "refs/gitops/evidence/" + policy.cluster;
  if (!policy.evidence_ref.starts_with("refs/gitops/evidence/") &&
      !policy.evidence_ref.starts_with("refs/heads/gitops-evidence/")) {
    wrong_field(fields.path_of("ref"),
                "a ref below refs/gitops/evidence/ or refs/heads/gitops-evidence/",
                "\"" + policy.evidence_ref + "\"");
  }
}

/// Fields of forms that are not built: known by name, part of the digest, named by `lint`.
void read_later_forms(FieldReader& fields, Policy& policy) {
  if (!fields.list("windows", later_items_max).empty()) policy.unbuilt_holding.push_back("windows");
  FieldReader approvals = fields.map("approvals");
  if (approvals.count("count", later_items_max).value_or(0) > 0) {
    policy.unbuilt_holding.push_back("approvals");
  }
  approvals.texts("roles", later_items_max);
  approvals.finish();
  for (const std::string& rule : fields.texts("equivalence", later_items_max)) {
    if (rule == "E1" || rule == "E2") {
      policy.unbuilt_other.push_back("equivalence " + rule);
    } else if (rule != "E0" && rule != "E-own") {
      wrong_field(fields.path_of("equivalence"), "E0, E1, E2 or E-own", "\"" + rule + "\"");
    }
  }
  if (fields.flag("allowSubset", false)) policy.unbuilt_other.push_back("allowSubset");
  if (fields.duration("bake").value_or(std::chrono::nanoseconds(0)).count() > 0) {
    policy.unbuilt_other.push_back("bake");
  }
  if (fields.word("onDegraded", {"hold", "rollback", "alert"}, "hold") == "rollback") {
    policy.unbuilt_other.push_back("onDegraded: rollback");
  }
}

void read_gate(FieldReader& fields, Policy& policy) {
  policy.from = fields.texts("from", from_max);
  policy.require = read_requirement(fields);
  policy.soak = fields.duration("soak").value_or(policy.soak);
  policy.max_unhealthy = fields.duration("maxUnhealthy").value_or(policy.max_unhealthy);
  policy.max_flaps = fields.count("maxFlaps", UINT32_MAX).value_or(policy.max_flaps);
  policy.max_evidence_age = fields.duration("maxEvidenceAge");
  policy.overlay_paths = fields.texts("overlayPaths", globs_max);
  policy.overlay_only_applies =
      fields.word("overlayOnly", {"apply", "approve"}, "approve") == "apply";
  policy.rollback_window = fields.duration("rollbackWindow").value_or(policy.rollback_window);
}

}  // namespace

std::size_t Requirement::needed(std::size_t sources) const {
  switch (kind) {
    case Kind::all:
      return sources;
    case Kind::any:
      return 1;
    case Kind::quorum:
      break;
  }
  return count;
}

Policy Policy::read(Value object) {
  FieldReader head(object, {});
  if (head.text("apiVersion") != api_version || head.text("kind") != "Environment") {
    wrong_field("the policy", "kind Environment of " + std::string(api_version),
                "\"" + head.text("kind") + "\" of \"" + head.text("apiVersion") + "\"");
  }
  Policy policy;
  FieldReader metadata = head.map("metadata");
  policy.name = name_in(metadata, "name");
  const Value spec = head.value("spec");
  FieldReader fields(spec, "spec");
  policy.cluster = name_in(fields, "cluster");
  read_evidence(fields.map("evidence"), policy);
  const Value trust = fields.list("trust", trust_max);
  for (std::size_t i = 0; i < trust.size(); ++i) {
    read_trust(trust.at(i), "spec.trust[" + std::to_string(i) + "]", policy.trust);
  }
  read_gate(fields, policy);
  read_later_forms(fields, policy);
  fields.finish();
  policy.digest = "sha256:" + model::sha256_hex(model::write_json(spec));
  return policy;
}

const ChainTrust* Policy::trust_of(std::string_view environment) const {
  const auto found = std::find_if(trust.begin(), trust.end(), [&](const ChainTrust& entry) {
    return entry.environment == environment;
  });
  return found == trust.end() ? nullptr : &*found;
}

}  // namespace reconcile::engine::gates
