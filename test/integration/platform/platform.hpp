#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/appliers/inventory.hpp"
#include "test/integration/platform/chart_corpus.hpp"
#include "test/integration/platform/platform_table.hpp"
#include "test/integration/scenario.hpp"

namespace reconcile::test {

/// All rows in one control plane under one agent: each a release in a namespace of its own, from
/// one repository. Each step looks at all rows and notes in a row's result what is not as it should
/// be.
class Platform {
 public:
  explicit Platform(const std::vector<PlatformRow>& rows);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  /// Makes the units and waits until each had a pass that applied everything.
  void apply();
  /// Waits until every unit says what the row expects, and judges each object.
  void check_health();
  /// Three further passes of every unit, without a request to the API server.
  void check_quiet();
  /// One foreign write to one object of each kind is put back.
  void check_drift();
  /// Deletes every unit; nothing remains.
  void check_prune();
  [[nodiscard]] const std::vector<RowResult>& results() const noexcept { return results_; }

 private:
  void add_to_repository(RowResult& result);
  void prepare_cluster();
  std::string namespace_of(const PlatformRow& row);
  [[nodiscard]] std::vector<std::string> units() const;
  appliers::Inventory inventory_of(const RowResult& result);
  bool is_applied(const RowResult& result);
  bool is_judged(RowResult& result);
  void note_first_pass(RowResult& result);
  std::vector<model::Document> remaining();

  ChartCorpus corpus_;
  Scenario scenario_;
  std::vector<RowResult> results_;
  std::vector<std::pair<model::Gvk, std::string>> infrastructure_;  ///< goes with the suite
  std::set<std::string> adopted_;                                   ///< namespaces with exact names
};

}  // namespace reconcile::test
