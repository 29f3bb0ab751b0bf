// The gate's blocking half against real repositories behind a real server, with the test's clock.

#include "engine/controllers/gate_judge.hpp"

#include <catch2/catch.hpp>

#include "engine/gates/envelope.hpp"
#include "reconcile/model/error.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/git_server.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;
using Outcome = gates::Decision::Outcome;

namespace {

const std::string apps = "Kustomization/flux-system/apps";
const std::string root = "Kustomization/reconcile-system/root";

std::string environment(const std::string& name, const std::string& spec) {
  return "apiVersion: gates.reconcile.dev/v1alpha1\nkind: Environment\nmetadata: {name: " + name +
         "}\nspec: {cluster: " + name + spec + "}\n";
}

std::string config_map(const std::string& value) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: a}\ndata: {k: \"" +
         value + "\"}\n";
}

/// An infrastructure repository with one branch, an evidence repository, and a server for both.
struct Repositories {
  Repositories() { run_git(directory.path(), {"init", "-q", "--bare", "evidence.git"}); }

  std::string commit(const std::vector<std::pair<std::string, std::string>>& files) {
    return infra.commit(files);
  }
  std::string refs() { return run_git(directory.path() + "/evidence.git", {"for-each-ref"}); }

  test::TemporaryDirectory directory;
  test::GitFixture infra{directory.path() + "/infra.git"};
  test::GitServer server{directory.path()};
  static std::string run_git(const std::string& where, const std::vector<std::string>& words) {
    return test::run_git(where, words);
  }
};

/// One environment's agent, as far as its gate goes.
struct Gate {
  Gate(Repositories& of, const std::string& name, test::FakeClock& time)
      : repositories(of), clock(time) {
    options.gate.environment = name;
    options.gate.evidence.url = repositories.server.url("evidence.git");
    options.gate.clock = &time;
    options.gate.clock_tolerance = 1s;
    options.root.url = repositories.server.url("infra.git");
    options.root.reference.branch = "main";
    options.root.scope = "root";
    options.root_path = "clusters/" + name;
    options.agent_namespace = "reconcile-system";
    options.data_dir = data.path();
    judge = std::make_unique<GateJudge>(options, key);
  }

  void restart(bool keeps_disk = true) {
    judge.reset();
    if (!keeps_disk) options.data_dir = other_data.path();
    judge = std::make_unique<GateJudge>(options, key);
  }

  /// Fetches the branch as the root source does, and decides.
  GateOutcome look() {
    sources::GitSource source(options.root, options.data_dir);
    GateRound round;
    try {
      round.tip = source.fetch(std::nullopt)->revision.hash();
    } catch (const model::Error&) {
      round.tip.clear();
    }
    round.judges = true;
    return judge->run(round);
  }

  /// Records the units as green since `since` at the admitted commit.
  GateOutcome record(const std::string& commit, model::WallTime since) {
    GateRound round;
    round.records = true;
    for (const std::string& name : {apps, root}) {
      gates::UnitEvidence unit;
      unit.unit = name;
      unit.revision = commit;
      unit.read_set_digest = "sha256:" + std::string(64, 'a');
      unit.render_digest = "hmac-sha256:" + std::string(64, 'b');
      unit.applied = true;
      unit.state = gates::UnitState::green;
      unit.healthy_since = since;
      round.units[name] = unit;
    }
    return judge->run(round);
  }

  Repositories& repositories;
  test::FakeClock& clock;
  model::SigningKey key = model::SigningKey::generate();
  test::TemporaryDirectory data;
  test::TemporaryDirectory other_data;
  GateJudgeOptions options;
  std::unique_ptr<GateJudge> judge;
};

std::vector<std::pair<std::string, std::string>> cluster_files(const std::string& name,
                                                               const std::string& spec,
                                                               const std::string& url) {
  const std::string folder = "clusters/" + name + "/";
  return {
      {folder + "environment.yaml", environment(name, spec)},
      {folder + "repo.yaml",
       "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: repo, "
       "namespace: flux-system}\nspec: {url: " +
           url + ", ref: {branch: main}}\n"},
      {folder + "apps.yaml",
       "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, "
       "namespace: flux-system}\nspec: {interval: 1m, path: ./apps, prune: true, sourceRef: "
       "{kind: GitRepository, name: repo}}\n"},
      {"apps/web.yaml", config_map("1")}};
}

/// dev, which admits its tip, and staging, which asks for dev's proof, on one branch.
struct Story {
  Story() {
    const std::string url = repositories.server.url("infra.git");
    auto files = cluster_files("dev", "", url);
    const auto more = cluster_files(
        "staging",
        ", from: [dev], soak: 1m, overlayPaths: [\"clusters/staging/**\"], overlayOnly: apply, "
        "trust: [{cluster: dev, environment: dev, publicKeys: [\"" +
            dev.key.public_key().text() + "\"]}]",
        url);
    files.insert(files.end(), more.begin(), more.end() - 1);
    first = repositories.commit(files);
    staging.options.gate.bootstrap = first;
    staging.options.gate.root_keys = {root_key.public_key()};
    staging.restart();
  }

