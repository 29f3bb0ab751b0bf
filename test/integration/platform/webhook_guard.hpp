#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::test {

/// Patches for `spec.postRenderers` that keep the webhooks of a render from being called, because
/// no pod answers: each gets failurePolicy Ignore and an objectSelector that no object matches.
struct WebhookGuard {
  std::size_t webhooks = 0;  ///< how many were found
  std::string patches;       ///< lines of `spec.postRenderers`, empty where there are none
};

WebhookGuard guard_webhooks(const std::vector<model::Document>& rendered);

}  // namespace reconcile::test
