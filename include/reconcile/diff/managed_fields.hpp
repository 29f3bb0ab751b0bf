#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::diff {

/// The field manager that every unit applies with.
inline constexpr std::string_view field_manager = "reconcile";
/// Of the program that runs the controller of autoscalers; it writes no other scale.
inline constexpr std::string_view autoscaler_manager = "kube-controller-manager";

/// How a manager wrote its fields, as `metadata.managedFields[].operation` says.
enum class Operation : std::uint8_t { apply, update };
std::string_view to_string(Operation operation);

/// What one step of a field path selects.
enum class PathStepType : std::uint8_t {
  field,  ///< `f:NAME`: a map's field; `text` is the name
  key,    ///< `k:{…}`: a list item by its key fields; `text` is their JSON
  value,  ///< `v:…`: a set's item by its value; `text` is its JSON
  index,  ///< `i:N`: a list item by position; `text` is the number
};

struct PathStep {
  PathStepType type = PathStepType::field;
  std::string text;
  auto operator<=>(const PathStep&) const = default;
};
using FieldPath = std::vector<PathStep>;

/// The path as people write it: `spec.template.spec.containers[name=app].image`,
/// `metadata.annotations["a.b/c"]`, `metadata.finalizers["x"]`, `spec.args[0]`; "" is the root.
std::string to_string(std::span<const PathStep> path);

/// One entry of `metadata.managedFields`. Views live as long as the object it was read from.
struct ManagedEntry {
  std::string_view manager;
  Operation operation = Operation::update;
  std::string_view subresource;  ///< empty for the object itself
  std::string_view api_version;  ///< the version the entry was written with
  std::string_view time;         ///< RFC 3339; empty where absent
  model::Value fields;           ///< the trie `fieldsV1`; absent in a damaged entry
};

/// Whether an entry claims `spec.replicas` through the subresource `scale`.
bool claims_scale(const ManagedEntry& entry);

/// All entries of a live object (or of its metadata-only form) in its order; entries without
/// manager and fields (`managedFields: [{}]`) are left out.
std::vector<ManagedEntry> managed_entries(model::Value object);
/// The Apply entry of `manager` on the object itself; absent where it has none.
std::optional<ManagedEntry> find_apply_entry(model::Value object,
                                             std::string_view manager = field_manager);

/// The manager that owns a field now, copied out of an entry.
struct FieldOwner {
  std::string manager;
  Operation operation = Operation::update;
  std::string subresource;
  std::string time;
  auto operator<=>(const FieldOwner&) const = default;
};

/// The managers that own `path` itself or an ancestor of it as a whole (an atomic map or list), in
/// the object's order; empty where nobody does.
std::vector<FieldOwner> owners_of(std::span<const ManagedEntry> entries,
                                  std::span<const PathStep> path);

/// Where `trie` leads to along `path`: the sub-trie, or absent.
model::Value find_trie(model::Value trie, std::span<const PathStep> path);
/// Whether a trie node has no children but `.`: the field is owned as a whole.
bool is_leaf(model::Value trie);
/// Reads one trie key such as "f:spec" or `k:{"name":"app"}`; absent for "." and unknown forms.
std::optional<PathStep> parse_step(std::string_view trie_key);

/// The value that one step selects in `parent`; absent where there is none.
model::Value select(model::Value parent, const PathStep& step);
/// The list position that a key, value or index step selects in `list`; absent where there is none.
std::optional<std::size_t> position_of(model::Value list, const PathStep& step);

/// Calls `visit(path, trie, live)` for every field that `trie` owns (leaves, and nodes with `.`),
/// in the trie's order; `live` is absent where the object lacks the field. Depth is bounded to 500
/// levels: Error(limit_exceeded) beyond.
using FieldVisitor =
    std::function<void(std::span<const PathStep> path, model::Value trie, model::Value live)>;
void walk_fields(model::Value trie, model::Value live, const FieldVisitor& visit);

/// What a take-over does to `metadata.managedFields`.
struct TakeOver {
  std::vector<std::string> managers;  ///< the managers whose entries become ours, in their order
  std::string managed_fields_json;    ///< the new list: theirs merged into our Apply entry
};
/// Merges the entries of `managers` (exact names; Apply and Update, never of a subresource) into
/// the Apply entry of `manager`. Absent where the object has no such entry.
std::optional<TakeOver> take_over(model::Value object, std::span<const std::string> managers,
                                  std::string_view manager = field_manager);

}  // namespace reconcile::diff
