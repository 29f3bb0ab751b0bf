#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::engine::gates {

/// Reads the fields of one map strictly: what is there must be of the right type and within its
/// bound, and `finish` refuses what nobody asked for. null counts as absent. Every error is
/// Error(invalid_input) and names the field by its path, what was expected and what was found.
class FieldReader {
 public:
  /// `path` names the map in messages ("spec", "predicate.units[3]"); empty for the root. An absent
  /// `map` has no fields; throws where it is there and no map.
  FieldReader(model::Value map, std::string path);

  /// A text that must be there and not empty.
  std::string required_text(std::string_view key);
  /// Empty where absent.
  std::string text(std::string_view key);
  /// One of `words`; `fallback` where absent.
  std::string word(std::string_view key, const std::vector<std::string_view>& words,
                   std::string_view fallback);
  /// `digits` lower-case hex digits after `prefix`, or empty where absent or empty.
  std::string hex(std::string_view key, std::string_view prefix, std::size_t digits);
  std::vector<std::string> texts(std::string_view key, std::size_t count_max);
  std::optional<std::uint64_t> count(std::string_view key, std::uint64_t most);
  bool flag(std::string_view key, bool fallback);
  /// RFC 3339.
  std::optional<model::WallTime> time(std::string_view key);
  /// As Flux writes durations.
  std::optional<std::chrono::nanoseconds> duration(std::string_view key);
  /// The items of a list; absent: none. Throws above `count_max`.
  model::Value list(std::string_view key, std::size_t count_max);
  FieldReader map(std::string_view key);

  [[nodiscard]] model::Value value(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const { return !map_[key].is_null(); }
  [[nodiscard]] std::string path_of(std::string_view key) const;
  /// Throws for the first field that was not read, naming the nearest one that could be.
  void finish() const;

 private:
  model::Value map_;
  std::string path_;
  std::set<std::string, std::less<>> read_;
};

/// Throws Error(invalid_input) "expected EXPECTED in FIELD, found FOUND".
[[noreturn]] void wrong_field(std::string_view field, std::string_view expected,
                              std::string_view found);

}  // namespace reconcile::engine::gates
