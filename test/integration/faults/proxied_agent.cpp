#include "test/integration/faults/proxied_agent.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace reconcile::test {

ProxiedAgent::ProxiedAgent(const std::string& name)
    : scenario(name),
      units(scenario, seed_of(name)),
      proxy(scenario.cluster().server_port(), certificate) {
  trust(certificate.cert_pem);
  use_token(token_of("agent"));
  use_certificate(make_certificate("first"));
  state_.write(
      "kubeconfig",
      "apiVersion: v1\nkind: Config\ncurrent-context: test\ncontexts:\n- name: test\n"
      "  context: {cluster: test, user: agent}\nclusters:\n- name: test\n  cluster:\n"
      "    server: https://127.0.0.1:" +
          std::to_string(proxy.port()) +
          "\n    certificate-authority: ca.crt\nusers:\n- name: agent\n"
          "  user: {tokenFile: token, client-certificate: tls.crt, client-key: tls.key}\n");
  units.make();
}

void ProxiedAgent::start() {
  scenario.start_agent_with(kubeconfig());
  units.require_settled();
}

void ProxiedAgent::replace(const std::string& name, const std::string& text) {
  const std::string next = state_.write(name + ".next", text);
  std::filesystem::rename(next, state_.path() + "/" + name);
}

void ProxiedAgent::use_certificate(const TestCertificate& shown) {
  replace("tls.crt", shown.cert_pem);
  replace("tls.key", shown.key_pem);
}

std::string ProxiedAgent::token_of(const std::string& user) {
  std::ifstream file(scenario.cluster().directory() + "/" + user + ".token");
  std::string token;
  std::getline(file, token);
  return token;
}

void ProxiedAgent::begin_fault(ApiProxy::Rule rule) {
  proxy.set_rule(std::move(rule));
  proxy.forget();
  proxy.cut();
}

void ProxiedAgent::suffer(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  units.change();
  units.disturb_until(end, 5);
}

void ProxiedAgent::mend(const std::string& what, std::size_t requests_per_second_max,
                        std::chrono::seconds limit) {
  const std::size_t busiest = proxy.busiest_second();
  const std::size_t requests = proxy.requests();
  proxy.set_rule({});
  const double healed = units.require_settled(limit);
  std::cout << what << ": " << requests << " requests, " << busiest
            << " in the busiest second; settled after " << healed << " s\n";
  INFO(what);
  CHECK(busiest <= requests_per_second_max);
}

Treatment refusal(int code, const std::string& reason, const std::string& headers) {
  Treatment treatment;
  treatment.status = code;
  treatment.headers = "Content-Type: application/json\r\n" + headers;
  treatment.body = R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + reason +
                   R"( by the test","reason":")" + reason + R"(","code":)" + std::to_string(code) +
                   "}";
  return treatment;
}

}  // namespace reconcile::test
