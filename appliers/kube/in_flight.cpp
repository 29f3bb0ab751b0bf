#include "appliers/kube/in_flight.hpp"

#include <utility>

namespace reconcile::kube {

InFlight::Ticket InFlight::add(Kind kind) {
  const std::lock_guard lock(mutex_);
  entries_.emplace(++last_, Entry{kind, false, {}});
  return last_;
}

void InFlight::started(Ticket ticket, io::HttpCall call) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(ticket);
  if (found == entries_.end()) return;
  found->second.call = std::move(call);
  if (found->second.cancelled) found->second.call.cancel();
}

void InFlight::remove(Ticket ticket) {
  const std::lock_guard lock(mutex_);
  entries_.erase(ticket);
}

void InFlight::cancel_writes() {
  cancel(Kind::status);
}

void InFlight::cancel_rest() {
  cancel(Kind::reading);
}

void InFlight::cancel(Kind beside_writing) {
  // Ending a call only posts to the loop: nothing calls back under the lock.
  const std::lock_guard lock(mutex_);
  for (auto& [ticket, entry] : entries_) {
    if (entry.kind != Kind::writing && entry.kind != beside_writing) continue;
    entry.cancelled = true;
    entry.call.cancel();
  }
}

}  // namespace reconcile::kube
