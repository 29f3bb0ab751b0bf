#include <catch2/catch.hpp>

#include "engine/gates/policy.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

const model::WallTime start{1'767'225'600s};
// The public keys of RFC 8032's first two tests.
const std::string key_one = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const std::string key_two = "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=";

const std::string head =
    "apiVersion: gates.reconcile.dev/v1alpha1\nkind: Environment\nmetadata: {name: staging}\n";

Policy policy_of(const std::string& spec) {
  std::string text = head + "spec:\n";
  std::size_t at = 0;
  while (at < spec.size()) {
    const std::size_t end = spec.find('\n', at);
    text += "  " + spec.substr(at, end - at) + "\n";
    at = end == std::string::npos ? spec.size() : end + 1;
  }
  return Policy::read(model::parse_yaml(text).root());
}

std::string error_of(const std::string& spec) {
  try {
    (void)policy_of(spec);
  } catch (const model::Error& error) {
    CHECK(error.code() == model::ErrorCode::invalid_input);
    return error.what();
  }
  return "no error";
}

const std::string gate =
    "cluster: staging-1\ntrust:\n- cluster: dev-1\n  environment: dev\n"
    "  publicKeys: [" +
    key_one + "]\nfrom: [dev]\n";

std::vector<std::string> findings(const std::string& spec, model::WallTime now = start) {
  std::vector<std::string> texts;
  for (const LintFinding& finding : lint(policy_of(spec), now)) {
    texts.push_back((finding.is_error ? "error: " : "warning: ") + finding.message);
  }
  return texts;
}

}  // namespace

TEST_CASE("reads a whole policy", "[engine][gates][policy]") {
  const Policy policy = policy_of(gate + R"(evidence:
  repository: https://git.example/evidence.git
  ref: refs/heads/gitops-evidence/staging-1
  signingKeyRef: {name: evidence-key}
require: quorum(1)
soak: 10m
maxUnhealthy: 30s
maxFlaps: 1
maxEvidenceAge: 1h
overlayPaths: ["apps/overlays/staging/**"]
overlayOnly: apply
rollbackWindow: 48h
equivalence: [E0, E-own]
onDegraded: hold)");
  CHECK(policy.name == "staging");
  CHECK(policy.cluster == "staging-1");
  CHECK(policy.evidence_repository == "https://git.example/evidence.git");
  CHECK(policy.evidence_ref == "refs/heads/gitops-evidence/staging-1");
  CHECK(policy.signing_key_secret == "evidence-key");
  REQUIRE(policy.trust_of("dev") != nullptr);
  CHECK(policy.trust_of("dev")->cluster == "dev-1");
  CHECK(policy.trust_of("qa") == nullptr);
  CHECK(policy.from == std::vector<std::string>{"dev"});
  CHECK(policy.require.kind == Requirement::Kind::quorum);
  CHECK(policy.require.needed(3) == 1);
  CHECK(policy.soak == 10min);
  CHECK(policy.max_unhealthy == 30s);
  CHECK(policy.max_flaps == 1);
  CHECK(policy.max_evidence_age == std::chrono::nanoseconds(1h));
  CHECK(policy.overlay_only_applies);
  CHECK(policy.rollback_window == 48h);
  CHECK(lint(policy, start).empty());
}

TEST_CASE("has the defaults that the documentation names", "[engine][gates][policy]") {
  const Policy policy = policy_of("cluster: dev-1");
  CHECK(policy.evidence_ref == "refs/gitops/evidence/dev-1");
  CHECK(policy.from.empty());
  CHECK(policy.require.needed(3) == 3);
  CHECK(policy.soak == 0s);
  CHECK(policy.max_unhealthy == 2min);
  CHECK(policy.max_flaps == 3);
  CHECK_FALSE(policy.max_evidence_age);
  CHECK_FALSE(policy.overlay_only_applies);
  CHECK(policy.rollback_window == 30 * 24h);
  CHECK(lint(policy, start).empty());
}

