// From rendered files to the ordered documents of a release, after Helm's release/v1/util (4.3.1)
// and releaseutil (3.22.0): splitting differs between the two, and so does the table of kinds.

#include "renderers/helm/manifests.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"
#include "renderers/helm/manifest_heads.hpp"
#include "renderers/helm/text.hpp"
#include "renderers/helm/values_file.hpp"

namespace reconcile::helm {
namespace {

using model::Kind;
using model::Value;

constexpr std::array<std::string_view, 38> install_order = {
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    // Helm 4 only:
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
};
constexpr std::size_t helm3_kinds = 36;

std::optional<std::size_t> rank_of(std::string_view kind, Profile profile) {
  const std::size_t size = profile == Profile::helm3 ? helm3_kinds : install_order.size();
  for (std::size_t i = 0; i < size; ++i) {
    if (install_order[i] == kind) return i;
  }
  return std::nullopt;
}

/// Install order; unknown kinds behind the known ones, by name.
bool kind_before(std::string_view left, std::string_view right, Profile profile) {
  const std::optional<std::size_t> first = rank_of(left, profile);
  const std::optional<std::size_t> second = rank_of(right, profile);
  if (!first && !second) return left < right;
  if (!first || !second) return first.has_value();
  return *first < *second;
}

Value field(Value map, std::string_view name) {
  const Value exact = map[name];
  if (exact.present() && !exact.is_null()) return exact;
  // encoding/json takes the fields in the order of their names, and a null changes nothing.
  Value found = exact;
  std::string_view last;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const std::string_view key = map.key_at(i);
    if (map.value_at(i).is_null() || key < last || lower_ascii(key) != lower_ascii(name)) continue;
    found = map.value_at(i);
    last = key;
  }
  return found;
}

[[noreturn]] void wrong_type(Value value, std::string_view path, std::string_view type) {
  throw model::Error(model::ErrorCode::invalid_input,
                     "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " +
                         std::string(json_kind(value.kind())) + " into Go " + std::string(path) +
                         " of type " + std::string(type));
}

/// A string field as sigs.k8s.io/yaml gives it to a Go string: numbers and truth values become
/// text.
std::string text_field(Value value, std::string_view path) {
  if (value.is_null()) return {};
  if (!value.is_scalar()) wrong_type(value, path, "string");
  return text_of_scalar(value);
}

constexpr std::array<std::string_view, 3> head_fields = {"apiVersion", "kind", "metadata"};

model::Document read_document(std::string_view text) {
  try {
    return model::parse_yaml_head(text, head_fields);
  } catch (const model::Error& error) {
    throw model::Error(error.code(), "error converting YAML to JSON: " + error.message())
        .in_file({}, error.position());
  }
}

/// The unnamed type that Go prints.
constexpr std::string_view head_metadata_type =
    "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string "
    "\"json:\\\"annotations\\\"\" }";

constexpr std::array<std::string_view, 10> hook_events = {
    "pre-install",  "post-install", "pre-delete",    "post-delete", "pre-upgrade",
    "post-upgrade", "pre-rollback", "post-rollback", "test",        "test-success",
};

/// The events of a helm.sh/hook annotation; absent where one of them is unknown.
std::optional<std::vector<std::string>> read_events(std::string_view text) {
  std::vector<std::string> events;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string event = lower_ascii(trim_space(text.substr(0, comma)));
    if (std::find(hook_events.begin(), hook_events.end(), event) == hook_events.end())
      return std::nullopt;
    if (event == "test-success") event = "test";
    events.push_back(std::move(event));
    if (comma == std::string_view::npos) return events;
    text.remove_prefix(comma + 1);
  }
}

int read_weight(const Head& head) {
  const auto found = head.annotations.find("helm.sh/hook-weight");
  if (found == head.annotations.end()) return 0;
  std::string_view text = found->second;
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  int weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  return error == std::errc() && end == text.data() + text.size() ? weight : 0;
}

[[noreturn]] void fail_head(const std::string& path, std::string_view text, Profile profile) {
  try {
    read_head(text, profile);
  } catch (const model::Error& error) {
    throw model::Error(error.code(), "YAML parse error on " + path + ": " + error.message())
        .in_file(path, error.position());
  }
  throw std::logic_error("expected a head that does not parse");
}

