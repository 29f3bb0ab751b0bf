#pragma once

#include <cstdint>
#include <string>

#include "engine/controllers/receiver_service.hpp"

namespace CLI {
class App;
}

namespace reconcile::engine {

/// The flags of what takes webhooks: `controller` and `receiver`.
struct WebhookFlags {
  bool enabled = true;  ///< of `controller` only
  std::string address = "0.0.0.0";
  std::uint16_t port = 9292;
  std::string token_file;
  std::string type = "github";
};

/// Adds --webhook-listen-address, --webhook-listen-port, --webhook-token-file and --webhook-type.
void add_webhook_flags(CLI::App& app, WebhookFlags& flags);
/// What the flags ask for; `cluster` and `trigger_here` are left to the caller. Throws
/// Error(invalid_input) naming the flag.
ReceiverOptions webhook_options(const WebhookFlags& flags, const std::string& agent_namespace);
/// The token in `path`, without line breaks at its end. Throws Error naming it.
std::string read_webhook_token(const std::string& path);

}  // namespace reconcile::engine
