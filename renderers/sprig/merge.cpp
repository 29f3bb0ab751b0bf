// mergo 1.0.1 as Sprig calls it. Nested maps of the destination are changed in place and those
// taken from a source are shared with it. "Empty" destinations (0, "", false, {}, []) are replaced
// by both functions; a null in a source counts for mergeOverwrite only.
#include <algorithm>
#include <string>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "renderers/sprig/limits.hpp"
#include "renderers/sprig/list_items.hpp"
#include "renderers/sprig/tables.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::GoEntry;
using gotemplate::GoMap;
using gotemplate::GoType;
using gotemplate::GoValue;

enum class Overwrite : bool { no, yes };

/// Entries that one call may visit: maps that share their parts have exponentially many.
constexpr std::uint64_t entries_max = 20'000'000;

/// mergo's ErrDifferentArgumentsTypes, which `merge` answers "" for.
struct DifferentTypes {};

/// What a map's entries are to Go: interface {} unless the map has a type of its own.
GoType element_of(GoType map) {
  return gotemplate::type_info(map).element;
}
std::string_view element_name(GoType map) {
  const GoType element = element_of(map);
  return element == GoType::none ? "interface {}" : gotemplate::type_info(element).name;
}

class Merger {
 public:
  explicit Merger(Overwrite overwrite) : overwrite_(overwrite == Overwrite::yes) {}

  void merge(GoMap& target, const GoMap& source, int depth) {
    if (depth > depth_max) {
      throw FunctionError("merge: the maps are cyclic or deeper than the limit of " +
                          std::to_string(depth_max));
    }
    if (&target == &source) return;
    visited_ += 1 + source.size();
    if (visited_ > entries_max) {
      throw FunctionError("merge: the maps have more than the limit of " +
                          std::to_string(entries_max) + " entries");
    }
    // A nested merge may change `source` too where both share maps.
    const std::vector<GoEntry> entries(source.entries().begin(), source.entries().end());
    for (const GoEntry& entry : entries) merge_entry(target, entry, source.type(), depth);
  }
  [[nodiscard]] std::uint64_t visited() const { return visited_; }

 private:
  void merge_entry(GoMap& target, const GoEntry& entry, GoType source, int depth) {
    const GoValue* present = target.find(entry.name());
    if (entry.value.is_nil()) {
      if (overwrite_) set(target, entry, source);
      return;
    }
    const GoValue old = present == nullptr ? GoValue() : *present;
    if (entry.value.is_slice()) check_slice(target, entry.value, old);
    if (present == nullptr) {
      set(target, entry, source);
      return;
    }
    if (old.is_map() && entry.value.is_map() && old.as_map() != nullptr &&
        entry.value.as_map() != nullptr) {
      merge(*old.as_map(), *entry.value.as_map(), depth + 1);
      // What was empty and still is becomes the source's map.
      if (!is_empty(old)) return;
    }
    if (old.type() == GoType::object) check_object(old, entry.value);
    if (overwrite_ || is_empty(old)) set(target, entry, source);
  }

  /// reflect's check of what a map may hold. `source` is the type of the map it comes from.
  static void set(GoMap& target, const GoEntry& entry, GoType source) {
    const GoType wanted = element_of(target.type());
    if (wanted != GoType::none && element_of(source) != wanted) {
      fail_assignment(element_name(source), target);
    }
    target.set(entry.name(), entry.value);
  }

  /// mergo puts a slice, or the one that was there, into the map before it decides.
  void check_slice(const GoMap& target, const GoValue& source, const GoValue& old) const {
    const GoType wanted = element_of(target.type());
    if (wanted == GoType::none) return;
    if (wanted == GoType::string && !old.is_none()) {
      throw FunctionError("reflect: call of reflect.Value.IsNil on string Value");
    }
    const GoType put = old.is_none() || overwrite_ ? source.type() : old.type();
    if (put != wanted) fail_assignment(gotemplate::type_info(put).name, target);
  }

  /// Structs and pointers are merged field by field, which other kinds have not.
  void check_object(const GoValue& old, const GoValue& source) const {
    if (!source.is_map()) return;
    if (old.kind() == gotemplate::GoKind::pointer && !overwrite_) throw DifferentTypes{};
    const auto fields = old.as_object()->fields();
    const bool is_open = std::any_of(fields.begin(), fields.end(),
                                     [](const auto& field) { return !field.is_hidden; });
    if (old.kind() == gotemplate::GoKind::structure && is_open) {
      throw FunctionError("reflect: call of reflect.Value.Field on map Value");
    }
  }

  [[noreturn]] static void fail_assignment(std::string_view found, const GoMap& target) {
    throw FunctionError("reflect.Value.SetMapIndex: value of type " + std::string(found) +
                        " is not assignable to type " + std::string(element_name(target.type())));
  }

  bool overwrite_;
  std::uint64_t visited_ = 0;
};

GoValue merged(Call& call, Overwrite overwrite) {
  GoValue target = call[0];
  Merger merger(overwrite);
  for (const GoValue& source : call.arguments.subspan(1)) {
    if (source.as_map() == nullptr) continue;
    if (target.as_map() == nullptr) target = GoValue::map(call.heap().map());
    merger.merge(*target.as_map(), *source.as_map(), 0);
  }
  call.context.work += merger.visited() * 4;
  return target;
}

template <Overwrite overwrite>
GoValue merge(Call& call) {
  try {
    return merged(call, overwrite);
  } catch (const DifferentTypes&) {
    return GoValue::string("");
  }
}

template <Overwrite overwrite>
GoValue must_merge(Call& call) {
  try {
    return merged(call, overwrite);
  } catch (const DifferentTypes&) {
    throw FunctionError("src and dst must be of same type");
  }
}

constexpr Function functions[] = {
    {"merge", "mm*", merge<Overwrite::no>},
    {"mustMerge", "mm*", must_merge<Overwrite::no>},
    {"mergeOverwrite", "mm*", merge<Overwrite::yes>},
    {"mustMergeOverwrite", "mm*", must_merge<Overwrite::yes>},
};

}  // namespace

std::span<const Function> merge_functions() {
  return functions;
}

}  // namespace reconcile::sprig