void add_document(SortedManifests& sorted, const std::string& path, const HeadedDocument& document,
                  Profile profile) {
  if (!document.head) fail_head(path, document.text, profile);
  const Head& head = *document.head;
  const auto hook = head.annotations.find("helm.sh/hook");
  if (hook == head.annotations.end()) {
    sorted.manifests.push_back({path, document.text, head.kind, document.documents});
    return;
  }
  std::optional<std::vector<std::string>> events = read_events(hook->second);
  if (!events) return;
  sorted.hooks.push_back(
      {head.name, head.kind, path, document.text, std::move(*events), read_weight(head)});
}

/// Helm 4 cuts at "---" at the start of a line, with the blanks that follow it.
std::vector<std::string_view> split_helm4(std::string_view text) {
  std::vector<std::string_view> documents;
  text = trim_left_space(text);
  std::size_t start = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const bool at_line = at == 0 || text[at - 1] == '\n';
    const bool separator = at_line && text.substr(at, 3) == "---";
    if (separator || at == text.size()) {
      const std::string_view document = text.substr(start, at - start);
      if (!trim_space(document).empty()) documents.push_back(trim_left_space(document));
      if (at == text.size()) break;
      at += 3;
      while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
      start = at;
      continue;
    }
    const std::size_t line_end = text.find('\n', at);
    at = line_end == std::string_view::npos ? text.size() : line_end + 1;
  }
  return documents;
}

bool is_regex_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/// Helm 3 cuts at `(?:^|\s*\n)---\s*`: blanks before the separator's line break and behind it go
/// too.
std::vector<std::string_view> split_helm3(std::string_view text) {
  std::vector<std::string_view> documents;
  text = trim_space(text);
  std::size_t start = 0;
  const auto add = [&](std::size_t end) {
    const std::string_view document = trim_space(text.substr(start, end - start));
    if (end > start && !document.empty()) documents.push_back(document);
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = text.find("---", at);
    if (found == std::string_view::npos) break;
    const bool matches = found == 0 || (text[found - 1] == '\n' && found > start);
    if (!matches) {
      at = found + 1;
      continue;
    }
    std::size_t end = found;
    while (end > start && is_regex_space(text[end - 1])) --end;
    add(end);
    at = found + 3;
    while (at < text.size() && is_regex_space(text[at])) ++at;
    start = at;
  }
  add(text.size());
  return documents;
}

}  // namespace

Head read_head(std::string_view text, Profile profile) {
  return read_head(read_document(text).root(), profile);
}

Head read_head(Value root, Profile profile) {
  Head head;
  if (root.is_null()) return head;
  if (!root.is_map()) {
    wrong_type(root, "value",
               profile == Profile::helm3 ? "releaseutil.SimpleHead" : "util.SimpleHead");
  }
  text_field(field(root, "apiVersion"), "struct field SimpleHead.apiVersion");
  head.kind = text_field(field(root, "kind"), "struct field SimpleHead.kind");
  const Value metadata = field(root, "metadata");
  if (metadata.is_null()) return head;
  if (!metadata.is_map())
    wrong_type(metadata, "struct field SimpleHead.metadata", head_metadata_type);
  head.name = text_field(field(metadata, "name"), "struct field .metadata.name");
  const Value annotations = field(metadata, "annotations");
  if (annotations.is_null()) return head;
  if (!annotations.is_map())
    wrong_type(annotations, "struct field .metadata.annotations", "map[string]string");
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    head.annotations[std::string(annotations.key_at(i))] =
        text_field(annotations.value_at(i), "struct field .metadata.annotations");
  }
  return head;
}

std::vector<std::string_view> split_manifests(std::string_view text, Profile profile) {
  return profile == Profile::helm3 ? split_helm3(text) : split_helm4(text);
}

SortedManifests sort_manifests(const std::map<std::string, std::string>& files, Profile profile) {
  ManifestHeads heads(profile);
  return sort_manifests(files, profile, heads);
}

SortedManifests sort_manifests(const std::map<std::string, std::string>& files, Profile profile,
                               ManifestHeads& heads) {
  SortedManifests sorted;
  for (const auto& [path, text] : files) {
    if (path_base(path).starts_with('_')) continue;
    for (const HeadedDocument& document : heads.of(path, text)) {
      add_document(sorted, path, document, profile);
    }
  }
  const auto by_kind = [profile](const auto& left, const auto& right) {
    return kind_before(left.kind, right.kind, profile);
  };
  std::stable_sort(sorted.hooks.begin(), sorted.hooks.end(), by_kind);
  std::stable_sort(sorted.manifests.begin(), sorted.manifests.end(), by_kind);
  return sorted;
}

}  // namespace reconcile::helm
