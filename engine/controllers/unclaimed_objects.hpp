#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/model/packed_text.hpp"

namespace reconcile::engine {

/// Where all watches together keep what no unit claimed yet.
struct UnclaimedRoom {
  explicit UnclaimedRoom(std::shared_ptr<model::SpillFile> file);

  const std::shared_ptr<model::SpillFile> spill;  ///< null: in memory
  std::atomic<std::int64_t> bytes_left;           ///< below zero: too much was kept
};

/// What one watch told of objects whose unit has not rendered yet: after a restart the first lists
/// come before most renders, and need not be asked for again. Not safe for threads.
class UnclaimedObjects {
 public:
  /// `room` must outlive this.
  UnclaimedObjects(UnclaimedRoom& room, model::SteadyTime now);
  ~UnclaimedObjects();
  UnclaimedObjects(const UnclaimedObjects&) = delete;
  UnclaimedObjects& operator=(const UnclaimedObjects&) = delete;

  /// A list begins: it tells everything again.
  void restart(model::SteadyTime now);
  /// The newest state of an object; empty: it is gone. Ignored where its unit claimed already.
  /// Without room, or some minutes after the list, everything is dropped: then a unit that comes
  /// late is listed.
  void keep(const appliers::UnitKey& owner, const model::ObjectId& id, std::string_view json,
            model::SteadyTime now);
  /// The unit's objects as JSON; absent where not all were kept, or a disk does not give them.
  /// Later ones are ignored.
  std::optional<std::vector<std::string>> claim(const appliers::UnitKey& unit);

 private:
  [[nodiscard]] bool has_room() const;
  void drop_all();

  UnclaimedRoom& room_;
  model::SteadyTime begun_;
  bool complete_ = true;
  std::set<appliers::UnitKey> claimed_;
  std::map<appliers::UnitKey, std::map<model::ObjectId, model::PackedText>> kept_;
  std::optional<model::TextPacker> packer_;  ///< absent: nothing was kept since all was dropped
};

}  // namespace reconcile::engine
