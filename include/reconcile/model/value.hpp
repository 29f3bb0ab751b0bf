#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace reconcile::model {

enum class Kind : std::uint8_t { null, boolean, integer, floating, string, list, map };

/// The stable lower-case name of `kind`: "null", "boolean", "integer", "number", "string", "list",
/// "map".
std::string_view to_string(Kind kind);

class Arena;
struct Node;
struct Entry;

/// A read-only view of one node of a Document. Two pointers wide at most, copied freely; it lives
/// as long as the Document (or Arena) it came from. A default-made Value is *absent*: `present()`
/// is false and every reader treats it as a missing field, so that chains like
/// `v["spec"]["replicas"]` need no checks.
class Value {
 public:
  Value() = default;
  explicit Value(const Node* node) : node_(node) {}

  [[nodiscard]] bool present() const noexcept { return node_ != nullptr; }
  explicit operator bool() const noexcept { return present(); }
  /// The kind; an absent value answers `Kind::null`.
  [[nodiscard]] Kind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }
  [[nodiscard]] bool is_string() const noexcept { return kind() == Kind::string; }
  [[nodiscard]] bool is_list() const noexcept { return kind() == Kind::list; }
  [[nodiscard]] bool is_map() const noexcept { return kind() == Kind::map; }
  [[nodiscard]] bool is_number() const noexcept;
  [[nodiscard]] bool is_scalar() const noexcept { return !is_list() && !is_map(); }

  /// The text of a string; empty for every other kind.
  [[nodiscard]] std::string_view text() const noexcept;
  /// Typed reads: absent where the kind differs. `integer()` also takes a floating value that is
  /// whole and fits; `number()` takes both numeric kinds.
  [[nodiscard]] std::optional<bool> boolean() const noexcept;
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
  [[nodiscard]] std::optional<double> number() const noexcept;
  /// The scalar's text in the source it was read from (`0x1F`, `1.0`, `~`); for a value built in
  /// memory its canonical text. Empty for lists and maps.
  [[nodiscard]] std::string_view source() const noexcept;
  /// Integers above int64 are kept as such: true if the integer is to be read as uint64.
  [[nodiscard]] bool is_unsigned() const noexcept;
  /// The integer as uint64 where it is one and not negative.
  [[nodiscard]] std::optional<std::uint64_t> unsigned_integer() const noexcept;
  /// True for a string that Go's v3 reader holds as a time; its text is then RFC 3339.
  [[nodiscard]] bool is_timestamp() const noexcept;

  /// Items of a list, entries of a map; 0 for everything else.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// Item `index` of a list; absent where out of range or no list.
  [[nodiscard]] Value at(std::size_t index) const noexcept;
  /// Value of `key` in a map; absent where missing or no map. Constant time on average above 16
  /// entries.
  [[nodiscard]] Value operator[](std::string_view key) const noexcept;
  [[nodiscard]] bool contains(std::string_view key) const noexcept {
    return (*this)[key].present();
  }
  /// Entry `index` of a map in document order; `key_at` is empty where out of range.
  [[nodiscard]] std::string_view key_at(std::size_t index) const noexcept;
  [[nodiscard]] Value value_at(std::size_t index) const noexcept;

  [[nodiscard]] const Node* node() const noexcept { return node_; }

 private:
  const Node* node_ = nullptr;
};

/// Deep equality of JSON data: maps without order, integer 1 equals floating 1.0, null equals
/// absent root.
bool equal(Value left, Value right) noexcept;

/// An immutable tree with the arena that owns it. Copying shares; safe to hand to any thread.
/// This, not Value, is what crosses a stage or a suspension point.
class Document {
 public:
  Document() = default;
  /// Takes over `arena`; `root` must live in it (or in an arena it `retain`s).
  Document(std::shared_ptr<const Arena> arena, Value root);
  [[nodiscard]] Value root() const noexcept { return root_; }
  [[nodiscard]] Value operator[](std::string_view key) const noexcept { return root_[key]; }
  [[nodiscard]] bool present() const noexcept { return root_.present(); }
  [[nodiscard]] const std::shared_ptr<const Arena>& arena() const noexcept { return arena_; }
  /// The same arena seen from another node of it.
  [[nodiscard]] Document at(Value root) const { return {arena_, root}; }

 private:
  std::shared_ptr<const Arena> arena_;
  Value root_;
};

}  // namespace reconcile::model
