// Both repositories over SSH, and hosts that are not who they say.

#include <catch2/catch.hpp>

#include "test/integration/gates/environments.hpp"
#include "test/support/ssh_server.hpp"

using namespace reconcile::test;
using std::chrono::minutes;

namespace {

/// Staging, which reaches the repositories over SSH; dev is simulated.
class OverSsh {
 public:
  OverSsh() : key_(make_ssh_key()), server_(key_), dev_(world_.simulate("dev")) {
    world_.make_branches();
    auto& options = world_.staging().options();
    options.root_source->git.url = server_.url(world_.infrastructure().bare());
    options.gate->evidence.url = server_.url(world_.evidence().bare());
    set_known_hosts(server_.known_hosts());
  }

  Environments& world() { return world_; }
  Environment& staging() { return world_.staging(); }
  ChainWriter& dev() { return dev_; }
  SshServer& server() { return server_; }
  void set_known_hosts(const std::string& text) {
    auto& options = staging().options();
    for (auto* git : {&options.root_source->git, &options.gate->evidence}) {
      git->ssh.identity = key_.private_key;
      git->ssh.known_hosts = text;
      git->ssh.origin = "Secret/" + world_.space() + "/deploy-key";
    }
  }
  /// What the agent says of its repositories.
  std::string said() { return staging().decision().text + staging().root_state(); }

 private:
  Environments world_;
  SshKeyPair key_;
  SshServer server_;
  ChainWriter dev_;
};

}  // namespace

TEST_CASE("both repositories may be reached over SSH", "[.integration][gates][ssh]") {
  OverSsh ssh;
  Infrastructure& repository = ssh.world().infrastructure();
  ssh.world().start(ssh.staging());
  ssh.staging().until_green(repository.tip("staging"));
  const std::string commit = repository.commit("dev", ssh.world().shared("2"));
  const std::string tip = repository.rebase("staging", "dev");
  ssh.staging().until_held(tip, "EvidenceMissing");
  ssh.dev().set_green(ssh.world().root_unit(), commit, ssh.world().now() - minutes(30));
  ssh.dev().append(commit, ssh.world().now());
  ssh.staging().until_green(tip);
  CHECK(ssh.staging().live("value") == "2");
  CHECK(ssh.world().evidence().chain_problem(ssh.staging().evidence_ref()) == "");
}

TEST_CASE("a host whose key is unknown or changed is named, and drift is still reverted",
          "[.integration][gates][ssh]") {
  OverSsh ssh;
  Infrastructure& repository = ssh.world().infrastructure();
  ssh.world().start(ssh.staging());
  ssh.staging().until_green(repository.tip("staging"));
  ssh.staging().stop();
  SECTION("unknown") {
    ssh.set_known_hosts("git.example.com " + make_ssh_key().public_key + "\n");
  }
  SECTION("changed") {
    const std::string line = ssh.server().known_hosts();
    const std::string place = line.substr(0, line.find(' '));
    ssh.set_known_hosts(place + " " + make_ssh_key().public_key + "\n");
  }
  repository.commit("staging", ssh.world().shared("2"));
  ssh.staging().start();
  ssh.staging().until("the host key named", [&] {
    const std::string said = ssh.said();
    return said.find("host key") != std::string::npos &&
           said.find(ssh.server().host_key().fingerprint) != std::string::npos;
  });
  ssh.staging().require_drift_reverted("value", "1");
  INFO(ssh.said());
  CHECK(ssh.staging().live("value") == "1");
}
