// SIGKILL between the steps of one change: the push of the admitted tree, the apply, the push of
// evidence, the status. The server's hooks kill the agent at the very moment.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "test/integration/agent_process.hpp"
#include "test/integration/gates/environments.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile::test;

namespace {

/// Dev, whose agent is the program itself.
class DevProcess {
 public:
  DevProcess() {
    world_.make_branches();
    keys_.write("signing-key.pem", world_.dev().key().to_pem());
    world_.dev().cluster().apply(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + world_.space() + "}\n");
  }

  Environments& world() { return world_; }
  AgentProcess& agent() { return *agent_; }
  void start() {
    agent_.reset();
    agent_ = std::make_unique<AgentProcess>(
        std::vector<std::string>{"--kubeconfig=" + world_.dev().cluster().agent_kubeconfig(),
                                 "--namespace=" + world_.space(),
                                 "--repository=" + world_.server().url("infrastructure.git"),
                                 "--branch=dev", "--path=environments/dev", "--poll-interval=1s",
                                 "--environment=dev",
                                 "--evidence-repository=" + world_.server().url("evidence.git"),
                                 "--gate-signing-key-file=" + keys_.path() + "/signing-key.pem"},
        disk_.path());
  }
  /// The agent dies when the server runs `hook` for a push to a ref that contains `ref`.
  void kill_in(const std::string& hook, const std::string& ref) {
    const std::string path = world_.evidence().bare() + "/hooks/" + hook;
    std::filesystem::create_directories(world_.evidence().bare() + "/hooks");
    std::ofstream(path) << "#!/bin/sh\nif grep -q '" << ref << "'; then kill -9 " << agent_->pid()
                        << "; rm -f '" << path << "'; fi\nexit 0\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
  bool wait_dead() {
    return eventually([&] { return !agent_->running(); });
  }
  std::string change(const std::string& value) {
    value_ = value;
    return world_.infrastructure().commit("dev", world_.shared(value));
  }
  /// The agent, started again, applies the change and says so.
  void require_healed(const std::string& commit) {
    start();
    const bool healed = eventually([&] {
      const std::string tip = world_.evidence().tip(world_.dev().evidence_ref());
      return world_.dev().live("value") == value_ && !tip.empty() &&
             world_.evidence().statement(tip).commit == commit &&
             world_.dev().decision().admitted == commit;
    });
    INFO(world_.dev().decision().text << "\n" << agent_->log_tail());
    REQUIRE(healed);
    REQUIRE_FALSE(world_.evidence().tip(world_.dev().admitted_ref()).empty());
  }

 private:
  Environments world_;
  TemporaryDirectory keys_;
  TemporaryDirectory disk_;
  std::unique_ptr<AgentProcess> agent_;
  std::string value_ = "1";
};

}  // namespace

TEST_CASE("an agent that is killed between apply, evidence and status goes on where it was",
          "[.integration][gates][kill]") {
  DevProcess dev;
  dev.require_healed(dev.world().infrastructure().tip("dev"));
  const std::vector<std::pair<std::string, std::string>> points{
      {"pre-receive", "refs/gitops/admitted/"},
      {"post-receive", "refs/gitops/admitted/"},
      {"pre-receive", "refs/gitops/evidence/"},
      {"post-receive", "refs/gitops/evidence/"},
  };
  int value = 10;
  for (const auto& [hook, ref] : points) {
    INFO(hook << " " << ref);
    dev.kill_in(hook, ref);
    const std::string commit = dev.change(std::to_string(++value));
    REQUIRE(dev.wait_dead());
    dev.require_healed(commit);
  }
  // Right after the apply, before anything was said about it.
  const std::string commit = dev.change("99");
  REQUIRE(eventually([&] { return dev.world().dev().live("value") == "99"; }));
  dev.agent().kill();
  dev.require_healed(commit);
  CHECK(dev.world().evidence().chain_problem(dev.world().dev().evidence_ref()) == "");
}
