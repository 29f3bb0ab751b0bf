#include <algorithm>
#include <unordered_map>

#include "reconcile/model/error.hpp"
#include "renderers/kustomize/target.hpp"
#include "renderers/kustomize/transformers.hpp"

namespace reconcile::kustomize {

namespace {

constexpr std::string_view first_kinds[] = {"Namespace",
                                            "ResourceQuota",
                                            "StorageClass",
                                            "CustomResourceDefinition",
                                            "ServiceAccount",
                                            "PodSecurityPolicy",
                                            "Role",
                                            "ClusterRole",
                                            "RoleBinding",
                                            "ClusterRoleBinding",
                                            "ConfigMap",
                                            "Secret",
                                            "Endpoints",
                                            "Service",
                                            "LimitRange",
                                            "PriorityClass",
                                            "PersistentVolume",
                                            "PersistentVolumeClaim",
                                            "Deployment",
                                            "StatefulSet",
                                            "CronJob",
                                            "PodDisruptionBudget"};
constexpr std::string_view last_kinds[] = {"MutatingWebhookConfiguration",
                                           "ValidatingWebhookConfiguration"};

struct SortKey {
  int rank = 0;
  bool is_namespace = false;
  std::string kind_text;    ///< group_version_kind
  std::string object_text;  ///< kind.version.group|namespace|name
  Resource* resource = nullptr;
};

std::string or_text(std::string_view text, const char* placeholder) {
  return text.empty() ? placeholder : std::string(text);
}

SortKey key_of(Resource& resource, const std::unordered_map<std::string, int>& ranks) {
  const ResourceId id = resource.current_id();
  SortKey key;
  const auto rank = ranks.find(std::string(id.gvk.kind));
  key.rank = rank == ranks.end() ? 0 : rank->second;
  key.is_namespace = id.gvk.kind == "Namespace";
  key.kind_text = or_text(id.gvk.group, "~G") + "_" + or_text(id.gvk.version, "~V") + "_" +
                  or_text(id.gvk.kind, "~K");
  key.object_text =
      id.gvk.display() + "|" + or_text(id.namespace_name, "~X") + "|" + or_text(id.name, "~N");
  key.resource = &resource;
  return key;
}

bool less(const SortKey& left, const SortKey& right) {
  if (left.kind_text != right.kind_text) {
    if (left.rank != right.rank) return left.rank < right.rank;
    // Of two kinds called Namespace the core one comes first.
    const bool reversed = left.is_namespace && right.is_namespace &&
                          (left.kind_text.starts_with("~G") || right.kind_text.starts_with("~G"));
    return reversed ? left.kind_text > right.kind_text : left.kind_text < right.kind_text;
  }
  return left.object_text < right.object_text;
}

void sort_legacy(ResMap& objects, const std::vector<std::string>& first,
                 const std::vector<std::string>& last) {
  std::unordered_map<std::string, int> ranks;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ranks[first[i]] = static_cast<int>(i) - static_cast<int>(first.size());
  }
  for (std::size_t i = 0; i < last.size(); ++i) ranks[last[i]] = static_cast<int>(i) + 1;
  std::vector<SortKey> keys;
  keys.reserve(objects.size());
  for (Resource* resource : objects.list()) keys.push_back(key_of(*resource, ranks));
  std::stable_sort(keys.begin(), keys.end(), less);
  std::vector<Resource*> sorted;
  sorted.reserve(keys.size());
  for (const SortKey& key : keys) sorted.push_back(key.resource);
  objects.replace_list(std::move(sorted));
  objects.check_unique_ids("SortOrderTransformer");
}

}  // namespace

void sort_objects(const Context& context, ResMap& objects, model::Value sort_options) {
  const std::vector<std::string> first(std::begin(first_kinds), std::end(first_kinds));
  const std::vector<std::string> last(std::begin(last_kinds), std::end(last_kinds));
  if (!sort_options.is_map()) {
    if (context.request.order == Order::legacy) sort_legacy(objects, first, last);
    return;
  }
  const std::string_view order = sort_options["order"].text();
  const model::Value legacy = sort_options["legacySortOptions"];
  if (order != "fifo" && order != "legacy") {
    throw model::Error(model::ErrorCode::invalid_input,
                       "the field 'sortOptions.order' must be one of [fifo, legacy], found '" +
                           std::string(order) + "'");
  }
  if (order == "fifo") {
    if (!legacy.is_map()) return;
    throw model::Error(model::ErrorCode::invalid_input,
                       "the field 'sortOptions.legacySortOptions' is set but the selected sort "
                       "order is 'fifo', not 'legacy'");
  }
  if (legacy.is_map()) {
    sort_legacy(objects, strings_of(legacy["orderFirst"]), strings_of(legacy["orderLast"]));
  } else {
    sort_legacy(objects, first, last);
  }
}

}  // namespace reconcile::kustomize
