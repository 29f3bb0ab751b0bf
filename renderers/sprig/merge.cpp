// mergo 1.0.1 as Sprig calls it. Nested maps of the destination are changed in place and those
// taken from a source are shared with it. "Empty" destinations (0, "", false, {}, []) are replaced
// by both functions; a null in a source counts for mergeOverwrite only.
#include <string>
#include <vector>

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

/// Sets an entry; `files_only` where the target is an engine.files and the source is not.
void set_entry(GoMap& target, const GoEntry& entry, bool files_only) {
  if (files_only) {
    throw FunctionError(
        "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type []uint8");
  }
  target.set(entry.name(), entry.value);
}

void merge_into(GoMap& target, const GoMap& source, bool files_only, Overwrite overwrite, int depth,
                std::uint64_t& visited) {
  if (depth > depth_max) {
    throw FunctionError("merge: the maps are cyclic or deeper than the limit of " +
                        std::to_string(depth_max));
  }
  if (&target == &source) return;
  visited += 1 + source.size();
  if (visited > entries_max) {
    throw FunctionError("merge: the maps have more than the limit of " +
                        std::to_string(entries_max) + " entries");
  }
  // A nested merge may change `source` too where both share maps.
  const std::vector<GoEntry> entries(source.entries().begin(), source.entries().end());
  for (const GoEntry& entry : entries) {
    const GoValue* present = target.find(entry.name());
    if (entry.value.is_nil()) {
      if (overwrite == Overwrite::yes) set_entry(target, entry, files_only);
      continue;
    }
    if (present == nullptr) {
      set_entry(target, entry, files_only);
      continue;
    }
    const GoValue old = *present;
    if (old.is_map() && entry.value.is_map() && old.as_map() != nullptr &&
        entry.value.as_map() != nullptr) {
      const bool inner_files = old.type() == GoType::files && entry.value.type() != GoType::files;
      merge_into(*old.as_map(), *entry.value.as_map(), inner_files, overwrite, depth + 1, visited);
      // What was empty and still is becomes the source's map.
      if (!is_empty(old)) continue;
    }
    if (overwrite == Overwrite::yes || is_empty(old)) set_entry(target, entry, files_only);
  }
}

template <Overwrite overwrite>
GoValue merge(Call& call) {
  GoValue target = call[0];
  std::uint64_t visited = 0;
  for (const GoValue& source : call.arguments.subspan(1)) {
    if (source.as_map() == nullptr) continue;
    if (target.as_map() == nullptr) target = GoValue::map(call.heap().map());
    merge_into(*target.as_map(), *source.as_map(), false, overwrite, 0, visited);
  }
  call.context.work += visited * 4;
  return target;
}

constexpr Function functions[] = {
    {"merge", "mm*", merge<Overwrite::no>},
    {"mustMerge", "mm*", merge<Overwrite::no>},
    {"mergeOverwrite", "mm*", merge<Overwrite::yes>},
    {"mustMergeOverwrite", "mm*", merge<Overwrite::yes>},
};

}  // namespace

std::span<const Function> merge_functions() {
  return functions;
}

}  // namespace reconcile::sprig
