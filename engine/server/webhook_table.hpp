#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/server/webhook_validation.hpp"
#include "reconcile/io/http_server.hpp"
#include "reconcile/io/metrics.hpp"

namespace reconcile::engine {

/// How deliveries ended, by receiver: reconcile_webhook_requests_total{receiver,result}.
struct WebhookCounters {
  io::Counter accepted;     ///< 200
  io::Counter failed;       ///< 500: not everything could be triggered
  io::Counter refused;      ///< 400
  io::Counter unavailable;  ///< 503: suspended or not ready

  /// Of one receiver; all receivers together where there are too many for a series each.
  static WebhookCounters of(io::Metrics& metrics, const std::string& receiver);
};

/// What stands behind one path.
struct WebhookEntry {
  std::string receiver;  ///< "namespace/name"
  WebhookPolicy policy;
  /// Why deliveries are answered 503: "suspended", "not ready"; empty where they are served.
  std::string obstacle;
  WebhookCounters counters;
  /// Acts on a delivery that was accepted; `done` is called once, with whether everything that the
  /// receiver names was triggered. Called from any thread, must not block.
  std::function<void(std::function<void(bool all)> done)> deliver;
  /// Acts in its place where what the delivery says counts.
  std::function<void(const io::ServerRequest& request, std::function<void(bool all)> done)>
      deliver_request;
};

/// The paths that are served. They are looked up by a keyed digest, whose key is this process's
/// own, so that the time that a look-up takes tells nothing about the paths there are. Safe from
/// any thread.
class WebhookTable {
 public:
  WebhookTable();
  /// Serves `path` from now on; false where another receiver has it, which keeps it.
  bool publish(const std::string& path, std::shared_ptr<const WebhookEntry> entry);
  /// Does nothing where `path` is another receiver's, or nobody's.
  void remove(const std::string& path, const std::string& receiver);
  /// By the request's target as it was sent: a query or an escape makes it another one. Null where
  /// there is none.
  [[nodiscard]] std::shared_ptr<const WebhookEntry> find(std::string_view target) const;
  [[nodiscard]] std::size_t size() const;

 private:
  [[nodiscard]] std::string key_of(std::string_view path) const;

  std::string secret_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const WebhookEntry>> entries_;
};

}  // namespace reconcile::engine
