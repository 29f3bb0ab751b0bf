#pragma once

#include <atomic>
#include <string>

#include "test/support/https_server.hpp"

namespace reconcile::test {

/// external.metrics.k8s.io, served here and aggregated by the API server: one metric, "load", that
/// has the same value in every namespace.
class ExternalMetrics {
 public:
  /// Registers the API, with a Service in `space`. Returns when the API server passes requests on.
  explicit ExternalMetrics(const std::string& space);
  /// Takes the registration away: an API that is not there keeps namespaces from being deleted.
  ~ExternalMetrics();
  ExternalMetrics(const ExternalMetrics&) = delete;
  ExternalMetrics& operator=(const ExternalMetrics&) = delete;

  void set_load(int load) noexcept { load_ = load; }

 private:
  std::pair<int, std::string> answer(const HttpsRequest& request) const;

  std::atomic<int> load_{0};
  HttpsServer server_;
};

}  // namespace reconcile::test
