#include "renderers/sprig/toml_tables.hpp"

#include <algorithm>

#include "reconcile/gotemplate/function.hpp"
#include "reconcile/gotemplate/go_operations.hpp"
#include "renderers/sprig/toml.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::GoEntry;
using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;

/// What a name, a path, a table or a list takes about, and all of a document may take.
constexpr std::size_t entry_bytes = 160;
constexpr std::size_t document_bytes_max = std::size_t{256} << 20U;

}  // namespace

TomlTables::TomlTables(gotemplate::Heap& heap) : heap_(heap), keys_(1) {
  number_of("");
  new_table();
}

void TomlTables::count_entry() {
  bytes_ += entry_bytes;
  if (bytes_ <= document_bytes_max) return;
  throw gotemplate::FunctionError("fromToml: the document needs more memory than the limit of " +
                                  std::to_string(document_bytes_max) + " bytes");
}

std::uint32_t TomlTables::number_of(std::string_view name) {
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return found->second;
  count_entry();
  const auto number = static_cast<std::uint32_t>(names_.size());
  names_.push_back(heap_.copy(name));
  numbers_.emplace(names_.back(), number);
  return number;
}

TomlTables::Key TomlTables::below(Key parent, std::uint32_t name) {
  const auto made = static_cast<Key>(keys_.size());
  const auto [found, is_new] = children_.emplace(std::uint64_t{parent} << 32U | name, made);
  if (is_new) {
    count_entry();
    keys_.push_back({parent, name, keys_[parent].depth + 1, false, false});
  }
  return found->second;
}

std::vector<std::uint32_t> TomlTables::path_of(Key key) const {
  std::vector<std::uint32_t> path(keys_[key].depth);
  for (std::size_t i = path.size(); i > 0; key = keys_[key].parent) path[--i] = keys_[key].name;
  return path;
}

std::string TomlTables::shown(Key key) const {
  std::string out;
  for (const std::uint32_t name : path_of(key)) {
    if (!out.empty()) out += '.';
    append_toml_key(out, names_[name]);
  }
  return out;
}

std::string TomlTables::current() const {
  if (name_ == 0) return shown(context_);
  if (context_ == 0) return std::string(names_[name_]);
  return shown(context_) + "." + std::string(names_[name_]);
}

TomlTables::Table* TomlTables::new_table() {
  count_entry();
  return &tables_.emplace_back();
}

TomlTables::List* TomlTables::new_list() {
  count_entry();
  return &lists_.emplace_back();
}

void TomlTables::append(List& list, const Item& item) {
  list.items.push_back(item);
}

void TomlTables::leave(Place place) {
  context_ = place.context;
  name_ = place.name;
}

void TomlTables::enter_header(const Names& names, bool is_list) {
  Key key = 0;
  for (const std::string& name : names) key = below(key, number_of(name));
  add_context(key, is_list);
  mark(0, false);
}

void TomlTables::enter_pair(const Names& names) {
  name_ = number_of(names.back());
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    add_implicit_context(below(context_, number_of(names[i])));
  }
}

void TomlTables::set_value(const Item& item) {
  set_in_context(name_, item);
  mark(name_, item.list != nullptr);
}

void TomlTables::start_list() {
  mark(name_, true);
}

void TomlTables::enter_inline(bool in_list) {
  const Key key = below(context_, name_);
  context_ = key;
  name_ = 0;
  keys_[key].is_implicit = true;
  add_context(key, in_list);
}

void TomlTables::add_implicit_context(Key key) {
  keys_[key].is_implicit = true;
  add_context(key, false);
}

TomlTables::Table* TomlTables::inner(const Item& item) {
  if (item.table != nullptr) return item.table;
  const bool is_tables = item.list != nullptr && item.list->is_tables;
  return is_tables ? item.list->items.back().table : nullptr;
}

