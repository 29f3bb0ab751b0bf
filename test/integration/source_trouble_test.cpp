// A source that cannot be fetched: its condition says why, the last artifact stays in force.

#include <catch2/catch.hpp>

#include "test/integration/scenario.hpp"
#include "test/support/tls_server.hpp"

using namespace reconcile::test;

namespace {

std::string value_of(Scenario& scenario, const std::string& name) {
  return std::string(
      scenario.cluster().get(config_map_kind, scenario.space(), name)["data"]["value"].text());
}

/// One unit with one object, applied from a healthy source.
void apply_first(Scenario& scenario) {
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source("  interval: 1s\n");
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");
}

/// The artifact that was fetched last still rules: drift is reverted to it.
void require_last_artifact_in_force(Scenario& scenario) {
  scenario.cluster().patch(config_map_kind, scenario.space(), "a", R"({"data":{"value":"drift"}})");
  CHECK(eventually([&] { return value_of(scenario, "a") == "1"; }));
  CHECK(scenario.ready(kustomization_kind, "app").status == "True");
}

void break_source(Scenario& scenario, const std::string& spec_patch) {
  scenario.cluster().patch(git_repository_kind, scenario.space(), "repository",
                           R"({"spec":)" + spec_patch + "}");
}

}  // namespace

TEST_CASE("an unreachable repository is reported and the last artifact stays in force",
          "[.integration][source]") {
  Scenario scenario("unreachable");
  apply_first(scenario);
  // Port 1 is reserved; nobody listens there.
  break_source(scenario, R"({"url":"http://127.0.0.1:1/repository.git"})");
  const std::string message =
      scenario.require_problem(git_repository_kind, "repository", "GitOperationFailed");
  CHECK(message.find("127.0.0.1:1") != std::string::npos);
  require_last_artifact_in_force(scenario);
  break_source(scenario, R"({"url":")" + scenario.url() + "\"}");
  scenario.require_ready(git_repository_kind, "repository");
}

TEST_CASE("fetches of a failing repository are spaced out", "[.integration][source]") {
  Scenario scenario("backoff");
  apply_first(scenario);
  scenario.server().order("status 503\n");
  scenario.require_problem(git_repository_kind, "repository", "GitOperationFailed");
  // With an interval of 1 s the source is asked once a second; failures must not make it more.
  const std::size_t asked = scenario.server().requests().size();
  REQUIRE(eventually([&] { return scenario.server().requests().size() >= asked + 2; }));
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(eventually([&] { return scenario.server().requests().size() >= asked + 5; }));
  CHECK(std::chrono::steady_clock::now() - start > std::chrono::milliseconds(1500));
  scenario.server().order("");
  scenario.require_ready(git_repository_kind, "repository");
}

TEST_CASE("a wrong password is reported and the right one is taken up", "[.integration][source]") {
  Scenario scenario("password");
  scenario.server().order("user agent right\n");
  const auto secret = [&](const std::string& password) {
    scenario.cluster().apply(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: git, namespace: " + scenario.space() +
        "}\nstringData: {username: agent, password: " + password + "}\n");
  };
  secret("right");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source("  interval: 1s\n  secretRef: {name: git}\n");
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  scenario.require_ready(kustomization_kind, "app");

  scenario.server().order("user agent other\n");
  const std::string message =
      scenario.require_problem(git_repository_kind, "repository", "AuthenticationFailed");
  CHECK(message.find("401") != std::string::npos);
  CHECK(scenario.agent().log_with({"right"}).empty());
  require_last_artifact_in_force(scenario);
  secret("other");
  scenario.require_ready(git_repository_kind, "repository");
}

TEST_CASE("a certificate of an unknown authority is refused until its CA is given",
          "[.integration][source]") {
  const TestCertificate certificate = make_certificate("localhost");
  const TestCertificate stranger = make_certificate("localhost");
  Scenario scenario("ca", {certificate.cert_pem, certificate.key_pem, ""});
  const auto secret = [&](const std::string& pem) {
    std::string block;
    for (const char c : pem) block += c == '\n' ? std::string("\n    ") : std::string(1, c);
    scenario.cluster().apply("apiVersion: v1\nkind: Secret\nmetadata: {name: ca, namespace: " +
                             scenario.space() + "}\nstringData:\n  ca.crt: |\n    " + block + "\n");
  };
  secret(stranger.cert_pem);
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source("  interval: 1s\n  secretRef: {name: ca}\n");
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  const SeenCondition none;
  CHECK(eventually(
      [&] { return scenario.ready(git_repository_kind, "repository").status == "False"; }));
  const SeenCondition seen = scenario.ready(git_repository_kind, "repository");
  INFO(seen.reason << ": " << seen.message);
  CHECK(seen.message.find("certificate") != std::string::npos);
  CHECK_FALSE(scenario.cluster().exists(config_map_kind, scenario.space(), "a"));
  secret(certificate.cert_pem);
  scenario.require_ready(kustomization_kind, "app");
}

TEST_CASE("a ref that does not exist is named and the last artifact stays in force",
          "[.integration][source]") {
  Scenario scenario("ref");
  apply_first(scenario);
  break_source(scenario, R"({"ref":{"branch":"nowhere"}})");
  const std::string message =
      scenario.require_problem(git_repository_kind, "repository", "GitOperationFailed");
  CHECK(message.find("nowhere") != std::string::npos);
  require_last_artifact_in_force(scenario);
  break_source(scenario, R"({"ref":{"branch":"main"}})");
  scenario.require_ready(git_repository_kind, "repository");
}

TEST_CASE("a unit without any artifact says why", "[.integration][source]") {
  Scenario scenario("nothing");
  scenario.push({{"app/a.yaml", config_map_yaml("a", "1", scenario.space())}});
  scenario.make_source("  ref: {branch: nowhere}\n");
  scenario.make_kustomization("app", "./app");
  scenario.start_agent();
  const std::string message = scenario.require_problem(kustomization_kind, "app", "ArtifactFailed");
  CHECK(message.find("nowhere") != std::string::npos);
}
