// Merging values, after Helm's pkg/chart/common/util/coalesce.go (4.3.1) and
// pkg/chartutil/coalesce.go (3.22.0). Go iterates maps at random, we in key order; results do not
// depend on it.

#include "renderers/helm/coalesce.hpp"

#include <algorithm>

#include "reconcile/gotemplate/go_operations.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::helm {
namespace {

using gotemplate::GoEntry;
using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;
using gotemplate::Heap;

constexpr std::size_t values_depth_max = 2000;

std::string join_prefix(const std::string& prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : prefix + "." + std::string(name);
}

GoValue copy_at(Heap& heap, const GoValue& value, std::size_t depth) {
  if (depth > values_depth_max) {
    throw model::Error(model::ErrorCode::limit_exceeded, "expected values of at most " +
                                                             std::to_string(values_depth_max) +
                                                             " nested levels, found more");
  }
  if (value.is_map() && value.as_map() != nullptr) {
    GoMap* copy = value.as_map()->clone(value.type());
    for (std::size_t i = 0; i < copy->size(); ++i) {
      const GoValue item = copy->entries()[i].value;
      if (item.is_map() || item.is_slice()) copy->replace(i, copy_at(heap, item, depth + 1));
    }
    return GoValue::map(copy);
  }
  if (value.type() == GoType::list && !value.is_typed_nil()) {
    const std::span<GoValue> items = heap.elements(value.length());
    for (std::size_t i = 0; i < items.size(); ++i)
      items[i] = copy_at(heap, value.as_items()[i], depth + 1);
    return GoValue::slice(items);
  }
  return value;
}

void warn(ValuesContext& context, const std::string& text) {
  context.warnings.push_back(text);
}

void warn_value(ValuesContext& context, std::string text, const GoValue& value) {
  text += " (";
  gotemplate::append_printed(text, value);
  warn(context, text + ")");
}

/// Helm 4 drops the nulls of chart defaults before it merges them.
void clean_nulls(GoMap& map) {
  map.erase_if([](const GoEntry& entry) { return entry.value.is_nil(); });
  for (const GoEntry& entry : map.entries()) {
    if (GoMap* table = table_of(entry.value)) clean_nulls(*table);
  }
}

/// Removes `keys`, which are in order.
void erase_all(GoMap& map, const std::vector<std::string_view>& keys) {
  if (keys.empty()) return;
  map.erase_if([&](const GoEntry& entry) {
    return std::binary_search(keys.begin(), keys.end(), entry.name());
  });
}

bool names_child(const ChartInstance& chart, std::string_view key) {
  for (const auto& child : chart.children) {
    if (child->name == key) return true;
  }
  return false;
}

/// An entry with a key of its own.
GoEntry entry_of(ValuesContext& context, std::string_view key, const GoValue& value) {
  const std::string_view name = context.heap.copy(key);
  return {name.data(), static_cast<std::uint32_t>(name.size()), value};
}

/// Notes a default under a key that the values lack.
void add_default(ValuesContext& context, std::vector<GoEntry>& into, const GoEntry& entry,
                 Nulls nulls) {
  if (context.profile == Profile::helm4 && nulls == Nulls::remove) {
    if (entry.value.is_nil()) return;
    if (GoMap* table = table_of(entry.value)) clean_nulls(*table);
  }
  into.push_back(entry_of(context, entry.name(), entry.value));
}

void coalesce_defaults(ValuesContext& context, const ChartInstance& chart, GoMap& into,
                       const std::string& prefix, Nulls nulls) {
  if (chart.values == nullptr) return;
  const std::string sub_prefix = join_prefix(prefix, chart.name);
  const GoMap* defaults = deep_copy(context.heap, GoValue::map(chart.values)).as_map();
  std::vector<GoEntry> missing;
  std::vector<std::string_view> nulled;  // in order, as the entries are
  for (const GoEntry& entry : defaults->entries()) {
    const std::string_view key = entry.name();
    const GoValue* old = into.find(key);
    if (old == nullptr) {
      add_default(context, missing, entry, nulls);
      continue;
    }
    if (old->is_nil() && nulls == Nulls::remove) {
      nulled.push_back(key);
      continue;
    }
    GoMap* table = table_of(*old);
    if (table == nullptr) continue;
    GoMap* source = table_of(entry.value);
    if (source == nullptr) {
      if (!entry.value.is_nil()) {
        warn(context, "warning: skipped value for " + sub_prefix + "." + std::string(key) +
                          ": Not a table.");
      }
      continue;
    }
    const Nulls inner = names_child(chart, key) ? Nulls::keep : nulls;
    if (context.profile == Profile::helm4 && inner == Nulls::remove) clean_nulls(*source);
    coalesce_tables(context, *table, *source, join_prefix(sub_prefix, key), inner);
  }
  erase_all(into, nulled);
  into.insert(missing);
}

/// The `global` table of `values`, a new one where missing; null where it is something else.
GoMap* global_of(ValuesContext& context, GoMap& values, std::string_view side) {
  const GoValue* value = values.find("global");
  if (value == nullptr) return context.heap.map();
  GoMap* table = table_of(*value);
  if (table == nullptr) {
    warn(context,
         "warning: skipping globals because " + std::string(side) + " global is not a table.");
  }
  return table;
}

/// Copies the parent's globals into the child's values; the parent wins.
void coalesce_globals(ValuesContext& context, GoMap& child, GoMap& parent,
                      const std::string& prefix) {
  GoMap* into = global_of(context, child, "destination");
  if (into == nullptr) return;
  GoMap* from = global_of(context, parent, "source");
  if (from == nullptr) return;
  std::vector<GoEntry> missing;
  const auto put = [&](const GoValue* old, std::string_view key, const GoValue& value) {
    if (old == nullptr) {
      missing.push_back(entry_of(context, key, value));
    } else {
      into->set(key, value);
    }
  };
  for (const GoEntry& entry : from->entries()) {
    const std::string_view key = entry.name();
    const GoValue* old = into->find(key);
    GoMap* table = table_of(entry.value);
    if (table == nullptr) {
      if (old != nullptr && table_of(*old) != nullptr) {
        warn(context, "key " + std::string(key) + " is table. Skipping");
      } else {
        put(old, key, entry.value);
      }
      continue;
    }
    GoMap* copy = table->clone(GoType::map);
    if (old != nullptr) {
      GoMap* old_table = table_of(*old);
      if (old_table == nullptr) {
        warn(context, "Conflict: cannot merge map onto non-map for " +
                          gotemplate::quote(std::string(key)) + ". Skipping.");
        continue;
      }
      coalesce_tables(context, *copy, *old_table, join_prefix(prefix, key), Nulls::keep);
    }
    put(old, key, GoValue::map(copy));
  }
  into->insert(missing);
  child.set("global", GoValue::map(into));
}

void coalesce_into(ValuesContext& context, const ChartInstance& chart, GoMap& into,
                   const std::string& prefix, Nulls nulls) {
  coalesce_defaults(context, chart, into, prefix, nulls);
  for (const auto& child : chart.children) {
    const GoValue* old = into.find(child->name);
    if (old != nullptr && table_of(*old) == nullptr) {
      throw model::Error(model::ErrorCode::invalid_input, "type mismatch on " + child->name +
                                                              ": expected a table, found " +
                                                              std::string(old->type_name()));
    }
    GoMap* table = old == nullptr ? context.heap.map() : table_of(*old);
    if (old == nullptr) into.set_copy(child->name, GoValue::map(table));
    const std::string sub_prefix = join_prefix(prefix, chart.name);
    coalesce_globals(context, *table, into, sub_prefix);
    coalesce_into(context, *child, *table, sub_prefix, nulls);
  }
}

}  // namespace