/// Goes down to `key` from the root, makes the tables on the way and the one at its end.
void TomlTables::add_context(Key key, bool is_list) {
  const std::vector<std::uint32_t> path = path_of(key);
  Table* table = &tables_.front();
  Key parent = 0;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    parent = below(parent, path[i]);
    auto [found, is_new] = table->items.try_emplace(path[i]);
    if (is_new) {
      keys_[parent].is_implicit = true;
      found->second.table = new_table();
    }
    table = inner(found->second);
    if (table == nullptr) {
      throw TomlConflict{"Key '" + shown(parent) + "' was already created as a hash."};
    }
  }
  context_ = parent;
  Item made;
  if (is_list) {
    Item& item = table->items[path.back()];
    if (item.list == nullptr && item.table == nullptr && item.value.is_none()) {
      item.list = new_list();
      item.list->is_tables = true;
    }
    if (item.list == nullptr || !item.list->is_tables) {
      throw TomlConflict{"Key '" + shown(key) +
                         "' was already created and cannot be used as an array."};
    }
    made.table = new_table();
    append(*item.list, made);
  } else {
    made.table = new_table();
    set_in_context(path.back(), made);
  }
  context_ = key;
}

void TomlTables::set_in_context(std::uint32_t name, const Item& item) {
  Table* table = &tables_.front();
  Key parent = 0;
  for (const std::uint32_t part : path_of(context_)) {
    parent = below(parent, part);
    const auto found = table->items.find(part);
    if (found == table->items.end()) {
      throw gotemplate::FunctionError("BUG: Context for key '" + shown(parent) +
                                      "' has not been established.\n\n");
    }
    table = inner(found->second);
    if (table == nullptr) {
      throw TomlConflict{"Key '" + shown(parent) + "' has already been defined."};
    }
  }
  const Key key = below(context_, name);
  const auto [found, is_new] = table->items.try_emplace(name, item);
  if (is_new) return;
  if (!keys_[key].is_implicit) {
    throw TomlConflict{"Key '" + shown(key) + "' has already been defined."};
  }
  keys_[key].is_implicit = false;
  if (keys_[key].is_list) found->second = item;
}

/// An empty name marks the context itself, as in the library.
void TomlTables::mark(std::uint32_t name, bool is_list) {
  const Key key = name == 0 && context_ != 0 ? context_ : below(context_, name);
  keys_[key].is_list = is_list;
}

void TomlTables::set_inline(Table& table, const Names& names, const Item& item) {
  Table* parent = &table;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    Item& found = parent->items[number_of(names[i])];
    if (found.table == nullptr && found.list == nullptr && found.value.is_none()) {
      found.table = new_table();
    }
    if (found.table == nullptr) {
      throw TomlConflict{gotemplate::quote(shown(context_)) + " is not a table"};
    }
    parent = found.table;
  }
  parent->items[number_of(names.back())] = item;
}

GoValue TomlTables::built(const Item& item) {
  if (item.table != nullptr) return built(*item.table);
  if (item.list == nullptr) return item.value;
  List& list = *item.list;
  if (list.built.is_none()) {
    std::vector<GoValue> values;
    values.reserve(list.items.size());
    for (const Item& element : list.items) values.push_back(built(element));
    list.built = heap_.slice(values, list.is_tables ? GoType::maps : GoType::list);
  }
  return list.built;
}

GoValue TomlTables::built(Table& table) {
  if (table.built == nullptr) {
    std::vector<GoEntry> entries;
    entries.reserve(table.items.size());
    for (const auto& [name, item] : table.items) {
      const std::string_view text = names_[name];
      entries.push_back({text.data(), static_cast<std::uint32_t>(text.size()), built(item)});
    }
    std::sort(entries.begin(), entries.end(),
              [](const GoEntry& a, const GoEntry& b) { return a.name() < b.name(); });
    table.built = heap_.map(GoType::map, entries.size());
    table.built->insert(entries);
  }
  return GoValue::map(table.built);
}

GoMap* TomlTables::document() {
  return built(tables_.front()).as_map();
}

}  // namespace reconcile::sprig
