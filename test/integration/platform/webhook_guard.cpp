#include "test/integration/platform/webhook_guard.hpp"

namespace reconcile::test {
namespace {

/// The operations for one webhook of a configuration, below `        patch: |`.
std::string operations(std::size_t index) {
  const std::string path = "/webhooks/" + std::to_string(index);
  const std::string begin = "          - {op: add, path: " + path;
  return begin + "/failurePolicy, value: Ignore}\n" + begin +
         "/objectSelector, value: {matchLabels: {it.example.com/webhooks: called}}}\n";
}

}  // namespace

WebhookGuard guard_webhooks(const std::vector<model::Document>& rendered) {
  WebhookGuard guard;
  for (const model::Document& object : rendered) {
    const std::string kind(object["kind"].text());
    if (!kind.ends_with("WebhookConfiguration") || object["webhooks"].empty()) continue;
    guard.patches += "      - target: {kind: " + kind +
                     ", name: " + std::string(object["metadata"]["name"].text()) +
                     "}\n        patch: |\n";
    for (std::size_t i = 0; i < object["webhooks"].size(); ++i) guard.patches += operations(i);
    guard.webhooks += object["webhooks"].size();
  }
  if (guard.webhooks > 0)
    guard.patches = "  postRenderers:\n  - kustomize:\n      patches:\n" + guard.patches;
  return guard;
}

}  // namespace reconcile::test