TEST_CASE("the digest is that of the content, not of its writing", "[engine][gates][policy]") {
  const Policy policy = policy_of("cluster: dev-1\nsoak: 10m");
  CHECK(policy.digest == policy_of("soak: \"10m\"\ncluster: dev-1").digest);
  CHECK(policy.digest != policy_of("soak: 11m\ncluster: dev-1").digest);
}

TEST_CASE("keys of one environment may have dates of their own", "[engine][gates][policy]") {
  const Policy policy = policy_of(
      "cluster: staging-1\nfrom: [dev]\ntrust:\n"
      "- {cluster: dev-1, environment: dev, notAfter: \"2026-02-01T00:00:00Z\", publicKeys: [" +
      key_one + "]}\n- {cluster: dev-1, environment: dev, notBefore: \"2026-01-20T00:00:00Z\", " +
      "publicKeys: [" + key_two + "]}");
  REQUIRE(policy.trust.size() == 1);
  REQUIRE(policy.trust[0].keys.size() == 2);
  CHECK(policy.trust[0].keys[0].not_after.has_value());
  CHECK(policy.trust[0].keys[1].not_before.has_value());
}

TEST_CASE("names what is wrong with a policy", "[engine][gates][policy]") {
  struct Row {
    std::string spec, expected;
  };
  const Row rows[] = {
      {"soak: 1m", "expected a text in spec.cluster, found nothing"},
      {"cluster: Dev", "expected lower-case letters, digits, - and . in spec.cluster"},
      {"cluster: ../x", "in spec.cluster"},
      {"cluster: a..b", "in spec.cluster"},
      {"cluster: dev\nsoak: ten minutes", "expected a duration such as 30m in spec.soak"},
      {"cluster: dev\nsoak: -1m", "in spec.soak"},
      {"cluster: dev\nsoak: [1]", "found a list"},
      {"cluster: dev\nsoack: 1m", "unknown field spec.\"soack\", did you mean soak?"},
      {"cluster: dev\nfrom: dev", "expected a list in spec.from, found \"dev\""},
      {"cluster: dev\nfrom: [{}]", "expected a text in spec.from[0], found a map"},
      {"cluster: dev\nrequire: most", "expected all, any or quorum(n) in spec.require"},
      {"cluster: dev\nrequire: quorum(-1)", "in spec.require"},
      {"cluster: dev\nrequire: quorum(2", "in spec.require"},
      {"cluster: dev\nmaxFlaps: -1", "in spec.maxFlaps"},
      {"cluster: dev\noverlayOnly: yes please", "expected apply or approve in spec.overlayOnly"},
      {"cluster: dev\nequivalence: [E7]", "expected E0, E1, E2 or E-own in spec.equivalence"},
      {"cluster: dev\nonDegraded: panic", "expected hold, rollback or alert in spec.onDegraded"},
      {"cluster: dev\nevidence: {ref: refs/heads/main}", "a ref below refs/gitops/evidence/"},
      {"cluster: dev\nevidence: {key: x}", "unknown field spec.evidence.\"key\""},
      {"cluster: dev\ntrust: [{cluster: a, environment: b, publicKeys: [nonsense]}]",
       "in spec.trust[0].publicKeys[0]"},
      {"cluster: dev\ntrust: [{environment: b}]", "expected a text in spec.trust[0].cluster"},
      {"cluster: dev\ntrust: [{cluster: a, environment: b}, {cluster: c, environment: b}]",
       "as for the same environment before in spec.trust[1].cluster, found \"c\""},
      {"cluster: dev\ntrust: [{cluster: a, environment: b, notAfter: soon}]",
       "expected a time such as 2026-01-31T08:00:00Z in spec.trust[0].notAfter, found \"soon\""}};
  for (const Row& row : rows) {
    INFO(row.spec);
    CHECK_THAT(error_of(row.spec), Contains(row.expected));
  }
  CHECK_THROWS_WITH(Policy::read(model::parse_yaml("kind: Environment").root()),
                    Contains("expected kind Environment of gates.reconcile.dev/v1alpha1"));
  CHECK_THROWS_WITH(Policy::read(model::Value()), Contains("expected kind Environment"));
}

