// Policies that cannot pass, that relax their own gate, and the root keys that help.

#include <catch2/catch.hpp>

#include "engine/gates/admission.hpp"
#include "test/integration/gates/held_change.hpp"

using namespace reconcile::test;
using reconcile::model::SigningKey;
using std::chrono::minutes;

namespace {

/// Dev carries a policy for staging, and so does staging after its rebase.
std::string push_policy(HeldChange& held, const PolicyText& policy) {
  return held.world().infrastructure().commit("staging", held.world().overlay("staging", policy));
}

}  // namespace

TEST_CASE("a commit that relaxes its own gate is judged by the gate that is admitted",
          "[.integration][gates][policy]") {
  HeldChange held;
  const std::string commit = held.change("2");
  PolicyText relaxed = held.world().usual_policy("staging");
  relaxed.soak = "0s";
  const std::string tip = push_policy(held, relaxed);
  held.prove(commit, 1);
  const SeenDecision seen = held.staging().until_held(tip, "SoakNotReached");
  CHECK(seen.admitted == held.admitted());
}

TEST_CASE("a policy that cannot pass is named and the old one stays in force",
          "[.integration][gates][policy]") {
  HeldChange held;
  held.begin_chain();
  PolicyText wrong = held.world().usual_policy("staging");
  SECTION("impossible quorum") {
    wrong.more = "  require: quorum(3)\n";
  }
  SECTION("a key that is none") {
    wrong.trust["dev"] = "bm90IGEga2V5";
  }
  SECTION("a key that has expired") {
    wrong.trust.clear();
    wrong.more = "  trust:\n  - {environment: dev, cluster: dev, publicKeys: [\"" +
                 held.world().dev().key().public_key().text() +
                 "\"], notAfter: \"2025-01-01T00:00:00Z\"}\n";
  }
  const std::string tip = push_policy(held, wrong);
  held.staging().until("the policy refused", [&] {
    return held.staging().decision().text.find(R"("type":"PolicyRejected")") != std::string::npos;
  });
  // The old policy judges the next change.
  const std::string commit = held.world().infrastructure().commit("dev", held.world().shared("2"));
  const std::string next = held.world().infrastructure().rebase("staging", "dev");
  held.prove(commit, 1);
  held.staging().until("held", [&] { return held.staging().decision().tip == next; });
  CHECK(held.staging().live("value") == "1");
  held.staging().require_drift_reverted("value", "1");
}

TEST_CASE("a root key's reset runs a commit whatever the policy says",
          "[.integration][gates][policy]") {
  HeldChange held;
  held.change("2");
  held.require_held("EvidenceMissing");
  reconcile::engine::gates::PolicyReset reset;
  reset.cluster = "staging";
  reset.commit = held.candidate();
  reset.reason = "the policy cannot pass";
  reset.seq = 1;
  reset.issued_at = held.world().now();
  // Somebody without the root key tries first.
  held.push_reset(reset, SigningKey::generate());
  held.require_held("EvidenceMissing");
  held.push_reset(reset, held.root_key());
  held.require_admitted();
  // It is used once: the next change is held again.
  held.change("3");
  held.staging().until_held(held.candidate(), "EvidenceMissing");
}

TEST_CASE("every environment of a requirement counts, dark ones too",
          "[.integration][gates][policy]") {
  struct Row {
    const char* require;
    bool admitted;
  };
  const Row row = GENERATE(Row{"all", false}, Row{"quorum(2)", false}, Row{"any", true},
                           Row{"quorum(1)", true});
  Environments world;
  world.make_branches();
  const SigningKey blue = SigningKey::generate();
  const SigningKey green = SigningKey::generate();
  PolicyText policy = world.usual_policy("production");
  policy.from = {"blue", "green"};
  policy.trust = {{"blue", blue.public_key().text()}, {"green", green.public_key().text()}};
  policy.more = std::string("  require: ") + row.require + "\n";
  world.infrastructure().commit("production", world.overlay("production", policy));
  world.start(world.production());
  world.production().until_admitted(world.infrastructure().tip("production"));
  const std::string change = world.infrastructure().commit("staging", world.shared("2"));
  const std::string tip = world.infrastructure().rebase("production", "staging");
  ChainWriter lit(world.evidence(), "blue", blue);
  ChainWriter dark(world.evidence(), "green", green);
  for (ChainWriter* chain : {&lit, &dark}) {
    chain->set_green(world.root_unit(), change, world.now());
    chain->append(change, world.now());
  }
  world.production().until_held(tip, "SoakNotReached");
  // Only one of the two goes on to say that it is healthy.
  world.clock().advance(minutes(60));
  lit.append(change, world.now());
  INFO(row.require);
  if (row.admitted)
    world.production().until_admitted(tip);
  else
    world.production().until_held(tip, "EvidenceStale");
}
