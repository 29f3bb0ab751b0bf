#pragma once

#include "test/integration/faults/api_proxy.hpp"
#include "test/integration/faults/changing_units.hpp"

namespace reconcile::test {

/// An agent that reaches the API server through an ApiProxy, by files that a test may change:
/// `ca.crt`, `token`, `tls.crt` and `tls.key`, which its kubeconfig names.
class ProxiedAgent {
 public:
  explicit ProxiedAgent(const std::string& name);

  /// Starts the agent and waits until its units are settled.
  void start();
  void trust(const std::string& ca_pem) { replace("ca.crt", ca_pem); }
  void use_token(const std::string& token) { replace("token", token); }
  /// The certificate that the agent shows; the API server behind the proxy does not see it.
  void use_certificate(const TestCertificate& shown);
  [[nodiscard]] std::string kubeconfig() const { return state_.path() + "/kubeconfig"; }
  /// The bearer token of a user of the control plane: "agent", "admin".
  std::string token_of(const std::string& user);

  /// Counts from here on; breaks off what is open, so that the next request meets the fault.
  void begin_fault(ApiProxy::Rule rule = {});
  /// Lets time pass under the fault, with commits and writes of others.
  void suffer(std::chrono::milliseconds time);
  /// Everything is passed on again; waits until the units are settled, prints what that took and
  /// what was asked during the fault, and holds the latter against `requests_per_second_max`.
  void mend(const std::string& what, std::size_t requests_per_second_max = 40,
            std::chrono::seconds limit = std::chrono::seconds(60));

  Scenario scenario;
  ChangingUnits units;
  const TestCertificate certificate = make_certificate("127.0.0.1");
  ApiProxy proxy;

 private:
  void replace(const std::string& name, const std::string& text);
  TemporaryDirectory state_;
};

/// An answer of the API server itself with a Status as its body.
Treatment refusal(int code, const std::string& reason, const std::string& headers = "");

}  // namespace reconcile::test
