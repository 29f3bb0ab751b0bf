#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "reconcile/appliers/cluster_port.hpp"

namespace reconcile::appliers {

/// The inventories that an agent finds when it begins to lead, read by one list of their Secrets in
/// place of one GET a unit. Nobody else writes them from then on. Safe from any thread.
class FoundInventories {
 public:
  /// Of one namespace; `port` must outlive it.
  FoundInventories(ClusterPort& port, std::string namespace_name);

  /// What a GET of the Secret would have been answered (404 where it is not there) when it was
  /// listed: at the first call, for which other callers wait. Absent, and the server is to be
  /// asked, where that was told before, after `forget`, and where the list was refused.
  std::optional<ClusterAnswer> take(const std::string& name);
  /// Who has not asked so far asks the server.
  void forget();

 private:
  enum class State { unread, known, forgotten };
  void read();

  ClusterPort& port_;
  const std::string namespace_name_;
  std::mutex mutex_;
  State state_ = State::unread;
  std::unordered_map<std::string, model::Document> secrets_;
  std::unordered_set<std::string> taken_;
};

}  // namespace reconcile::appliers