  /// dev runs `commit` and says that it is healthy.
  void prove(const std::string& commit) {
    CHECK(dev.look().admission.commit == commit);
    const model::WallTime since = clock.wall_now();
    CHECK(dev.record(commit, since).recorded);
    clock.advance(2min);
    CHECK(dev.record(commit, since).recorded);
  }

  void push_reset(const std::string& commit, std::uint64_t seq, const model::SigningKey& key) {
    gates::PolicyReset reset;
    reset.cluster = "staging";
    reset.commit = commit;
    reset.reason = "stuck";
    reset.seq = seq;
    reset.issued_at = clock.wall_now();
    const test::TemporaryDirectory scratch;
    sources::RefStore store(staging.options.gate.evidence, scratch.path());
    const std::string ref = "refs/gitops/resets/staging";
    const auto refs = store.fetch({ref});
    const auto found = refs.find(ref);
    store.append(ref, found == refs.end() ? "" : found->second,
                 {{"reset.json", gates::sign(reset.statement(), key).text()}}, "Reset",
                 clock.wall_now());
  }

  test::FakeClock clock;
  Repositories repositories;
  model::SigningKey root_key = model::SigningKey::generate();
  Gate dev{repositories, "dev", clock};
  Gate staging{repositories, "staging", clock};
  std::string first;
};

}  // namespace

TEST_CASE("an environment without upstream admits its tip and keeps the tree first",
          "[engine][controllers][gate_judge]") {
  Story story;
  const GateOutcome outcome = story.dev.look();
  CHECK(outcome.admission.commit == story.first);
  CHECK(outcome.admission.decided);
  CHECK_FALSE(outcome.admission.held);
  CHECK(outcome.admitted_new);
  CHECK_THAT(story.repositories.refs(), Catch::Contains("refs/gitops/admitted/dev"));
  CHECK_FALSE(story.dev.look().admitted_new);
}

TEST_CASE("a commit waits for proof upstream, soaks, and is admitted",
          "[engine][controllers][gate_judge]") {
  Story story;
  CHECK(story.staging.look().admission.commit == story.first);
  story.prove(story.first);
  const std::string second = story.repositories.commit({{"apps/web.yaml", config_map("2")}});
  GateOutcome held = story.staging.look();
  CHECK(held.admission.held);
  CHECK(held.admission.commit == story.first);
  CHECK(held.admission.tip == second);
  CHECK_FALSE(held.admission.message.empty());
  story.prove(second);
  const GateOutcome admitted = story.staging.look();
  CHECK(admitted.admission.commit == second);
  CHECK_FALSE(admitted.admission.held);
  const std::string refs = story.repositories.refs();
  CHECK_THAT(refs, Catch::Contains("refs/gitops/admitted/staging"));
  CHECK_THAT(refs, Catch::Contains("refs/gitops/admitted-before/staging/"));
}

TEST_CASE("a restart without its disk goes on from the own chain",
          "[engine][controllers][gate_judge]") {
  Story story;
  story.staging.look();
  story.staging.record(story.first, story.clock.wall_now());
  const std::string amended = story.repositories.commit({{"apps/web.yaml", config_map("2")}});
  story.staging.options.gate.bootstrap.clear();
  story.staging.restart(false);
  const GateOutcome outcome = story.staging.look();
  CHECK(outcome.admission.commit == story.first);
  CHECK(outcome.admission.held);
  CHECK(outcome.admission.tip == amended);
}

TEST_CASE("what is admitted is restored from the evidence repository after a rewrite",
          "[engine][controllers][gate_judge]") {
  Story story;
  story.staging.look();
  story.staging.record(story.first, story.clock.wall_now());
  story.repositories.infra.work().write("apps/web.yaml", config_map("other"));
  story.repositories.infra.git({"commit", "-q", "-a", "--amend", "-m", "Other"});
  story.repositories.infra.git({"push", "-q", "-f", story.repositories.infra.bare(), "HEAD:main"});
  // The server gives nothing but what its branches hold.
  Repositories::run_git(story.repositories.infra.bare(), {"gc", "-q", "--prune=now"});
  story.staging.restart(false);
  const GateOutcome outcome = story.staging.look();
  CHECK(outcome.admission.commit == story.first);
  const auto artifact = story.staging.judge->restore({"main", "sha1:" + story.first}, {});
  REQUIRE(artifact);
  CHECK(artifact->tree->read("apps/web.yaml") == config_map("1"));
  CHECK_FALSE(story.staging.judge->restore({"main", "sha1:" + std::string(40, '9')}, {}));
}

TEST_CASE("a branch that is gone holds what runs", "[engine][controllers][gate_judge]") {
  Story story;
  story.staging.look();
  Repositories::run_git(story.repositories.infra.bare(), {"branch", "-D", "main"});
  const GateOutcome outcome = story.staging.look();
  CHECK(outcome.admission.commit == story.first);
  CHECK(outcome.admission.held);
}

