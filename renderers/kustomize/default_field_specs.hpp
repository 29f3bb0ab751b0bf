#pragma once

#include <span>

namespace reconcile::kustomize {

/// One field spec as data: an object selection (empty = any) and a path with '/' between fields.
struct FieldSpecRow {
  const char* group;
  const char* version;
  const char* kind;
  const char* path;
  bool create;
};

/// The kind that names may refer to, and the fields that hold such names.
struct NameReferenceRow {
  const char* group;
  const char* version;
  const char* kind;
  std::span<const FieldSpecRow> referrers;
};

std::span<const FieldSpecRow> default_name_prefix();
std::span<const FieldSpecRow> default_name_suffix();
std::span<const FieldSpecRow> default_namespace();
std::span<const FieldSpecRow> default_common_labels();
std::span<const FieldSpecRow> default_template_labels();
std::span<const FieldSpecRow> default_volume_claim_template_labels();
std::span<const FieldSpecRow> default_common_annotations();
std::span<const FieldSpecRow> default_var_reference();
std::span<const FieldSpecRow> default_images();
std::span<const FieldSpecRow> default_replicas();
std::span<const NameReferenceRow> default_name_references();

}  // namespace reconcile::kustomize
