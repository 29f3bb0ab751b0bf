// Merging other managers' entries into ours, as client-go's csaupgrade does for kubectl's, but for
// exact names only.
#include <algorithm>
#include <set>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::diff {

namespace {

bool is_own(const ManagedEntry& entry, std::string_view manager) {
  return entry.manager == manager && entry.operation == Operation::apply;
}

bool is_taken(const ManagedEntry& entry, std::span<const std::string> managers,
              std::string_view manager) {
  if (!entry.subresource.empty() || is_own(entry, manager)) return false;
  return entry.manager == manager ||
         std::find(managers.begin(), managers.end(), entry.manager) != managers.end();
}

/// Writes the union of tries. `is_root` has no "." of its own.
void write_union(const std::vector<model::Value>& tries, bool is_root, std::string& out) {
  std::set<std::string_view> keys;
  bool member = false;
  for (const model::Value trie : tries) {
    member = member || is_leaf(trie) || trie.contains(".");
    for (std::size_t i = 0; i < trie.size(); ++i)
      if (trie.key_at(i) != ".") keys.insert(trie.key_at(i));
  }
  out += '{';
  if (!is_root && member && !keys.empty()) out += "\".\":{},";
  for (const std::string_view key : keys) {
    std::vector<model::Value> below;
    for (const model::Value trie : tries)
      if (const model::Value child = trie[key]; child.present()) below.push_back(child);
    model::write_json_string(key, out, false);
    out += ':';
    write_union(below, false, out);
    out += ',';
  }
  if (out.back() == ',') out.pop_back();
  out += '}';
}

void write_own_entry(const std::vector<ManagedEntry>& merged, std::string_view manager,
                     std::string& out) {
  const auto own = std::find_if(merged.begin(), merged.end(),
                                [&](const ManagedEntry& entry) { return is_own(entry, manager); });
  const std::string_view version =
      own != merged.end() ? own->api_version : merged.back().api_version;
  std::string_view time;
  std::vector<model::Value> tries;
  for (const ManagedEntry& entry : merged) {
    time = std::max(time, entry.time);
    if (entry.fields.is_map()) tries.push_back(entry.fields);
  }
  out += "{\"apiVersion\":";
  model::write_json_string(version, out, false);
  out += ",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":";
  write_union(tries, true, out);
  out += ",\"manager\":";
  model::write_json_string(manager, out, false);
  out += ",\"operation\":\"Apply\"";
  if (!time.empty()) {
    out += ",\"time\":";
    model::write_json_string(time, out, false);
  }
  out += '}';
}

}  // namespace

std::optional<TakeOver> take_over(model::Value object, std::span<const std::string> managers,
                                  std::string_view manager) {
  TakeOver result;
  std::vector<ManagedEntry> merged;
  std::string kept;
  const model::Value list = object["metadata"]["managedFields"];
  for (std::size_t i = 0; i < list.size(); ++i) {
    const model::Value item = list.at(i);
    const ManagedEntry entry{
        item["manager"].text(),
        item["operation"].text() == "Apply" ? Operation::apply : Operation::update,
        item["subresource"].text(),
        item["apiVersion"].text(),
        item["time"].text(),
        item["fieldsV1"]};
    if (is_taken(entry, managers, manager)) {
      result.managers.emplace_back(entry.manager);
      merged.push_back(entry);
    } else if (is_own(entry, manager) && entry.subresource.empty()) {
      merged.push_back(entry);
    } else {
      kept += ',';
      model::write_json(item, kept);
    }
  }
  if (result.managers.empty()) return std::nullopt;
  result.managed_fields_json = "[";
  write_own_entry(merged, manager, result.managed_fields_json);
  result.managed_fields_json += kept;
  result.managed_fields_json += ']';
  return result;
}

}  // namespace reconcile::diff
