// Webhooks against a real control plane: a push is applied without anybody asking, nothing else
// triggers anything. Intervals are hours, so that only webhooks explain what is fetched.

#include <catch2/catch.hpp>
#include <chrono>
#include <future>

#include "reconcile/io/executor.hpp"
#include "reconcile/io/http_client.hpp"
#include "reconcile/model/digest.hpp"
#include "test/integration/scenario.hpp"
#include "test/support/raw_connection.hpp"

using namespace reconcile;
using namespace reconcile::test;

namespace {

const model::Gvk receiver_kind{"notification.toolkit.fluxcd.io", "v1", "Receiver"};
const std::string payload = R"({"ref":"refs/heads/main"})";
constexpr std::size_t burst_deliveries = 1000;

std::string signature(const std::string& token, const std::string& body = payload) {
  return "sha256=" + model::hmac_sha256_hex(token, body);
}

/// A repository with a source and a unit that nothing but webhooks triggers.
struct Pushed {
  explicit Pushed(const std::string& name) : scenario(name) {
    first = scenario.repository().commit({{"app/a.yaml", config_map("1")}});
  }

  void start(const std::vector<std::string>& arguments = {}) {
    scenario.make_source("  interval: 5h\n");
    scenario.make_kustomization("app", "./app", "  interval: 5h\n");
    std::vector<std::string> all{"--webhook-listen-address=127.0.0.1", "--webhook-listen-port=0"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    scenario.start_agent(all);
    scenario.require_ready(kustomization_kind, "app", first);
  }

  [[nodiscard]] std::string config_map(const std::string& value) const {
    return config_map_yaml("a", value, scenario.space());
  }
  /// Commits without asking anybody to look.
  std::string push(const std::string& value) {
    return scenario.repository().commit({{"app/a.yaml", config_map(value)}});
  }
  void set_token(const std::string& token) {
    scenario.cluster().apply("apiVersion: v1\nkind: Secret\nmetadata: {name: webhook, namespace: " +
                             scenario.space() + "}\nstringData: {token: " + token + "}\n");
  }
  void make_receiver(const std::string& more = "", const std::string& name = "push") {
    scenario.cluster().apply(
        "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {name: " + name +
        ", namespace: " + scenario.space() +
        "}\nspec:\n  type: github\n  secretRef: {name: webhook}\n"
        "  resources: [{kind: GitRepository, name: repository}]\n" +
        more);
  }
  /// status.webhookPath once it is that of `token`.
  std::string path_of(const std::string& token, const std::string& name = "push") {
    const std::string path = "/hook/" + model::sha256_hex(token + name + scenario.space());
    INFO(scenario.agent().log_tail());
    REQUIRE(eventually([&] {
      return scenario.cluster()
                 .get(receiver_kind, scenario.space(), name)["status"]["webhookPath"]
                 .text() == path;
    }));
    return path;
  }
  std::string requested() {
    return std::string(
        scenario.cluster()
            .get(git_repository_kind, scenario.space(),
                 "repository")["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"]
            .text());
  }
  /// How often the Git server was asked for its refs.
  std::size_t fetches() {
    std::size_t count = 0;
    for (const std::string& request : scenario.server().requests())
      count += request.find("info/refs") != std::string::npos ? 1 : 0;
    return count;
  }

  Scenario scenario;
  std::string first;
};

/// The port of which `process` says that it serves webhooks.
std::uint16_t webhook_port(const AgentProcess& process) {
  std::vector<std::string> lines;
  eventually([&] {
    lines = process.log_with({"Webhooks served"});
    return !lines.empty();
  });
  INFO(process.log_tail());
  REQUIRE(!lines.empty());
  const std::string& line = lines.back();
  const std::size_t at = line.find("127.0.0.1:") + 10;
  return static_cast<std::uint16_t>(std::stoi(line.substr(at)));
}

std::string request_text(const std::string& path, const std::string& token,
                         const std::string& body = payload, const std::string& event = "push") {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" +
         "X-GitHub-Event: " + event + "\r\nX-Hub-Signature-256: " + signature(token, body) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int deliver(std::uint16_t port, const std::string& path, const std::string& token,
            const std::string& event = "push") {
  RawConnection connection(port);
  connection.send(request_text(path, token, payload, event));
  return connection.read_status();
}

}  // namespace

TEST_CASE("a push is fetched and applied because of its webhook", "[.integration][webhooks]") {
  Pushed pushed("webhook");
  pushed.start();
  pushed.set_token("first-token");
  pushed.make_receiver("  events: [ping, push]\n");
  const std::string path = pushed.path_of("first-token");
  const std::uint16_t port = webhook_port(pushed.scenario.agent());
  CHECK(pushed.scenario.ready(receiver_kind, "push").message ==
        "Receiver initialized for path: " + path);

  const std::string second = pushed.push("2");
  CHECK(pushed.requested().empty());
  const std::size_t before = pushed.fetches();
  const auto start = std::chrono::steady_clock::now();
  CHECK(deliver(port, path, "first-token") == 200);
  CHECK(eventually([&] { return pushed.fetches() > before; }));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  WARN("delivery to fetch: " << seconds * 1000 << " ms");
  pushed.scenario.require_ready(kustomization_kind, "app", second);
  // The annotation is there for everybody else, and was no second request for this agent.
  const std::string request = pushed.requested();
  CHECK_FALSE(request.empty());
  CHECK(eventually([&] {
    return pushed.scenario.cluster()
               .get(git_repository_kind, pushed.scenario.space(),
                    "repository")["status"]["lastHandledReconcileAt"]
               .text() == request;
  }));
  CHECK(pushed.fetches() == before + 1);
}

TEST_CASE("what is not a valid delivery triggers nothing", "[.integration][webhooks]") {
  Pushed pushed("webhook-bad");
  pushed.start();
  pushed.set_token("first-token");
  pushed.make_receiver("  events: [push]\n");
  const std::string path = pushed.path_of("first-token");
  AgentProcess& agent = pushed.scenario.agent();
  const std::uint16_t port = webhook_port(agent);
  const std::size_t before = pushed.fetches();

  CHECK(deliver(port, path, "other-token") == 400);
  CHECK(deliver(port, path, "first-token", "issues") == 400);
  CHECK(deliver(port, path + "?a", "first-token") == 404);
  CHECK(deliver(port, "/hook/none", "first-token") == 404);
  RawConnection large(port);
  large.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3145729\r\n\r\n");
  CHECK(large.read_status() == 413);
  RawConnection get(port);
  get.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(get.read_status() == 405);
  pushed.scenario.cluster().patch(receiver_kind, pushed.scenario.space(), "push",
                                  R"({"spec":{"suspend":true}})");
  CHECK(eventually([&] { return deliver(port, path, "other-token") == 503; }));
  CHECK(deliver(port, path, "first-token") == 503);

  CHECK(pushed.requested().empty());
  CHECK(pushed.fetches() == before);
  const std::string series = "reconcile_webhook_requests_total{";
  const std::string name = "receiver=\"" + pushed.scenario.space() + "/push\",";
  CHECK(agent.metric(series + name + "result=\"accepted\"") == 0);
  CHECK(agent.metric(series + name + "result=\"refused\"") >= 2);
  CHECK(agent.metric(series + name + "result=\"unavailable\"") >= 2);
  CHECK(agent.metric(series + "receiver=\"\",result=\"unknown\"") == 2);
  CHECK(agent.metric(series + "receiver=\"\",result=\"too_large\"") == 1);
  // Neither token nor path stand in the log.
  CHECK(agent.log_with({"first-token"}).empty());
  CHECK(agent.log_with({path}).empty());
}

TEST_CASE("a thousand deliveries are one trigger at once and one behind it",
          "[.integration][webhooks]") {
  Pushed pushed("webhook-burst");
  pushed.start();
  pushed.set_token("first-token");
  pushed.make_receiver();
  const std::string path = pushed.path_of("first-token");
  const std::uint16_t port = webhook_port(pushed.scenario.agent());
  AuditCount audit;
  const std::string second = pushed.push("2");
  const std::size_t before = pushed.fetches();
  const std::string text = request_text(path, "first-token");
  const auto start = std::chrono::steady_clock::now();
  RawConnection connection(port);
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < burst_deliveries; ++i) {
    connection.send(text);
    accepted += connection.read_status() == 200 ? 1 : 0;
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  CHECK(accepted == burst_deliveries);
  pushed.scenario.require_ready(kustomization_kind, "app", second);
  WARN(burst_deliveries << " deliveries took " << seconds << " s");
  // One trigger a second, and one that follows; each writes an annotation and a status.
  const std::size_t triggers = static_cast<std::size_t>(seconds) + 2;
  const auto begun = [&] {
    return static_cast<std::size_t>(
        pushed.scenario.agent().metric("reconcile_webhook_triggers_total"));
  };
  CHECK(eventually([&] { return begun() >= 2; }));
  CHECK(eventually([&] {
    const std::string handled(pushed.scenario.cluster()
                                  .get(git_repository_kind, pushed.scenario.space(),
                                       "repository")["status"]["lastHandledReconcileAt"]
                                  .text());
    return handled == pushed.requested();
  }));
  CHECK(begun() <= triggers);
  CHECK(pushed.fetches() - before <= triggers);
  CHECK(audit.requests()["patch gitrepositories"] <= 2 * triggers);
}

TEST_CASE("a token that rotates moves the path at once", "[.integration][webhooks]") {
  Pushed pushed("webhook-rotate");
  pushed.start();
  pushed.make_receiver();
  const std::string message =
      pushed.scenario.require_problem(receiver_kind, "push", "TokenNotFound");
  CHECK_THAT(message, Catch::Contains("unable to read token from secret"));
  pushed.set_token("first-token");
  const std::string old_path = pushed.path_of("first-token");
  const std::uint16_t port = webhook_port(pushed.scenario.agent());
  CHECK(deliver(port, old_path, "first-token") == 200);
  pushed.set_token("second-token");
  const std::string new_path = pushed.path_of("second-token");
  CHECK(deliver(port, old_path, "first-token") == 404);
  CHECK(deliver(port, old_path, "second-token") == 404);
  CHECK(deliver(port, new_path, "first-token") == 400);
  CHECK(deliver(port, new_path, "second-token") == 200);
  pushed.scenario.cluster().remove({"", "v1", "Secret"}, pushed.scenario.space(), "webhook");
  CHECK(eventually([&] { return deliver(port, new_path, "second-token") == 404; }));
}

TEST_CASE("the root unit has a webhook without any Receiver", "[.integration][webhooks]") {
  Pushed pushed("webhook-root");
  const TemporaryDirectory files;
  files.write("token", "root-token\n");
  const std::string file = files.path() + "/token";
  AgentProcess& agent = pushed.scenario.start_agent(
      {"--webhook-listen-address=127.0.0.1", "--webhook-listen-port=0",
       "--webhook-token-file=" + file, "--repository=" + pushed.scenario.url(), "--path=app",
       "--poll-interval=5h", "--interval=5h"});
  const auto value = [&] {
    return std::string(pushed.scenario.cluster()
                           .get(config_map_kind, pushed.scenario.space(), "a")["data"]["value"]
                           .text());
  };
  CHECK(eventually([&] { return value() == "1"; }));
  const Finished told =
      run_program({program_path(), "receiver", "path", "--webhook-token-file=" + file,
                   "--namespace=" + pushed.scenario.space()});
  REQUIRE(told.code == 0);
  const std::string path = told.output.substr(0, told.output.size() - 1);
  pushed.push("2");
  CHECK(deliver(webhook_port(agent), path, "root-token") == 200);
  CHECK(eventually([&] { return value() == "2"; }));
  CHECK(agent.log_with({path}).empty());
}

TEST_CASE("a receiver alone asks an agent that runs elsewhere", "[.integration][webhooks]") {
  Pushed pushed("webhook-alone");
  pushed.start({"--no-webhooks"});
  pushed.set_token("first-token");
  pushed.make_receiver();
  AgentProcess receiver({"--kubeconfig=" + pushed.scenario.cluster().agent_kubeconfig(),
                         "--namespace=" + pushed.scenario.space(),
                         "--webhook-listen-address=127.0.0.1", "--webhook-listen-port=0"});
  receiver.wait_ready();
  const std::string path = pushed.path_of("first-token");
  const std::uint16_t port = webhook_port(receiver);
  const std::string second = pushed.push("2");
  CHECK(deliver(port, path, "first-token") == 200);
  pushed.scenario.require_ready(kustomization_kind, "app", second);
  // An object that is not there is told to the sender.
  pushed.scenario.cluster().patch(
      receiver_kind, pushed.scenario.space(), "push",
      R"({"spec":{"resources":[{"kind":"GitRepository","name":"gone"}]}})");
  CHECK(eventually([&] { return deliver(port, path, "first-token") == 500; }));
  CHECK(pushed.scenario.agent().log_with({"Webhooks served"}).empty());
  CHECK(receiver.stop() == 0);
}
