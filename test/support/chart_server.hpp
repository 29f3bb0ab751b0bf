#pragma once

#include <string>
#include <vector>

#include "test/support/temporary_directory.hpp"
#include "test/support/tls_server.hpp"

namespace reconcile::test {

/// test/support/chart_server.py on a free loopback port: files, and a registry of the charts among
/// them.
class ChartServer {
 public:
  /// Serves what lies below `root`; over TLS where there is a certificate (made for "localhost").
  /// `flags` are the script's.
  explicit ChartServer(const std::string& root, const TestCertificate& tls = {},
                       const std::vector<std::string>& flags = {});
  ~ChartServer();
  ChartServer(const ChartServer&) = delete;
  ChartServer& operator=(const ChartServer&) = delete;

  /// "localhost:PORT".
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  [[nodiscard]] std::string url(const std::string& path) const {
    return (is_secure_ ? "https://" : "http://") + host_ + "/" + path;
  }
  /// The requests so far: "METHOD PATH none|basic|bearer".
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  TemporaryDirectory state_;
  std::string host_;
  bool is_secure_;
  int pid_ = -1;
};

}  // namespace reconcile::test
