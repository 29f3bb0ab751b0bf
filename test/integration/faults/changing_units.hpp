#pragma once

#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>

#include "test/integration/scenario.hpp"

namespace reconcile::test {

/// Two units, "left" and "right", of ConfigMaps and Secrets that commits add, change, remove and
/// move from one unit to the other, all at random, while others write to the live objects.
class ChangingUnits {
 public:
  /// `names` objects for each unit at most, and a tenth as many that move. `scenario` must outlive.
  ChangingUnits(Scenario& scenario, unsigned seed, int names = 40);

  /// A first commit, the source and the units.
  void make();
  /// Commits other objects at random, some of which move from unit to unit, or go; the source asks
  /// each second. Answers the commit.
  std::string change();
  /// One write of somebody else to an object of the last commit, or its deletion; nothing where it
  /// is not there, or where one more would be a fight, which the agent is slow to answer.
  void disturb();
  /// Such writes until `end`, with so many looks at the clock for each.
  void disturb_until(std::chrono::steady_clock::time_point end, int looks = 1);
  /// A new agent knows of no fights.
  void forget_disturbances() { disturbances_.clear(); }
  /// Asks for a pass of both units and approves what it prunes.
  void approve();
  /// Waits until both units are Ready at the last commit, approving what they prune; then the live
  /// state has to be the commit's, the inventories exact, and no object may be left over. Answers
  /// the seconds that it took.
  double require_settled(std::chrono::seconds limit = std::chrono::seconds(60));
  /// How the live objects differ from the last commit; empty where they do not.
  std::string difference();
  [[nodiscard]] std::mt19937& random() noexcept { return random_; }
  [[nodiscard]] const std::string& commit() const noexcept { return commit_; }

 private:
  /// Names with their values.
  using Wanted = std::map<std::string, std::string>;
  void choose(const std::string& unit, const std::string& name,
              std::vector<std::pair<std::string, std::string>>& files);
  std::set<std::string> expected_inventory(const std::string& unit);
  std::set<std::string> status_inventory(const std::string& unit);
  std::set<std::string> stored_inventory(const std::string& unit);
  std::string left_over();

  Scenario& scenario_;
  std::mt19937 random_;
  int names_;
  std::map<std::string, Wanted> wanted_;
  std::map<std::string, int> disturbances_;
  std::string commit_;
};

/// The seed of a test, printed so that its run can be repeated:
/// $RECONCILE_FAULTS_SEED, else a random number.
unsigned seed_of(const std::string& test);
/// Whether the long forms of the suite are to run: $RECONCILE_FAULTS=long.
bool long_form();

}  // namespace reconcile::test
