#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/server/webhook_server.hpp"
#include "reconcile/io/http_client.hpp"
#include "reconcile/model/digest.hpp"

namespace reconcile::test {

inline constexpr const char* right_token = "8e5be0b1-right";
inline constexpr const char* wrong_token = "8e5be0b1-wrong";

/// "sha256=<hex>" of `body`.
inline std::string signature(model::HashAlgorithm algorithm, const std::string& token,
                             const std::string& body) {
  const char* const names[] = {"sha1=", "sha256=", "sha512="};
  return names[static_cast<std::size_t>(algorithm)] +
         model::hex_encode(model::hmac(algorithm, token, body));
}

inline std::string sha256_signature(const std::string& token, const std::string& body) {
  return signature(model::HashAlgorithm::sha256, token, body);
}

/// A webhook server on a free port, and a client for it.
struct WebhookNet {
  explicit WebhookNet(engine::WebhookServerOptions options = {})
      : server(executor, metrics, table, with_loopback(options)) {}

  static engine::WebhookServerOptions with_loopback(engine::WebhookServerOptions options) {
    options.address = "127.0.0.1";
    options.port = 0;
    return options;
  }

  /// Serves a receiver "space/<name>"; answers its path. Deliveries are counted, and told as `all`.
  std::string publish(const std::string& name, engine::WebhookPolicy policy,
                      const std::string& obstacle = "", bool all = true) {
    const std::string path = engine::webhook_path(policy.token, name, "space");
    auto entry = std::make_shared<engine::WebhookEntry>();
    entry->receiver = "space/" + name;
    entry->policy = std::move(policy);
    entry->obstacle = obstacle;
    entry->counters = engine::WebhookCounters::of(metrics, entry->receiver);
    entry->deliver = [this, all](const std::function<void(bool)>& done) {
      ++deliveries;
      done(all);
    };
    table->publish(path, entry);
    return path;
  }

  int send(const std::string& method, const std::string& target, const io::HttpHeaders& headers,
           const std::string& body) {
    io::HttpRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + target;
    request.headers = headers;
    request.body = body;
    return client.send(request).status;
  }
  int post(const std::string& target, const io::HttpHeaders& headers, const std::string& body) {
    return send("POST", target, headers, body);
  }
  /// A counter of reconcile_webhook_requests_total.
  double count(const std::string& receiver, const std::string& result) {
    return metrics
        .counter("reconcile_webhook_requests_total", "Webhook requests by their end",
                 {{"receiver", receiver}, {"result", result}})
        .value();
  }

  io::Executor executor{{.workers = 2}};
  io::Metrics metrics;
  std::shared_ptr<engine::WebhookTable> table = std::make_shared<engine::WebhookTable>();
  std::atomic<int> deliveries{0};
  engine::WebhookServer server;
  io::HttpClient client{executor};
};

}  // namespace reconcile::test
