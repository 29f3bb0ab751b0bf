#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine {

/// What a pass leads to in `status.history` of a Kustomization.
struct HistoryEntry {
  std::string digest;  ///< of the rendered objects, "sha256:…"
  std::string status;  ///< reason of Ready
  std::string revision;
  std::string first;     ///< RFC 3339, as `last`
  std::string last;      ///< of the pass that led to the last change
  std::string duration;  ///< of that pass
  std::int64_t total = 0;
};

/// `status.history` of a Kustomization as fluxcd/pkg's meta.History 1.30 keeps it: the newest
/// first, at most five, one for each digest and status. Passes that change nothing are not
/// recorded: they cost no request.
class UnitHistory {
 public:
  static UnitHistory read(model::Value list);
  /// Records the end of a pass. Nothing where digest, status and revision are those of the newest.
  void record(const std::string& digest, const std::string& status, const std::string& revision,
              model::WallTime now, std::chrono::nanoseconds duration);
  [[nodiscard]] const std::vector<HistoryEntry>& entries() const noexcept { return entries_; }
  [[nodiscard]] model::Node to_node(model::Arena& arena) const;

 private:
  std::vector<HistoryEntry> entries_;
};

/// The newest entry of `status.history` of a HelmRelease (helm-controller 1.6, apiVersion v2): what
/// `flux get helmreleases` shows. No Helm storage stands behind it.
struct ReleaseSnapshot {
  std::string digest;  ///< of the rendered objects; empty: nothing was applied yet
  std::string config_digest;
  std::string name;
  std::string namespace_name;
  std::string chart_name;
  std::string chart_version;
  std::string first;  ///< RFC 3339, as `last`
  std::string last;
  std::int64_t version = 0;  ///< counts changes

  static ReleaseSnapshot read(model::Value history);
  [[nodiscard]] model::Node to_node(model::Arena& arena) const;
};

}  // namespace reconcile::engine
