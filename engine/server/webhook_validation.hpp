#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/io/http_message.hpp"

namespace reconcile::engine {

/// Who sends a webhook, and so how it proves itself: `spec.type` of a Flux Receiver.
enum class WebhookType : std::uint8_t {
  generic,       ///< nothing but the path
  generic_hmac,  ///< X-Signature: sha1|sha256|sha512=<hex>
  github,        ///< X-Hub-Signature(-256), X-Gogs-Signature: GitHub, Gitea, Forgejo, Gogs
  gitlab,        ///< X-Gitlab-Token
  bitbucket,     ///< X-Hub-Signature: Server, and Cloud with a secret
  harbor,        ///< Authorization
  dockerhub,     ///< a readable payload
  quay,          ///< a readable payload
  acr,           ///< a readable payload
  nexus,         ///< X-Nexus-Webhook-Signature
  cdevents,      ///< a valid CDEvent
};

/// The type of that name; absent for an unknown one and for those that ask other servers to
/// validate (`gcr`, `generic-oidc`).
std::optional<WebhookType> parse_webhook_type(std::string_view name);
/// "generic, generic-hmac, …" for messages and help.
std::string webhook_type_names();

/// What one receiver demands of a delivery.
struct WebhookPolicy {
  WebhookType type = WebhookType::generic_hmac;
  std::string token;                ///< never empty where deliveries are served
  std::vector<std::string> events;  ///< allowed ones, letter case ignored; empty = all
};

struct WebhookVerdict {
  bool accepted = false;
  std::string reason;  ///< why not, for the log only: the sender is told nothing
  std::string event;   ///< what the sender calls it; empty where the type has none
};

/// Judges one delivery as notification-controller 1.9.3 does, and beyond it: every comparison with
/// the token is in constant time, a signature that is missing or malformed costs as much as a wrong
/// one, and nothing else is looked at before it. Pure.
WebhookVerdict validate_webhook(const WebhookPolicy& policy, const io::HttpHeaders& headers,
                                std::string_view body);

/// "/hook/" and the digest of token, name and namespace, as Flux writes it to status.webhookPath.
std::string webhook_path(std::string_view token, std::string_view name,
                         std::string_view namespace_name);

}  // namespace reconcile::engine