GoMap* table_of(const GoValue& value) {
  return gotemplate::is_any_map_type(value.type()) ? value.as_map() : nullptr;
}

GoMap* find_table(GoMap& values, std::string_view path) {
  GoMap* table = &values;
  while (table != nullptr) {
    const std::size_t dot = path.find('.');
    const GoValue* value = table->find(path.substr(0, dot));
    table = value == nullptr ? nullptr : table_of(*value);
    if (dot == std::string_view::npos) return table;
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

GoValue deep_copy(Heap& heap, const GoValue& value) {
  return copy_at(heap, value, 0);
}

void coalesce_tables(ValuesContext& context, GoMap& into, GoMap& from, const std::string& prefix,
                     Nulls nulls) {
  std::vector<std::string_view> nulled;
  std::vector<std::string_view> null_keys;
  for (const GoEntry& entry : into.entries()) {
    if (!entry.value.is_nil()) continue;
    null_keys.push_back(entry.name());
    const GoValue* other = from.find(entry.name());
    if (other != nullptr && !other->is_nil()) nulled.push_back(entry.name());
  }
  // A null in `into` wins over what `from` has: the key goes, or stays null for a later pass.
  if (nulls == Nulls::remove) {
    erase_all(into, nulled);
  }
  std::vector<GoEntry> missing;
  for (const GoEntry& entry : from.entries()) {
    const std::string_view key = entry.name();
    if (std::binary_search(nulled.begin(), nulled.end(), key)) continue;
    const GoValue* old = into.find(key);
    if (old == nullptr) {
      missing.push_back(entry);
      continue;
    }
    GoMap* table = table_of(*old);
    GoMap* source = table_of(entry.value);
    const std::string full_key = join_prefix(prefix, key);
    if (source != nullptr && table != nullptr) {
      coalesce_tables(context, *table, *source, full_key, nulls);
    } else if (source != nullptr) {
      warn_value(context, "warning: cannot overwrite table with non table for " + full_key,
                 entry.value);
    } else if (table != nullptr && !entry.value.is_nil()) {
      warn_value(context,
                 "warning: destination for " + full_key + " is a table. Ignoring non-table value",
                 entry.value);
    }
  }
  into.insert(missing);
  // Helm writes the nulls into `from` too, where they show if it is still somebody's table.
  missing.clear();
  for (const std::string_view key : null_keys) {
    if (from.find(key) != nullptr) {
      from.set(key, GoValue::nil());
    } else {
      missing.push_back({key.data(), static_cast<std::uint32_t>(key.size()), GoValue::nil()});
    }
  }
  from.insert(missing);
}

GoMap* coalesce(ValuesContext& context, const ChartInstance& chart, const GoMap* values,
                Nulls nulls) {
  GoMap* copy = context.heap.map();
  if (values != nullptr) {
    copy = deep_copy(context.heap, GoValue::map(const_cast<GoMap*>(values))).as_map();
  }
  coalesce_into(context, chart, *copy, "", nulls);
  return copy;
}

GoMap* merge_maps(Heap& heap, const GoMap& base, const GoMap& over) {
  GoMap* merged = base.clone(GoType::map);
  std::vector<GoEntry> missing;
  for (const GoEntry& entry : over.entries()) {
    GoMap* table = table_of(entry.value);
    const GoValue* old = merged->find(entry.name());
    if (old == nullptr) {
      missing.push_back(entry);
      continue;
    }
    GoMap* old_table = old == nullptr ? nullptr : table_of(*old);
    const bool both = table != nullptr && old_table != nullptr;
    merged->set(entry.name(),
                both ? GoValue::map(merge_maps(heap, *old_table, *table)) : entry.value);
  }
  merged->insert(missing);
  return merged;
}

}  // namespace reconcile::helm
