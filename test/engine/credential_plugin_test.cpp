#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "engine/cli/cluster_access.hpp"
#include "reconcile/model/error.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

/// A plug-in made of shell lines.
struct Plugin {
  explicit Plugin(const std::string& lines) {
    directory.write("plugin", "#!/bin/sh\n" + lines + "\n");
    command.command = directory.path() + "/plugin";
    command.api_version = "client.authentication.k8s.io/v1";
    ::chmod(command.command.c_str(), 0755);
  }
  kube::ExecCredential run(std::chrono::milliseconds limit = 20s) {
    return run_plugin_within(command, limit);
  }
  std::string error(std::chrono::milliseconds limit = 20s) {
    try {
      run(limit);
    } catch (const model::Error& error) {
      return error.what();
    }
    return "no error";
  }

  test::TemporaryDirectory directory;
  kube::ExecCommand command;
};

}  // namespace

TEST_CASE("takes the token that a plug-in answers", "[engine][cli][credential_plugin]") {
  Plugin plugin(R"(echo '{"status":{"token":"t-'"$1-$NAME"'",)"
                R"("expirationTimestamp":"2030-01-01T00:00:00Z"}}')");
  plugin.command.arguments = {"arg"};
  plugin.command.environment = {{"NAME", "value"}};
  ::setenv("NAME", "ours", 1);
  const kube::ExecCredential credential = plugin.run();
  ::unsetenv("NAME");
  CHECK(credential.credential.token == "t-arg-value");
  REQUIRE(credential.expires);
  CHECK(model::format_rfc3339(*credential.expires) == "2030-01-01T00:00:00Z");
}

TEST_CASE("tells the plug-in what it is for", "[engine][cli][credential_plugin]") {
  Plugin plugin(R"(case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) echo '{"status":)"
                R"({"token":"yes"}}';; esac)");
  CHECK(plugin.run().credential.token == "yes");
}

TEST_CASE("says how a plug-in failed", "[engine][cli][credential_plugin]") {
  CHECK_THAT(Plugin("exit 3").error(), Catch::EndsWith("failed with exit code 3"));
  CHECK_THAT(Plugin("kill -9 $$").error(), Catch::EndsWith("failed with a signal"));
  CHECK_THAT(Plugin("echo '{}'").error(), Catch::Contains("answered neither status.token nor"));
  Plugin missing("");
  missing.command.command += "-that-is-not-there";
  missing.command.install_hint = "install it from there";
  CHECK_THAT(missing.error(),
             Catch::Contains("No such file") && Catch::EndsWith("install it from there"));
}

TEST_CASE("never repeats what a plug-in printed", "[engine][cli][credential_plugin]") {
  const std::string error = Plugin("echo 'hunter2 is no JSON'").error();
  CHECK_THAT(error, Catch::Contains("answered no JSON"));
  CHECK(error.find("hunter2") == std::string::npos);
}

TEST_CASE("ends a plug-in that does not", "[engine][cli][credential_plugin]") {
  CHECK_THAT(Plugin("exec sleep 60").error(50ms), Catch::Contains("did not end within 50 ms"));
  // Its output is closed, but it goes on.
  CHECK_THAT(Plugin("exec >&-; exec sleep 60").error(50ms), Catch::Contains("did not end"));
  // More output than is read.
  CHECK_THAT(Plugin("exec yes 2>&-").error(), Catch::Contains("failed with"));
}
