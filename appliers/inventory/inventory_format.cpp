// The stored form: zstd of JSON lines, the first one names the form and the unit. Tests:
// test/appliers/inventory/inventory_test.cpp.
#include "reconcile/appliers/inventory.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::int64_t form_version = 1;
constexpr std::uint64_t text_bytes_max = 64ULL << 20U;
constexpr model::JsonLimits line_limits{.bytes_max = 64U << 10U, .depth_max = 8};

void write_member(std::string_view key, std::string_view value, std::string& out) {
  out += out.back() == '{' ? "" : ",";
  model::write_json_string(key, out, false);
  out += ':';
  model::write_json_string(value, out, false);
}

InventoryEntry read_entry(model::Value line) {
  InventoryEntry entry;
  entry.id = {std::string(line["group"].text()), std::string(line["kind"].text()),
              std::string(line["namespace"].text()), std::string(line["name"].text())};
  entry.version = line["version"].text();
  entry.uid = line["uid"].text();
  if (entry.id.kind.empty() || entry.id.name.empty())
    throw model::Error(model::ErrorCode::invalid_input,
                       "inventory: expected an entry with kind and name");
  return entry;
}

}  // namespace

std::string encode_inventory(const UnitKey& unit, const Inventory& inventory) {
  std::string text = "{\"form\":" + std::to_string(form_version);
  write_member("unit", unit.display(), text);
  text += "}\n";
  for (const InventoryEntry& entry : inventory.entries) {
    text += '{';
    if (!entry.id.group.empty()) write_member("group", entry.id.group, text);
    write_member("kind", entry.id.kind, text);
    if (!entry.id.namespace_name.empty()) write_member("namespace", entry.id.namespace_name, text);
    write_member("name", entry.id.name, text);
    write_member("version", entry.version, text);
    if (!entry.uid.empty()) write_member("uid", entry.uid, text);
    text += "}\n";
  }
  return model::zstd_compress(text);
}

Inventory decode_inventory(const UnitKey& unit, std::string_view bytes) {
  const model::ArchiveLimits limits{.total_bytes_max = text_bytes_max,
                                    .file_bytes_max = text_bytes_max,
                                    .entries_max = 1,
                                    .ratio_max = 10'000};
  const std::string text = model::zstd_decompress(bytes, limits);
  Inventory inventory;
  bool head = true;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    const model::Document line =
        model::parse_json(std::string_view(text).substr(begin, end - begin), line_limits);
    begin = end + 1;
    if (!head) {
      inventory.entries.push_back(read_entry(line.root()));
      continue;
    }
    head = false;
    if (line["form"].integer() != form_version || line["unit"].text() != unit.display())
      throw model::Error(model::ErrorCode::invalid_input,
                         "inventory: expected form 1 of " + unit.display() + ", found form " +
                             std::string(line["form"].source()) + " of " +
                             std::string(line["unit"].text()));
  }
  if (head)
    throw model::Error(model::ErrorCode::invalid_input,
                       "inventory: expected a head line, found none");
  return inventory;
}

}  // namespace reconcile::appliers
