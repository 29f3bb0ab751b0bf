#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/pipeline/live_lookup.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/kube/client.hpp"

namespace reconcile::engine {

/// Keeps what charts look up under watch, so that a pass knows without a request whether its render
/// is still current: a watch for each question, of that name or namespace alone, shared by the
/// units that ask it, at most `watches_max`. What has no watch, or none that is fresh, is asked
/// again at each pass. Of an object only its digest is held. Safe from any thread.
class LookupWatches {
 public:
  static constexpr std::size_t watches_max = 32;

  /// `client` must outlive the watches.
  explicit LookupWatches(kube::Client& client) : client_(client) {}
  /// As `stop`.
  ~LookupWatches();
  LookupWatches(const LookupWatches&) = delete;
  LookupWatches& operator=(const LookupWatches&) = delete;

  /// The questions of a unit from now on; none where it goes. May wait for discovery.
  void keep(const appliers::UnitKey& unit, const std::vector<LookupNote>& notes);
  /// See KnownLookup.
  [[nodiscard]] std::optional<std::string> digest(const LookupNote& note) const;
  void stop();

 private:
  struct Entry;
  using Entries = std::map<LookupQuery, std::shared_ptr<Entry>>;
  /// Takes out the entries that no unit asks for.
  [[nodiscard]] Entries take_unwanted();
  void add(const LookupQuery& query);

  kube::Client& client_;
  mutable std::mutex mutex_;
  std::map<appliers::UnitKey, std::set<LookupQuery>> wanted_;
  Entries entries_;
  bool stopped_ = false;
};

}  // namespace reconcile::engine
