#pragma once

#include "reconcile/io/http_message.hpp"
#include "reconcile/kube/discovery.hpp"
#include "reconcile/kube/request.hpp"

namespace reconcile::kube {

/// Adds method, path, query, body and time-out of `request` to `http`, whose url is the server's
/// root.
void fill_http(const Request& request, const ApiResource& resource, io::HttpRequest& http);

/// How long to wait before attempt number `attempt` + 1 (from 1), or absent where the answer
/// stands.
struct RetryRules {
  std::chrono::milliseconds wait_first{200};
  std::chrono::milliseconds wait_max{30'000};
  int retries_max = 5;
};
std::optional<std::chrono::milliseconds> retry_wait(Verb verb, const io::HttpResponse& answer,
                                                    int attempt, const RetryRules& rules);

}  // namespace reconcile::kube
