// Certificates and tokens that do not fit: the log says which, nothing storms, and the agent goes
// on by itself once they do.

#include <catch2/catch.hpp>
#include <iostream>

#include "test/integration/faults/proxied_agent.hpp"

using namespace reconcile::test;
using std::chrono::milliseconds;

namespace {

/// Waits for a log line from now on that contains `words`.
void require_log(ProxiedAgent& agent, const std::vector<std::string>& words) {
  const bool said = eventually([&] { return !agent.scenario.agent().log_with(words).empty(); });
  INFO(agent.scenario.agent().log_tail(12));
  REQUIRE(said);
}

}  // namespace

TEST_CASE("a server certificate that does not fit is named, and the agent goes on once it does",
          "[.integration][faults][credentials]") {
  ProxiedAgent agent("certificates");
  const TestCertificate expired = make_certificate("127.0.0.1", -std::chrono::hours(1));
  const TestCertificate other = make_certificate("other.example.com");
  // An unknown certificate is unknown; the others are trusted and wrong.
  agent.trust(agent.certificate.cert_pem + expired.cert_pem + other.cert_pem);
  agent.start();
  const std::tuple<const char*, TestCertificate, const char*> rows[] = {
      {"unknown CA", make_certificate("127.0.0.1"), "self-signed certificate"},
      {"expired certificate", expired, "certificate has expired"},
      {"wrong host name", other, "matches target host name"}};
  for (const auto& [what, certificate, words] : rows) {
    agent.proxy.set_certificate(certificate);
    agent.begin_fault();
    agent.suffer(milliseconds(1'000));
    require_log(agent, {words});
    std::cout << what << ": " << agent.proxy.refused_connections() << " connections given up\n";
    agent.proxy.set_certificate(agent.certificate);
    agent.mend(what);
  }
}

TEST_CASE("a rotated CA file is read again", "[.integration][faults][credentials]") {
  ProxiedAgent agent("ca-file");
  agent.start();
  const TestCertificate next = make_certificate("127.0.0.1");
  agent.proxy.set_certificate(next);
  agent.begin_fault();
  agent.suffer(milliseconds(1'000));
  agent.trust(next.cert_pem);
  agent.mend("rotated CA file");
}

TEST_CASE("rotated files of a client certificate are read again",
          "[.integration][faults][credentials]") {
  ProxiedAgent agent("client-certificate");
  agent.start();
  agent.begin_fault([](const ApiCall& call) {
    return call.client == "second" ? Treatment{} : refusal(401, "Unauthorized");
  });
  agent.suffer(milliseconds(1'000));
  require_log(agent, {"401"});
  agent.use_certificate(make_certificate("second"));
  const std::size_t busiest = agent.proxy.busiest_second();
  const double healed = agent.units.require_settled();
  std::cout << "rotated client certificate: " << busiest
            << " requests in the busiest second; settled after " << healed << " s\n";
}

TEST_CASE("a token that is revoked is told, and the file's next one is used",
          "[.integration][faults][credentials]") {
  ProxiedAgent agent("token");
  agent.start();
  const std::string revoked = agent.token_of("agent");
  const auto rule = [revoked](const ApiCall& call) {
    return call.token == revoked ? refusal(401, "Unauthorized") : Treatment{};
  };
  agent.begin_fault(rule);
  agent.suffer(milliseconds(1'000));
  require_log(agent, {"401"});
  agent.use_token(agent.token_of("admin"));
  const std::size_t busiest = agent.proxy.busiest_second();
  const double healed = agent.units.require_settled();
  std::cout << "revoked token: " << busiest << " requests in the busiest second; settled after "
            << healed << " s\n";
  CHECK(busiest <= 40);
}

TEST_CASE("rights that are missing are told, and the agent goes on once they are back",
          "[.integration][faults][credentials]") {
  ProxiedAgent agent("rights");
  agent.start();
  agent.begin_fault([](const ApiCall& call) {
    return call.is_lease() ? Treatment{} : refusal(403, "Forbidden");
  });
  agent.suffer(milliseconds(1'000));
  require_log(agent, {"403"});
  agent.mend("403 to everything");
}

TEST_CASE("an agent that starts with a certificate that does not fit ends and says so",
          "[.integration][faults][credentials]") {
  ProxiedAgent agent("start");
  agent.proxy.set_certificate(make_certificate("127.0.0.1"));
  AgentProcess& process = agent.scenario.launch_agent(agent.kubeconfig());
  CHECK(process.wait_end() > 0);
  INFO(process.log_tail());
  CHECK_FALSE(process.log_with({"self-signed certificate"}).empty());
  agent.proxy.set_certificate(agent.certificate);
  agent.start();
}
