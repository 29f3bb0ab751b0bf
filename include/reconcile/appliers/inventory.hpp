#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/appliers/cluster_port.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/object.hpp"

namespace reconcile::appliers {

/// One object that a unit owns. The version is the one it was applied with.
struct InventoryEntry {
  model::ObjectId id;
  std::string version;  ///< "v1", without the group
  std::string uid;      ///< empty where it was not known when the inventory was written

  [[nodiscard]] model::Gvk gvk() const { return {id.group, version, id.kind}; }
  bool operator==(const InventoryEntry&) const = default;
};

/// What a unit owns, in apply order, without duplicates.
struct Inventory {
  std::vector<InventoryEntry> entries;

  /// The entry of an id; null where it is not in. Linear.
  [[nodiscard]] const InventoryEntry* find(const model::ObjectId& id) const noexcept;
  /// The entries of `this` whose ids `other` lacks, in order.
  [[nodiscard]] std::vector<InventoryEntry> without(const Inventory& other) const;
  /// All entries of `newer`, then those that only `this` has; a known UID is kept.
  [[nodiscard]] Inventory united_with(const Inventory& newer) const;
  /// Over all entries in order; zero where there are none.
  [[nodiscard]] model::Hash128 digest() const;
  bool operator==(const Inventory&) const = default;
};

/// One entry of Flux's `status.inventory.entries`.
struct StatusInventoryEntry {
  std::string id;  ///< "<namespace>_<name>_<group>_<Kind>"
  std::string v;   ///< version
  bool operator==(const StatusInventoryEntry&) const = default;
};
/// The mirror of an inventory in a unit's status, for others: what is owned is read from the store.
std::vector<StatusInventoryEntry> status_entries(const Inventory& inventory);
/// Reads such a mirror, written by us or by Flux. Entries that do not parse are left out.
Inventory from_status_entries(model::Value entries);

/// The bytes that are stored: zstd of one line of JSON a entry. Equal inventories give equal bytes.
std::string encode_inventory(const UnitKey& unit, const Inventory& inventory);
/// Throws Error(invalid_input) on damage, on another unit's bytes, Error(limit_exceeded) above 64
/// MiB.
Inventory decode_inventory(const UnitKey& unit, std::string_view bytes);

/// Of the Secrets that hold inventories.
inline constexpr std::string_view inventory_secret_type = "reconcile.dev/inventory";

class FoundInventories;

struct InventoryStoreOptions {
  std::string namespace_name = "flux-system";  ///< where the Secrets live: the agent's namespace
  std::size_t shard_bytes_max = 512U << 10U;   ///< of one Secret's payload before base64
  /// What was found there before the first read; null: every read asks the server.
  std::shared_ptr<FoundInventories> found = nullptr;
};

/// The inventory of one unit as a Secret (sharded where large) in the agent's namespace, written by
/// POST and PUT. Remembers what is stored and writes only what differs. One instance a unit; not
/// thread-safe.
class InventoryStore {
 public:
  /// `port` must outlive the store.
  InventoryStore(ClusterPort& port, UnitKey unit, InventoryStoreOptions options = {});

  /// Reads the stored inventory once (later calls answer from memory, where it is kept encoded);
  /// empty where there is none. Throws Error(unavailable|unauthorized|invalid_input) naming the
  /// Secret.
  Inventory load();
  /// Whether the stored inventory is that of this digest. Throws as load does.
  bool holds(model::Hash128 digest);
  /// Stores `inventory` durably before it returns; no request where the stored one is equal. Throws
  /// Error(conflict) where another process wrote it since (the next load reads anew), and as load.
  void save(const Inventory& inventory);
  /// Removes the Secrets, when the unit itself is gone.
  void remove();
  /// Secrets written so far, for metrics.
  [[nodiscard]] std::size_t writes() const noexcept { return writes_; }
  /// "reconcile-inventory-kustomization-<namespace>-<name>-<hash>", at most 200 bytes; the same for
  /// ever.
  [[nodiscard]] const std::string& secret_name() const noexcept { return secret_name_; }

 private:
  struct Stored {
    std::string payload;              ///< of the inventory as it is stored; empty: there is none
    model::Hash128 digest;            ///< of the inventory's entries
    std::string resource_version;     ///< empty: there is no Secret yet
    std::vector<std::string> shards;  ///< names of the other Secrets
  };
  ClusterAnswer get(const std::string& name);
  std::string read_payload(const model::Document& head, Stored& stored);
  const Stored& read();
  void write_head(const std::string& body, Stored& next);
  std::vector<std::string> write_shards(const std::string& payload);
  void remove_secrets(const std::vector<std::string>& names);

  ClusterPort& port_;
  UnitKey unit_;
  InventoryStoreOptions options_;
  std::string secret_name_;
  std::optional<Stored> stored_;
  std::size_t writes_ = 0;
};

}  // namespace reconcile::appliers
