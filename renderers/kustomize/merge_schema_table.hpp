#pragma once

#include <cstdint>
#include <span>

namespace reconcile::kustomize {

/// One field of a type: where it leads to and, for a list that merges, by which keys.
struct MergeFieldRow {
  const char* name;
  std::int16_t type;  ///< type of the field or of the list's items; -1: none that matters
  bool is_list;
  bool merges;  ///< the list merges by key (or, without keys, as a set of scalars)
  const char* first_key;
  const char* second_key;
};

struct MergeTypeRow {
  const char* name;  ///< of the OpenAPI definition
  std::uint16_t first;
  std::uint16_t count;
};

struct MergeRootRow {
  const char* api_version;
  const char* kind;
  std::int16_t type;
};

struct ScopeRow {
  const char* api_version;
  const char* kind;
};

/// The fields of type `type` that matter for merging.
std::span<const MergeFieldRow> merge_fields(int type);
std::span<const MergeTypeRow> merge_types();
std::span<const MergeRootRow> merge_roots();
std::span<const ScopeRow> cluster_scoped_kinds();

}  // namespace reconcile::kustomize
