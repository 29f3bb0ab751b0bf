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
#include "reconcile/appliers/live_state.hpp"
#include "reconcile/appliers/prepare.hpp"
#include "reconcile/appliers/unit_neighbours.hpp"

namespace reconcile::engine {

/// A unit whose own object another unit renders.
struct ChildUnit {
  appliers::UnitKey key;
  SourceKey source;
  std::uint32_t position = 0;  ///< of its object in the other unit's prepared.objects
};

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
  /// The units among prepared.objects, but for those that are never written, or cannot be read and
  /// so never render.
  std::vector<ChildUnit> children;

  /// Fills `positions`, `kinds` and `children`, once `prepared` is there.
  void index();
  /// Null where the unit does not want `id`.
  [[nodiscard]] const appliers::PreparedObject* find(const model::ObjectId& id) const;
};

/// Which unit wants which objects now: what watches, reverts and other units ask. Safe from any
/// thread.
class RenderedUnits {
 public:
  /// `live` tells which units' objects are applied; it must outlive this.
  explicit RenderedUnits(const appliers::LiveState& live);

  /// Between the two, units may be there that nobody told of yet: what others may have is left.
  void begin_listing();
  void end_listing();
  /// The unit is there; until it renders, prunes of units of the same source wait for it.
  void expect(const appliers::UnitKey& unit, const SourceKey& source);
  /// Nobody waits for the unit (suspended, source not built); its last render stays known.
  void excuse(const appliers::UnitKey& unit);
  /// The unit is being deleted: nobody waits for it, and it lets go of what it has.
  void leave(const appliers::UnitKey& unit);
  /// As `leave` of the unit whose own object is `id`, where it is one: before anybody else is told.
  void on_deleted(const model::ObjectId& id);
  /// The unit rendered its source's current revision.
  void store(const appliers::UnitKey& unit, const SourceKey& source,
             std::shared_ptr<const Rendered> rendered);
  /// The unit could not render `revision` of its source; its last render stays known.
  void fail(const appliers::UnitKey& unit, const std::string& revision);
  /// The unit's last stored render is being applied from now on: drift is reverted to it.
  void mark_applied(const appliers::UnitKey& unit);
  /// The unit, which was told of, has `objects` from an earlier process: its weight until it
  /// renders.
  void remember(const appliers::UnitKey& unit, std::size_t objects);
  /// The unit is gone. Whether anybody may have waited for it, or been refused by it.
  bool erase(const appliers::UnitKey& unit);

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
  /// How many objects go with `id`: 1, and for a unit's own object also what it alone renders, and
  /// what goes with that.
  [[nodiscard]] std::size_t weight(const model::ObjectId& id) const;
  /// Why `unit` may not delete what it leaves behind at `revision` of `source`, for people: another
  /// unit may come to want it, since it has yet to render the revision, or is not there yet as the
  /// unit that renders its object wants it. Empty where it may.
  [[nodiscard]] std::string prune_wait(const appliers::UnitKey& unit, const SourceKey& source,
                                       const std::string& revision) const;
  /// What `owner` says to its object `id` that a unit of `source` wants at `revision`.
  [[nodiscard]] appliers::OwnerClaim claim(const appliers::UnitKey& owner,
                                           const model::ObjectId& id, const SourceKey& source,
                                           const std::string& revision) const;

 private:
  struct Entry {
    SourceKey source;
    bool expected = false;
    bool leaving = false;
    std::size_t remembered = 0;
    std::string failed_revision;  ///< that it could not render, after `rendered`; empty: none
    std::shared_ptr<const Rendered> rendered;
    std::shared_ptr<const Rendered> applied;

    [[nodiscard]] bool has_rendered(const std::string& revision) const {
      return rendered != nullptr && rendered->revision == revision;
    }
  };
  // Under the lock:
  /// See prune_wait; absent where there is none.
  [[nodiscard]] std::optional<appliers::UnitKey> find_awaited(const appliers::UnitKey& except,
                                                              const SourceKey& source,
                                                              const std::string& revision) const;
  [[nodiscard]] bool any_renders_but(const appliers::UnitKey& except,
                                     const model::ObjectId& id) const;
  /// Whether `child` is yet to render what the unit `parent` makes of it.
  [[nodiscard]] bool is_behind(const ChildUnit& child, const appliers::UnitKey& parent,
                               const Rendered& render) const;
  /// Whether the unit that has the unit's object is about to prune it.
  [[nodiscard]] bool is_to_go(const appliers::UnitKey& unit) const;
  /// Whether it is about to change it.
  [[nodiscard]] bool is_to_change(const appliers::UnitKey& unit) const;
  [[nodiscard]] std::size_t weight_of(const appliers::UnitKey& unit, int depth) const;

  const appliers::LiveState& live_;
  mutable std::mutex mutex_;
  bool listing_ = false;
  std::unordered_map<appliers::UnitKey, Entry> units_;
};

}  // namespace reconcile::engine