TEST_CASE("a policy that fails lint is named and the old one stays",
          "[engine][controllers][gate_judge]") {
  Story story;
  story.dev.look();
  const std::string digest = story.dev.look().policy_digest;
  const std::string broken = story.repositories.commit(
      {{"clusters/dev/environment.yaml", environment("dev", ", from: [qa]")}});
  CHECK(story.dev.look().admission.commit == broken);
  const GateOutcome outcome = story.dev.look();
  CHECK(outcome.policy_digest == digest);
  CHECK_THAT(outcome.policy_rejected, Catch::Contains("qa"));
  const std::string next = story.repositories.commit({{"apps/web.yaml", config_map("2")}});
  CHECK(story.dev.look().admission.commit == next);
  story.dev.restart();
  CHECK(story.dev.look().policy_digest == digest);
}

TEST_CASE("without an Environment nothing is admitted", "[engine][controllers][gate_judge]") {
  Story story;
  Gate qa(story.repositories, "qa", story.clock);
  qa.options.root_path = "clusters/dev";
  qa.restart();
  const GateOutcome outcome = qa.look();
  CHECK(outcome.admission.commit.empty());
  CHECK(outcome.admission.held);
  CHECK(outcome.admission.reason == "PolicyMissing");
}

TEST_CASE("a root key's reset is followed once, another key's never",
          "[engine][controllers][gate_judge]") {
  Story story;
  story.staging.look();
  const std::string second = story.repositories.commit({{"apps/web.yaml", config_map("2")}});
  CHECK(story.staging.look().admission.held);
  story.push_reset(second, 1, story.dev.key);
  const GateOutcome refused = story.staging.look();
  CHECK(refused.admission.commit == story.first);
  CHECK(refused.warnings.size() == 1);
  story.push_reset(second, 2, story.root_key);
  CHECK(story.staging.look().admission.commit == second);
  const std::string third = story.repositories.commit({{"apps/web.yaml", config_map("3")}});
  story.staging.restart();
  const GateOutcome after = story.staging.look();
  CHECK(after.admission.commit == second);
  CHECK(after.admission.tip == third);
}

TEST_CASE("a foreign commit on the own ref is an alarm and nothing follows it",
          "[engine][controllers][gate_judge]") {
  Story story;
  story.dev.look();
  CHECK(story.dev.record(story.first, story.clock.wall_now()).seq == 1);
  const test::TemporaryDirectory scratch;
  sources::RefStore other(story.dev.options.gate.evidence, scratch.path());
  const std::string ref = "refs/gitops/evidence/dev";
  const std::string tip = other.fetch({ref}).at(ref);
  other.append(ref, tip, {{"record.json", "{}"}}, "Forged", story.clock.wall_now());
  const GateOutcome outcome = story.dev.record(story.first, story.clock.wall_now());
  CHECK_FALSE(outcome.recorded);
  CHECK_FALSE(outcome.foreign.empty());
  CHECK(story.dev.look().admission.commit == story.first);
}

TEST_CASE("two replicas keep one chain", "[engine][controllers][gate_judge]") {
  Story story;
  story.dev.look();
  story.dev.record(story.first, story.clock.wall_now());
  GateJudgeOptions options = story.dev.options;
  options.data_dir = story.dev.other_data.path();
  GateJudge second(options, story.dev.key);
  GateRound round;
  round.judges = true;
  round.records = true;
  second.run(round);
  // The first replica does not know yet; it takes up the chain where the other left it.
  const GateOutcome outcome = story.dev.record(story.first, story.clock.wall_now());
  CHECK(outcome.recorded);
  CHECK(outcome.foreign.empty());
  CHECK(outcome.seq == 3);
}

TEST_CASE("an upstream chain that went back stays forked over a restart",
          "[engine][controllers][gate_judge]") {
  Story story;
  story.staging.look();
  story.prove(story.first);
  const std::string bare = story.repositories.directory.path() + "/evidence.git";
  const std::string ref = "refs/gitops/evidence/dev";
  const std::string before = Repositories::run_git(bare, {"rev-parse", ref});
  story.prove(story.first);
  CHECK(story.staging.look().upstream.front().problem.empty());
  Repositories::run_git(bare, {"update-ref", ref, before});
  CHECK(story.staging.look().upstream.front().problem == "EvidenceForked");
  story.staging.restart();
  CHECK(story.staging.look().upstream.front().problem == "EvidenceForked");
  story.push_reset(story.first, 5, story.root_key);
  story.staging.look();
  CHECK(story.staging.look().upstream.front().problem.empty());
}

TEST_CASE("without the evidence repository dev goes on after some tries, staging holds",
          "[engine][controllers][gate_judge]") {
  Story story;
  story.dev.look();
  story.staging.look();
  const std::string second = story.repositories.commit({{"apps/web.yaml", config_map("2")}});
  story.repositories.server.order("read-only");
  CHECK(story.dev.look().admission.reason == "EvidenceUnavailable");
  CHECK(story.dev.look().admission.commit == story.first);
  CHECK(story.dev.look().admission.commit == second);
  const GateOutcome outcome = story.dev.record(second, story.clock.wall_now());
  CHECK_FALSE(outcome.recorded);
  CHECK_FALSE(outcome.evidence_error.empty());
  CHECK(story.staging.look().admission.commit == story.first);
}
