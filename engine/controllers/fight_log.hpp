#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reconcile/appliers/unit.hpp"
#include "reconcile/diff/change_set.hpp"
#include "reconcile/model/clock.hpp"

namespace reconcile::engine {

/// A field that another manager and we set against each other again and again.
struct Fight {
  model::ObjectId object;
  std::string field;
  std::string manager;  ///< "somebody" where nobody owned the field
  std::string theirs;   ///< their last value, as JSON; "nothing" where they removed it; masked
  std::string ours;     ///< the same of what we made of it
  std::size_t flips = 0;

  /// "spec.replicas of Deployment/a/b: autoscaler sets 5, Git has 2 (6 times within an hour)".
  [[nodiscard]] std::string display() const;
};

/// Counts how often a field was reverted that the same manager had set. Used on the control queue.
class FightLog {
 public:
  /// Flips of one field by one manager within a sliding hour that are a fight.
  static constexpr std::size_t fight_flips = 5;

  /// Counts what a revert changed; answers what became a fight by it.
  std::vector<Fight> note(const appliers::UnitKey& unit, const diff::ObjectChange& change,
                          model::SteadyTime now);
  /// The wait before the object may be reverted: none after one flip, 20 ms after the second,
  /// doubled with each, at most 5 minutes.
  [[nodiscard]] std::chrono::nanoseconds delay(const model::ObjectId& object,
                                               model::SteadyTime now) const;
  /// The fights of a unit that last, by object and field. Forgets what is older than an hour.
  std::vector<Fight> fights_of(const appliers::UnitKey& unit, model::SteadyTime now);
  /// Fields remembered, for tests.
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  struct Flips {
    std::deque<model::SteadyTime> times;  ///< at most so many as delays tell apart
    Fight fight;
  };
  struct Object {
    appliers::UnitKey unit;
    std::map<std::pair<std::string, std::string>, Flips> fields;  ///< by field and manager
  };
  static void forget_old(Flips& flips, model::SteadyTime now);

  std::map<model::ObjectId, Object> objects_;
};

}  // namespace reconcile::engine
