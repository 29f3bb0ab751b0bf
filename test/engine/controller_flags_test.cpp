#include <catch2/catch.hpp>

#include "engine/cli/controller_command.hpp"
#include "engine/cli/diff_command.hpp"
#include "engine/cli/now_command.hpp"
#include "engine/cli/status_command.hpp"
#include "reconcile/io/log.hpp"
#include "reconcile/model/error.hpp"
#include "test/engine/command_run.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

using Run = test::CommandRun;

/// A kubeconfig whose server nobody listens at.
struct DeadCluster {
  DeadCluster() {
    directory.write("kubeconfig",
                    "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
                    "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
                    "clusters: [{name: k, cluster: {server: 'http://127.0.0.1:1'}}]\n"
                    "users: [{name: u, user: {token: t}}]\n");
  }
  [[nodiscard]] std::string path() const { return directory.path() + "/kubeconfig"; }
  test::TemporaryDirectory directory;
};

}  // namespace

TEST_CASE("every command of the agent explains its flags", "[engine][cli][controller]") {
  const Run controller(run_controller_command, {"--help"});
  CHECK(controller.code == 0);
  for (const char* flag :
       {"--repository", "--branch", "--path", "--interval", "--observe-only", "--listen-port",
        "--data-dir", "--kubeconfig", "--log-format", "--co-managed", "--health-rules",
        "--audit-interval", "--take-over-managers"}) {
    CHECK_THAT(controller.out, Catch::Contains(flag));
  }
  CHECK_THAT(Run(run_now_command, {"--help"}).out, Catch::Contains("--allow-prune"));
  CHECK_THAT(Run(run_diff_command, {"--help"}).out, Catch::Contains("--path"));
  CHECK_THAT(Run(run_status_command, {"--help"}).out, Catch::Contains("--output"));
}

TEST_CASE("wrong flags exit with 2 and say why", "[engine][cli][controller]") {
  const std::vector<std::string> rows[] = {
      {"--no-such-flag"},    {"--concurrent", "0"},      {"--concurrent", "many"},
      {"--log-format", "x"}, {"--listen-port", "70000"}, {"--interval-jitter-percentage", "80"},
  };
  for (const std::vector<std::string>& row : rows) {
    INFO(row[0]);
    const Run run(run_controller_command, row);
    CHECK(run.code == 2);
    CHECK_THAT(run.err, Catch::Contains(row[0]));
  }
  CHECK(Run(run_status_command, {"-o", "xml"}).code == 2);
}

TEST_CASE("refuses values that no flag check finds", "[engine][cli][controller]") {
  const DeadCluster cluster;
  const std::pair<std::vector<std::string>, const char*> rows[] = {
      {{"--log-level", "loud"}, "--log-level, found \"loud\""},
      {{"--interval", "soon"}, "soon"},
      {{"--audit-interval", "never"}, "never"},
      {{"--take-over-managers", "a,kubectl-edit"}, "--take-over-managers, found \"kubectl-edit\""},
      {{"--co-managed", "/none/rules"}, "/none/rules cannot be read"},
      {{"--health-rules", "/none/rules"}, "/none/rules cannot be read"},
      {{"--repository", "https://git/x", "--poll-interval", "x"}, "\"x\""},
      {{"--repository", "https://git/x", "--path", "../other"}, "../other"},
      {{"--repository", "https://git/x", "--password-file", "/none/there"}, "/none/there"},
  };
  for (const auto& [flags, expected] : rows) {
    std::vector<std::string> arguments{"--kubeconfig", cluster.path(), "--data-dir",
                                       cluster.directory.path() + "/data"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const Run run(run_controller_command, arguments);
    io::configure_log({});
    CHECK_THAT(run.thrown, Catch::Contains(expected));
  }
}

TEST_CASE("names the kubeconfig that is missing", "[engine][cli][cluster_access]") {
  const Run run(run_status_command, {"--kubeconfig", "/none/kubeconfig"});
  CHECK_THAT(run.thrown, Catch::Contains("/none/kubeconfig"));
}

TEST_CASE("names a target that is none before it asks the cluster", "[engine][cli][now]") {
  const DeadCluster cluster;
  const Run run(run_now_command, {"--kubeconfig", cluster.path(), "pod/x"});
  CHECK_THAT(run.thrown, Catch::Contains("found \"pod/x\""));
  const Run diff(run_diff_command, {"--kubeconfig", cluster.path()});
  CHECK_THAT(diff.thrown, Catch::Contains("expected KIND/NAME or --path DIR, found neither"));
  const Run source(run_diff_command, {"--kubeconfig", cluster.path(), "git/x"});
  CHECK_THAT(source.thrown, Catch::Contains("expected a Kustomization or HelmRelease"));
}
