#include <algorithm>

#include "appliers/kube/request_http.hpp"

namespace reconcile::kube {
namespace {

/// A connection that breaks again and again is the caller's to report: its own queue waits longer.
constexpr int broken_connection_retries_max = 2;

}  // namespace

// A write that may have been done is repeated where doing it twice is the same as once: every verb
// but create (an update or delete that was done answers with a conflict or not found, which callers
// read).
std::optional<std::chrono::milliseconds> retry_wait(Verb verb, const io::HttpResponse& answer,
                                                    int attempt, const RetryRules& rules) {
  if (attempt > rules.retries_max) return std::nullopt;
  const auto doubled = rules.wait_first * (1LL << std::min(attempt - 1, 16));
  const auto backoff = std::min<std::chrono::milliseconds>(doubled, rules.wait_max);
  if (answer.error) {
    const bool broken = answer.error->code() == model::ErrorCode::unavailable;
    if (!broken || verb == Verb::create || attempt > broken_connection_retries_max) {
      return std::nullopt;
    }
    return backoff;
  }
  const int code = answer.status;
  const bool gateway = code == 502 || code == 503 || code == 504;
  const bool asks_back = code == 429 || (code >= 500 && answer.retry_after);
  if (!asks_back && (!gateway || verb == Verb::create)) return std::nullopt;
  if (!answer.retry_after) return backoff;
  return std::min<std::chrono::milliseconds>(*answer.retry_after, rules.wait_max);
}

}  // namespace reconcile::kube
