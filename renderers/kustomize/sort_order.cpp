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

// What objects of one kind have in common.
struct KindKey {
  int rank = 0;
  bool is_namespace = false;
  std::string text;  ///< group_version_kind
};

struct SortKey {
  const KindKey* kind = nullptr;
  std::string object_text;  ///< namespace|name
  Resource* resource = nullptr;
};

std::string or_text(std::string_view text, const char* placeholder) {
  return text.empty() ? placeholder : std::string(text);
}

std::string kind_text(const GvkView& gvk) {
  return or_text(gvk.group, "~G") + "_" + or_text(gvk.version, "~V") + "_" +
         or_text(gvk.kind, "~K");
}

/// Below 0 where it comes first, above 0 where it comes last.
std::ptrdiff_t rank_of(std::string_view kind) {
  const auto* first = std::find(std::begin(first_kinds), std::end(first_kinds), kind);
  if (first != std::end(first_kinds)) return first - std::end(first_kinds);
  const auto* last = std::find(std::begin(last_kinds), std::end(last_kinds), kind);
  return last == std::end(last_kinds) ? 0 : last - std::begin(last_kinds) + 1;
}

class SortKeys {
 public:
  explicit SortKeys(std::unordered_map<std::string, int> ranks) : ranks_(std::move(ranks)) {}

  SortKey key_of(Resource& resource) {
    return {&kind_of(resource.gvk()),
            or_text(resource.namespace_name(), "~X") + "|" + or_text(resource.name(), "~N"),
            &resource};
  }

 private:
  const KindKey& kind_of(const GvkView& gvk) {
    if (last_ != nullptr && last_gvk_ == gvk) return *last_;
    const std::string text = kind_text(gvk);
    const auto [place, is_new] = kinds_.try_emplace(text);
    if (is_new) {
      const auto rank = ranks_.find(std::string(gvk.kind));
      place->second = {rank == ranks_.end() ? 0 : rank->second, gvk.kind == "Namespace", text};
    }
    last_gvk_ = gvk;
    last_ = &place->second;
    return *last_;
  }

  std::unordered_map<std::string, int> ranks_;
  std::unordered_map<std::string, KindKey> kinds_;  // its values stay where they are
  GvkView last_gvk_;
  const KindKey* last_ = nullptr;
};

bool less(const SortKey& left, const SortKey& right) {
  if (left.kind == right.kind) return left.object_text < right.object_text;
  const KindKey& a = *left.kind;
  const KindKey& b = *right.kind;
  if (a.rank != b.rank) return a.rank < b.rank;
  // Of two kinds called Namespace the core one comes first.
  const bool reversed =
      a.is_namespace && b.is_namespace && (a.text.starts_with("~G") || b.text.starts_with("~G"));
  return reversed ? a.text > b.text : a.text < b.text;
}

void sort_legacy(ResMap& objects, const std::vector<std::string>& first,
                 const std::vector<std::string>& last) {
  std::unordered_map<std::string, int> ranks;
  for (std::size_t i = 0; i < first.size(); ++i) {
    ranks[first[i]] = static_cast<int>(i) - static_cast<int>(first.size());
  }
  for (std::size_t i = 0; i < last.size(); ++i) ranks[last[i]] = static_cast<int>(i) + 1;
  SortKeys source(std::move(ranks));
  std::vector<SortKey> keys;
  keys.reserve(objects.size());
  for (Resource* resource : objects.list()) keys.push_back(source.key_of(*resource));
  std::stable_sort(keys.begin(), keys.end(), less);
  std::vector<Resource*> sorted;
  sorted.reserve(keys.size());
  for (const SortKey& key : keys) sorted.push_back(key.resource);
  objects.replace_list(std::move(sorted));
  objects.check_unique_ids("SortOrderTransformer");
}

}  // namespace

bool sorts_before(const GvkView& left, const GvkView& right) {
  const std::ptrdiff_t left_rank = rank_of(left.kind);
  const std::ptrdiff_t right_rank = rank_of(right.kind);
  return left_rank != right_rank ? left_rank < right_rank : kind_text(left) < kind_text(right);
}

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
