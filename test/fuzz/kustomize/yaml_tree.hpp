#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "test/fuzz/kustomize/chooser.hpp"

namespace reconcile::fuzz {

/// A value that a generator builds before it is written as YAML, with the order and the repetition
/// of its keys.
struct Yaml {
  enum class Kind { text, raw, map, list };
  using Entry = std::pair<std::string, Yaml>;

  Kind kind = Kind::map;
  std::string scalar;  ///< text: the value, quoted where needed; raw: as it stands in the file
  std::vector<Entry> entries;
  std::vector<Yaml> items;

  Yaml() = default;
  Yaml(std::string text) : kind(Kind::text), scalar(std::move(text)) {}
  Yaml(const char* text) : kind(Kind::text), scalar(text) {}

  bool is_scalar() const { return kind == Kind::text || kind == Kind::raw; }
  /// The value of `key`, made as an empty map where it is missing.
  Yaml& operator[](std::string_view key);
  const Yaml* find(std::string_view key) const;
  void add(std::string key, Yaml value) { entries.emplace_back(std::move(key), std::move(value)); }
};

/// As it stands in the file: a number, `null`, an alias, a tag.
Yaml raw(std::string scalar);
Yaml raw(std::int64_t number);
Yaml list(std::vector<Yaml> items);
Yaml map_of(std::initializer_list<Yaml::Entry> entries);
Yaml texts(const std::vector<std::string>& items);

/// One step into a tree: a key, or an index of a list.
struct Step {
  std::string key;
  std::size_t index = 0;
  bool is_index = false;
  const Yaml* value = nullptr;  ///< what the step leads to
};
/// A way to some value below `tree`; at least one step where it has values.
std::vector<Step> random_way(Chooser& random, const Yaml& tree);

/// How a tree is written.
enum class Style {
  plain,  ///< block style, nothing else
  noisy,  ///< flow style, quotes, literals, comments and blank lines here and there
  json,
};
std::string write(const Yaml& tree, Style style, Chooser& random);

}  // namespace reconcile::fuzz
