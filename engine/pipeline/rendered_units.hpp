#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/pipeline/unit_digests.hpp"
#include "engine/pipeline/unit_render.hpp"
#include "reconcile/appliers/prepare.hpp"

namespace reconcile::engine {

/// The current render of one unit, ready to be applied. Immutable; shared with watches and reverts.
struct Rendered {
  UnitRender render;
  appliers::PreparedUnit prepared;
  std::string revision;         ///< of the source it was rendered from
  std::string artifact_digest;  ///< digest of that artifact
  UnitDigests digests;          ///< empty where nobody asks for evidence
  std::int64_t generation = 0;  ///< of the unit object
  /// Of prepared.objects, sorted by id: a thirtieth of a hash table's memory.
  std::vector<std::uint32_t> positions;
  std::set<model::Gvk> kinds;  ///< of prepared.objects

  /// Fills `positions` and `kinds`, once `prepared` is there.
  void index();
  /// Null where the unit does not want `id`.
  [[nodiscard]] const appliers::PreparedObject* find(const model::ObjectId& id) const;
};

/// Which unit wants which objects now: what watches, reverts and other units ask. Safe from any
/// thread.
class RenderedUnits {
 public:
  /// The unit is there; until it renders, prunes of units of the same source wait for it.
  void expect(const appliers::UnitKey& unit, const SourceKey& source);
  /// Nobody waits for the unit (suspended, source not built); its last render stays known.
  void excuse(const appliers::UnitKey& unit);
  /// The unit rendered its source's current revision.
  void store(const appliers::UnitKey& unit, const SourceKey& source,
             std::shared_ptr<const Rendered> rendered);
  /// The unit's last stored render is being applied from now on: drift is reverted to it.
  void mark_applied(const appliers::UnitKey& unit);
  /// The unit is gone.
  void erase(const appliers::UnitKey& unit);

  /// Null where the unit did not render yet.
  [[nodiscard]] std::shared_ptr<const Rendered> find(const appliers::UnitKey& unit) const;
  /// The render that was applied last, or is being applied; null where none was. Older than `find`
  /// where the unit waits for others.
  [[nodiscard]] std::shared_ptr<const Rendered> find_applied(const appliers::UnitKey& unit) const;
  [[nodiscard]] bool renders(const appliers::UnitKey& unit, const model::ObjectId& id) const;
  /// A unit that wants `id`, with its render; null where none does.
  [[nodiscard]] std::pair<appliers::UnitKey, std::shared_ptr<const Rendered>> find_owner(
      const model::ObjectId& id) const;
  /// Whether a unit other than `except` wants `id`.
  [[nodiscard]] bool any_other_renders(const appliers::UnitKey& except,
                                       const model::ObjectId& id) const;
  /// Whether `unit` is to keep `id` as it is in its applied render: not where its newest render
  /// leaves that to another unit.
  [[nodiscard]] bool keeps(const appliers::UnitKey& unit, const model::ObjectId& id) const;
  /// How many objects go with `id`: 1, and for a unit's own object also what it renders.
  [[nodiscard]] std::size_t weight(const model::ObjectId& id) const;
  /// Whether a unit of `source` other than `except` has not rendered `revision` yet.
  [[nodiscard]] bool awaits_others(const appliers::UnitKey& except, const SourceKey& source,
                                   const std::string& revision) const;

 private:
  struct Entry {
    SourceKey source;
    bool expected = false;
    std::shared_ptr<const Rendered> rendered;
    std::shared_ptr<const Rendered> applied;
  };
  /// Under the lock.
  [[nodiscard]] bool any_renders_but(const appliers::UnitKey& except,
                                     const model::ObjectId& id) const;

  mutable std::mutex mutex_;
  std::unordered_map<appliers::UnitKey, Entry> units_;
};

}  // namespace reconcile::engine
