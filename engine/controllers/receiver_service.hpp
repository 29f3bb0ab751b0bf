#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/controllers/receiver_trigger.hpp"
#include "engine/server/webhook_server.hpp"
#include "reconcile/kube/config.hpp"

namespace reconcile::engine {

/// A webhook for the root source, without any Receiver object.
struct RootWebhook {
  /// Reads the token; asked again every ten seconds, so that a mounted Secret may rotate. Throws
  /// Error where it cannot be read: what was known stays in force.
  std::function<std::string()> read_token;
  WebhookType type = WebhookType::generic_hmac;
};

/// The receiver's name that is part of the root webhook's path.
inline constexpr std::string_view root_webhook_name = "root";

struct ReceiverOptions {
  kube::ClusterConfig cluster;
  WebhookServerOptions server;
  std::string agent_namespace = "reconcile-system";
  std::optional<RootWebhook> root;
  /// What this process drives itself; empty: nothing, all goes through annotations.
  TriggerHere trigger_here;
};

/// The webhook receiver: the Receivers of the cluster, their tokens, and the server. It has a
/// client of its own, because it works beside the agent also where another replica leads. The
/// server listens from the first path on, so that an agent without webhooks opens no port.
class ReceiverService {
 public:
  /// `executor` and `metrics` must outlive the service.
  ReceiverService(io::Executor& executor, io::Metrics& metrics, ReceiverOptions options);
  /// As `stop`.
  ~ReceiverService();
  ReceiverService(const ReceiverService&) = delete;
  ReceiverService& operator=(const ReceiverService&) = delete;

  /// Watches, and serves the root webhook where there is one. Throws Error where its token cannot
  /// be read or the port is taken; for Receivers a port that is taken is tried again.
  void start();
  /// Closes the server first; statuses that wait are written. Not on the loop.
  void stop();
  /// Whether the Receivers of the cluster are known, as far as it serves them.
  [[nodiscard]] bool is_ready() const;
  /// 0 while nothing listens.
  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reconcile::engine
