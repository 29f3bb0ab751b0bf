#include "reconcile/appliers/inventory.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace reconcile::appliers {

const InventoryEntry* Inventory::find(const model::ObjectId& id) const noexcept {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const InventoryEntry& entry) { return entry.id == id; });
  return found == entries.end() ? nullptr : &*found;
}

std::vector<InventoryEntry> Inventory::without(const Inventory& other) const {
  std::unordered_set<model::ObjectId> kept;
  for (const InventoryEntry& entry : other.entries) kept.insert(entry.id);
  std::vector<InventoryEntry> result;
  for (const InventoryEntry& entry : entries)
    if (!kept.contains(entry.id)) result.push_back(entry);
  return result;
}

Inventory Inventory::united_with(const Inventory& newer) const {
  Inventory result = newer;
  std::unordered_map<model::ObjectId, std::size_t> positions;
  for (std::size_t i = 0; i < result.entries.size(); ++i)
    positions.emplace(result.entries[i].id, i);
  for (const InventoryEntry& entry : entries) {
    const auto found = positions.find(entry.id);
    if (found == positions.end())
      result.entries.push_back(entry);
    else if (result.entries[found->second].uid.empty())
      result.entries[found->second].uid = entry.uid;
  }
  return result;
}

model::Hash128 Inventory::digest() const {
  if (entries.empty()) return {};
  std::string bytes;
  const auto add = [&bytes](const std::string& text) {
    bytes += text;
    bytes += '\0';
  };
  for (const InventoryEntry& entry : entries) {
    add(entry.id.group);
    add(entry.id.kind);
    add(entry.id.namespace_name);
    add(entry.id.name);
    add(entry.version);
    add(entry.uid);
  }
  return model::fast_hash(bytes);
}

std::vector<StatusInventoryEntry> status_entries(const Inventory& inventory) {
  std::vector<StatusInventoryEntry> result;
  result.reserve(inventory.entries.size());
  for (const InventoryEntry& entry : inventory.entries)
    result.push_back({entry.id.inventory_id(), entry.version});
  return result;
}

Inventory from_status_entries(model::Value entries) {
  Inventory result;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const model::Value entry = entries.at(i);
    try {
      result.entries.push_back({model::ObjectId::from_inventory_id(entry["id"].text()),
                                std::string(entry["v"].text()),
                                {}});
    } catch (const model::Error&) {
      continue;  // Written by another program; what cannot be named cannot be owned.
    }
  }
  return result;
}

}  // namespace reconcile::appliers
