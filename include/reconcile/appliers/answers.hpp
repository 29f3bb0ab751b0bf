#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "reconcile/appliers/cluster_port.hpp"

namespace reconcile::appliers {

/// What an answer of the API server to a write asks for.
enum class AnswerClass : std::uint8_t {
  done,             ///< written, or equal to what is there
  permanent,        ///< the same request will fail again: report it
  retry,            ///< ask again after Retry-After or a growing delay, bounded
  recreate,         ///< immutable field: delete and create, where force allows it
  wait_until_gone,  ///< something is being deleted first: the object or its namespace
  conflict,         ///< another writer was faster: read and decide anew
  not_found,        ///< the object is not there
  no_kind,          ///< the kind is not served (yet)
};
std::string_view to_string(AnswerClass answer);

/// Judges by the table in appliers/inventory/answers.cpp: code, then reason, then words of the
/// message. A 2xx answer whose object has a deletionTimestamp is wait_until_gone.
AnswerClass classify(const ClusterAnswer& answer);

/// Why it failed, for people, without the object's name: "field is immutable: …" etc.
std::string explain(const ClusterAnswer& answer);

/// Bounds of asking again.
struct RetryPolicy {
  std::size_t attempts_max = 5;
  std::chrono::milliseconds first_delay{200};  ///< doubled each time
  std::chrono::milliseconds delay_max{10'000};
  std::chrono::milliseconds retry_after_max{30'000};  ///< a longer Retry-After counts as this

  /// The delay before attempt `attempt` (from 1), `answer`'s Retry-After honoured.
  [[nodiscard]] std::chrono::milliseconds delay(std::size_t attempt,
                                                const ClusterAnswer& answer) const;
};

}  // namespace reconcile::appliers
