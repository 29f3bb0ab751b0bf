#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "reconcile/io/http_client.hpp"

namespace reconcile::kube {

/// The requests that wait for their answers, so that they can be ended before it comes. Safe from
/// any thread.
class InFlight {
 public:
  using Ticket = std::uint64_t;

  /// What ends a request before its answer: nothing, `cancel_rest`, `cancel_writes`, or both.
  enum class Kind : std::uint8_t { kept, reading, status, writing };
  /// Announces a request that is about to be sent.
  Ticket add(Kind kind);
  /// The request is under way as `call`; ends it at once where it was to be ended meanwhile.
  void started(Ticket ticket, io::HttpCall call);
  /// Its answer came.
  void remove(Ticket ticket);
  /// Ends requests of kinds status and writing.
  void cancel_writes();
  /// Ends requests of kinds reading and writing.
  void cancel_rest();

 private:
  struct Entry {
    Kind kind = Kind::kept;
    bool cancelled = false;
    io::HttpCall call;
  };
  void cancel(Kind beside_writing);

  std::mutex mutex_;
  Ticket last_ = 0;
  std::unordered_map<Ticket, Entry> entries_;
};

}  // namespace reconcile::kube
