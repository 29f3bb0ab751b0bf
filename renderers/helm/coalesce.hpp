#pragma once

#include <string>
#include <vector>

#include "reconcile/gotemplate/heap.hpp"
#include "renderers/helm/chart_instance.hpp"

namespace reconcile::helm {

/// Whether nulls delete (Helm's CoalesceValues) or stay for a later pass (MergeValues).
enum class Nulls { remove, keep };

/// The work of merging values over one render: where memory comes from, which Helm, where warnings
/// go.
struct ValuesContext {
  gotemplate::Heap& heap;
  Profile profile;
  std::vector<std::string>& warnings;
};

/// A deep copy: maps and lists are new, scalars shared.
gotemplate::GoValue deep_copy(gotemplate::Heap& heap, const gotemplate::GoValue& value);

/// `values` (copied) over the defaults of `chart` and its subcharts, as CoalesceValues and
/// MergeValues do. Throws Error(invalid_input) where a subchart's values are no table.
gotemplate::GoMap* coalesce(ValuesContext& context, const ChartInstance& chart,
                            const gotemplate::GoMap* values, Nulls nulls);

/// CoalesceTables / MergeTables: `into` keeps what it has, `from` fills the rest; both change.
void coalesce_tables(ValuesContext& context, gotemplate::GoMap& into, gotemplate::GoMap& from,
                     const std::string& prefix, Nulls nulls);

/// Merges `over` into a copy of `base`: maps deep, everything else replaced (the loader's
/// MergeMaps).
gotemplate::GoMap* merge_maps(gotemplate::Heap& heap, const gotemplate::GoMap& base,
                              const gotemplate::GoMap& over);

/// The map in a value of any map type with interface values; null for everything else.
gotemplate::GoMap* table_of(const gotemplate::GoValue& value);
/// The table at a dotted path; null where there is none.
gotemplate::GoMap* find_table(gotemplate::GoMap& values, std::string_view path);

}  // namespace reconcile::helm
