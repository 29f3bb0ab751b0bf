#include "renderers/kustomize/transformer_config.hpp"

#include <array>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/kustomize/decode.hpp"
#include "renderers/kustomize/go_sort.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;
using model::Value;

namespace {

struct NamedList {
  std::string_view name;
  FieldSpecs TransformerConfig::*list;
};

constexpr std::array named_lists = {
    NamedList{"namePrefix", &TransformerConfig::name_prefix},
    NamedList{"nameSuffix", &TransformerConfig::name_suffix},
    NamedList{"namespace", &TransformerConfig::namespace_fields},
    NamedList{"commonLabels", &TransformerConfig::common_labels},
    NamedList{"labels", &TransformerConfig::labels},
    NamedList{"templateLabels", &TransformerConfig::template_labels},
    NamedList{"volumeClaimTemplateLabels", &TransformerConfig::volume_claim_template_labels},
    NamedList{"commonAnnotations", &TransformerConfig::common_annotations},
    NamedList{"varReference", &TransformerConfig::var_reference},
    NamedList{"images", &TransformerConfig::images},
    NamedList{"replicas", &TransformerConfig::replicas},
};

FieldSpecs from_rows(std::span<const FieldSpecRow> rows) {
  FieldSpecs specs;
  specs.reserve(rows.size());
  for (const FieldSpecRow& row : rows) specs.push_back(FieldSpec::from_row(row));
  return specs;
}

FieldSpecs from_list(Value list) {
  FieldSpecs specs;
  for (std::size_t i = 0; i < list.size(); ++i) specs.push_back(FieldSpec::from(list.at(i)));
  return specs;
}

const Shape& config_shape() {
  static const Shape shape = [] {
    const Shape specs = Shape::list(field_spec_shape());
    std::vector<std::pair<std::string, Shape>> fields;
    for (const NamedList& list : named_lists) fields.emplace_back(std::string(list.name), specs);
    fields.emplace_back("nameReference", Shape::list(Shape::object({{"group", Shape::string()},
                                                                    {"version", Shape::string()},
                                                                    {"kind", Shape::string()},
                                                                    {"fieldSpecs", specs}})));
    return Shape::object(std::move(fields));
  }();
  return shape;
}

}  // namespace

const std::shared_ptr<const TransformerConfig>& TransformerConfig::defaults() {
  static const std::shared_ptr<const TransformerConfig> config = [] {
    auto result = std::make_shared<TransformerConfig>();
    result->name_prefix = from_rows(default_name_prefix());
    result->name_suffix = from_rows(default_name_suffix());
    result->namespace_fields = from_rows(default_namespace());
    result->common_labels = from_rows(default_common_labels());
    result->template_labels = from_rows(default_template_labels());
    result->volume_claim_template_labels = from_rows(default_volume_claim_template_labels());
    result->common_annotations = from_rows(default_common_annotations());
    result->var_reference = from_rows(default_var_reference());
    result->images = from_rows(default_images());
    result->replicas = from_rows(default_replicas());
    for (const NameReferenceRow& row : default_name_references()) {
      result->name_references.push_back(
          {row.group, row.version, row.kind, from_rows(row.referrers)});
    }
    return result;
  }();
  return config;
}

TransformerConfig TransformerConfig::parse(std::string_view text) {
  model::YamlOptions options;
  options.strict = true;
  const model::Document document = decode(model::parse_yaml(text, options), config_shape(), true);
  TransformerConfig config;
  for (const NamedList& list : named_lists) config.*list.list = from_list(document[list.name]);
  const Value references = document["nameReference"];
  for (std::size_t i = 0; i < references.size(); ++i) {
    const Value entry = references.at(i);
    config.name_references.push_back(
        {std::string(entry["group"].text()), std::string(entry["version"].text()),
         std::string(entry["kind"].text()), from_list(entry["fieldSpecs"])});
  }
  config.sort();
  return config;
}

void TransformerConfig::merge(const TransformerConfig& incoming) {
  for (const NamedList& list : named_lists) {
    try {
      merge_field_specs(this->*list.list, incoming.*list.list);
    } catch (Error& error) {
      error.with_context("failed to merge " + std::string(list.name) + " fieldSpec");
      throw;
    }
  }
  for (const NameReferences& references : incoming.name_references) merge_references(references);
  sort();
}

// kustomize sorts after each merge. A specific one thus comes before one for all kinds, which the
// next merge into an empty configuration takes for a repetition or a conflict. Which of the equal
// ones comes first decides that too.
void TransformerConfig::sort() {
  const auto before = [](const auto& left, const auto& right) {
    return sorts_before(left.gvk(), right.gvk());
  };
  for (const NamedList& list : named_lists) GoSort(this->*list.list, before).run();
  GoSort(name_references, before).run();
}

void TransformerConfig::merge_references(const NameReferences& incoming) {
  bool found = false;
  for (NameReferences& references : name_references) {
    if (references.gvk() != incoming.gvk()) continue;
    merge_field_specs(references.referrers, incoming.referrers);
    found = true;
  }
  if (!found) name_references.push_back(incoming);
}

TransformerConfigPointer merged(const TransformerConfigPointer& base,
                                const TransformerConfigPointer& incoming) {
  const TransformerConfigPointer& defaults = TransformerConfig::defaults();
  if (incoming == nullptr) return base;
  // Merged with themselves or with nothing the defaults stay as they are.
  if (incoming == defaults && (base == nullptr || base == defaults)) return incoming;
  auto result = base == nullptr ? std::make_shared<TransformerConfig>()
                                : std::make_shared<TransformerConfig>(*base);
  result->merge(*incoming);
  return result;
}

}  // namespace reconcile::kustomize
