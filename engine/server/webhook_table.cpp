#include "engine/server/webhook_table.hpp"

#include <utility>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

constexpr std::size_t secret_bytes = 32;

}  // namespace

WebhookCounters WebhookCounters::of(io::Metrics& metrics, const std::string& receiver) {
  const auto counter = [&metrics](const std::string& name, const char* result) {
    return metrics.counter("reconcile_webhook_requests_total", "Webhook requests by their end",
                           {{"receiver", name}, {"result", result}});
  };
  const auto all = [&counter](const std::string& name) {
    return WebhookCounters{counter(name, "accepted"), counter(name, "failed"),
                           counter(name, "refused"), counter(name, "unavailable")};
  };
  try {
    return all(receiver);
  } catch (const model::Error&) {
    return all("");
  }
}

WebhookTable::WebhookTable() : secret_(model::random_bytes(secret_bytes)) {
}

std::string WebhookTable::key_of(std::string_view path) const {
  return model::hmac_sha256(secret_, path);
}

bool WebhookTable::publish(const std::string& path, std::shared_ptr<const WebhookEntry> entry) {
  const std::string key = key_of(path);
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const WebhookEntry>& place = entries_[key];
  if (place != nullptr && place->receiver != entry->receiver) return false;
  place = std::move(entry);
  return true;
}

void WebhookTable::remove(const std::string& path, const std::string& receiver) {
  const std::string key = key_of(path);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found != entries_.end() && found->second->receiver == receiver) entries_.erase(found);
}

std::shared_ptr<const WebhookEntry> WebhookTable::find(std::string_view target) const {
  const std::string key = key_of(target);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second;
}

std::size_t WebhookTable::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace reconcile::engine
