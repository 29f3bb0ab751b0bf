#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "reconcile/gotemplate/go_value.hpp"
#include "reconcile/gotemplate/heap.hpp"

namespace reconcile::sprig {

/// A key that stands where it may not.
struct TomlConflict {
  std::string message;
};

/// The tables of a TOML document while it is read, with BurntSushi/toml 1.6.0's notion of what is
/// defined: it keeps its marks (made by the way, a list) by a key's whole path, also within inline
/// tables, and oddities of what it accepts follow from that. Keys are numbered, so that a long key
/// costs no more than a short one. Members that define keys throw TomlConflict.
class TomlTables {
 public:
  struct Table;
  struct List;
  /// A value of the document: of `value`, `list` and `table` one.
  struct Item {
    gotemplate::GoValue value;
    List* list = nullptr;
    Table* table = nullptr;
  };
  struct Table {
    std::unordered_map<std::uint32_t, Item> items;
    gotemplate::GoMap* built = nullptr;
  };
  struct List {
    std::vector<Item> items;
    bool is_tables = false;  ///< []map[string]interface {}
    gotemplate::GoValue built;
  };
  /// A path of keys; 0 is the empty one.
  using Key = std::uint32_t;
  using Names = std::vector<std::string>;

  explicit TomlTables(gotemplate::Heap& heap);

  /// `[names]`, or `[[names]]` where it `is_list`.
  void enter_header(const Names& names, bool is_list);

  /// Where the reader is; given back with leave().
  struct Place {
    Key context = 0;
    Key name = 0;
  };
  [[nodiscard]] Place place() const { return {context_, name_}; }
  void leave(Place place);
  /// `names =`: what follows is the value of the last one.
  void enter_pair(const Names& names);
  /// Gives the pair entered last its value.
  void set_value(const Item& item);
  /// A list starts as the value of the pair entered last.
  void start_list();
  /// An inline table starts there, as a list's item where it is `in_list`.
  void enter_inline(bool in_list);

  Table* new_table();
  List* new_list();
  static void append(List& list, const Item& item);
  /// Sets `names` below an inline table to `item`.
  void set_inline(Table& table, const Names& names, const Item& item);

  /// The path that an error names.
  [[nodiscard]] std::string current() const;
  [[nodiscard]] std::size_t depth() const { return keys_[context_].depth; }
  gotemplate::GoMap* document();

 private:
  struct KeyInfo {
    Key parent = 0;
    std::uint32_t name = 0;
    std::uint32_t depth = 0;
    bool is_implicit = false;
    bool is_list = false;
  };
  /// Throws FunctionError where the document takes too much memory.
  void count_entry();
  std::uint32_t number_of(std::string_view name);
  Key below(Key parent, std::uint32_t name);
  [[nodiscard]] std::vector<std::uint32_t> path_of(Key key) const;
  [[nodiscard]] std::string shown(Key key) const;
  void add_context(Key key, bool is_list);
  void add_implicit_context(Key key);
  /// Null where a list or a scalar stands there.
  static Table* inner(const Item& item);
  void set_in_context(std::uint32_t name, const Item& item);
  void mark(std::uint32_t name, bool is_list);
  gotemplate::GoValue built(const Item& item);
  gotemplate::GoValue built(Table& table);

  gotemplate::Heap& heap_;
  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::vector<KeyInfo> keys_;
  std::unordered_map<std::uint64_t, Key> children_;
  std::deque<Table> tables_;
  std::deque<List> lists_;
  std::size_t bytes_ = 0;
  Key context_ = 0;
  Key name_ = 0;  ///< the number of the name behind the context; 0, the empty one, for none
};

}  // namespace reconcile::sprig
