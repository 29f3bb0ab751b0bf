#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace reconcile::test {

/// A self-signed certificate for `host`, a name or an IPv4 address, with its key, made anew. Valid
/// since two days ago until `valid_for` from now, which may be negative.
struct TestCertificate {
  std::string cert_pem{};
  std::string key_pem{};
};
TestCertificate make_certificate(const std::string& host,
                                 std::chrono::seconds valid_for = std::chrono::hours(24));

/// A TLS server on the loopback that answers every request with 200 and the body "secure".
class TlsServer {
 public:
  explicit TlsServer(const TestCertificate& certificate);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  void serve(const TestCertificate& certificate);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace reconcile::test
