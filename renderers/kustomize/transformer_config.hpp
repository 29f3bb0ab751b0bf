#pragma once

#include <memory>
#include <string_view>

#include "renderers/kustomize/field_spec.hpp"

namespace reconcile::kustomize {

/// A kind that is referred to by name, and the fields that do so.
struct NameReferences {
  std::string group;
  std::string version;
  std::string kind;
  FieldSpecs referrers;
  [[nodiscard]] GvkView gvk() const noexcept { return {group, version, kind}; }
};

/// Where the transformers work, as built in, from `configurations` and from `crds`.
struct TransformerConfig {
  FieldSpecs name_prefix;
  FieldSpecs name_suffix;
  FieldSpecs namespace_fields;
  FieldSpecs common_labels;
  FieldSpecs labels;
  FieldSpecs template_labels;
  FieldSpecs volume_claim_template_labels;
  FieldSpecs common_annotations;
  FieldSpecs var_reference;
  FieldSpecs images;
  FieldSpecs replicas;
  std::vector<NameReferences> name_references;

  /// The built-in configuration; one instance for the process.
  static const std::shared_ptr<const TransformerConfig>& defaults();
  /// Reads one file of `configurations`. Throws Error(invalid_input) naming unknown fields.
  static TransformerConfig parse(std::string_view text);
  /// Adds what is missing. Throws Error(invalid_input) naming the list where specs conflict.
  void merge(const TransformerConfig& incoming);
  void merge_references(const NameReferences& incoming);

 private:
  void sort();
};

using TransformerConfigPointer = std::shared_ptr<const TransformerConfig>;

/// Both; either may be null, which is empty. It is not copied where nothing can change.
TransformerConfigPointer merged(const TransformerConfigPointer& base,
                                const TransformerConfigPointer& incoming);

/// Reads a file of `crds` (OpenAPI definitions): fields marked with x-kubernetes-annotation,
/// -label-selector, -identity and -object-ref-… become field specs.
TransformerConfig config_from_crds(std::string_view text);

}  // namespace reconcile::kustomize