TEST_CASE("lint names what could never pass", "[engine][gates][policy]") {
  struct Row {
    std::string spec, expected;
  };
  const std::string second = "  publicKeys: [" + key_two + "]\n";
  const Row rows[] = {
      {"cluster: s\nfrom: [dev]", "error: from names dev, for which trust has no entry"},
      {gate + "require: quorum(2)", "error: require: quorum(2) cannot be met by 1 in from"},
      {gate + "require: quorum(0)", "error: require: quorum(0) would let everything through"},
      {"cluster: s\nfrom: [staging]\ntrust:\n- cluster: x\n  environment: staging\n" + second,
       "error: from names staging, which is this environment itself"},
      {"cluster: dev-1\nfrom: [dev]\ntrust:\n- cluster: dev-1\n  environment: dev\n" + second,
       "error: trust takes evidence of dev from this cluster itself (dev-1)"},
      {gate + "from: [dev, dev]", "error: from names dev twice"},
      {gate + "overlayPaths: [\"a/[b\"]", "error: overlayPaths: \"a/[b\": a set [ is not closed"},
      {gate + "windows: [{cron: \"* * * * *\"}]",
       "error: windows would have to hold changes back and is not built in this version"},
      {gate + "approvals: {count: 1, roles: [ops]}",
       "error: approvals would have to hold changes back and is not built in this version"},
      {gate + "bake: 1h", "warning: bake is not built in this version and has no effect"},
      {gate + "equivalence: [E0, E1]",
       "warning: equivalence E1 is not built in this version and has no effect"},
      {gate + "onDegraded: rollback",
       "warning: onDegraded: rollback is not built in this version and has no effect"},
      {gate + "overlayPaths: [\"**\"]",
       "warning: overlayPaths: \"**\" declares every file this environment's own"},
      {gate + "maxEvidenceAge: 5m",
       "warning: maxEvidenceAge is 5m0s, shorter than the heartbeat of evidence (15m0s)"}};
  for (const Row& row : rows) {
    INFO(row.spec);
    // A second key in a map ("from" twice) is the last one's.
    CHECK_THAT(findings(row.spec), Catch::VectorContains(row.expected));
  }
}

TEST_CASE("lint looks at the dates of keys", "[engine][gates][policy]") {
  const auto dated = [](const std::string& dates) {
    return findings("cluster: s\nfrom: [dev]\ntrust:\n- cluster: dev-1\n  environment: dev\n  " +
                    dates + "\n  publicKeys: [" + key_one + "]");
  };
  const std::string none =
      "error: require needs 1 of from, and only 0 have a key that is valid now";
  CHECK(dated("notAfter: \"2027-01-01T00:00:00Z\"").empty());
  CHECK(dated("notAfter: \"2026-01-10T00:00:00Z\"") ==
        std::vector<std::string>{
            "warning: key 21fe31dfa154a261 of dev expires at 2026-01-10T00:00:00Z"});
  CHECK_THAT(dated("notAfter: \"2025-12-31T00:00:00Z\""), Catch::VectorContains(none));
  CHECK_THAT(dated("notBefore: \"2026-01-02T00:00:00Z\""), Catch::VectorContains(none));
}

TEST_CASE("one key stands for one environment", "[engine][gates][policy]") {
  const std::vector<std::string> found = findings(
      "cluster: s\nfrom: [dev, qa]\nrequire: quorum(2)\ntrust:\n"
      "- {cluster: dev-1, environment: dev, publicKeys: [" +
      key_one +
      "]}\n"
      "- {cluster: qa-1, environment: qa, publicKeys: [" +
      key_one + "]}");
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], Contains("is trusted for dev and for qa: each needs a key of its own"));
}
