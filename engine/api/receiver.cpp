#include "engine/api/receiver.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;
using model::Value;

constexpr std::size_t resources_max = 1000;
constexpr std::size_t events_max = 1000;

/// The kinds that need no apiVersion, as notification-controller 1.9.3 has them
/// (internal/server/receiver_handlers.go).
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> default_versions{{
    {"Bucket", "source.toolkit.fluxcd.io/v1"},
    {"HelmChart", "source.toolkit.fluxcd.io/v1"},
    {"HelmRepository", "source.toolkit.fluxcd.io/v1"},
    {"GitRepository", "source.toolkit.fluxcd.io/v1"},
    {"OCIRepository", "source.toolkit.fluxcd.io/v1"},
    {"ImageRepository", "image.toolkit.fluxcd.io/v1"},
    {"ArtifactGenerator", "source.extensions.fluxcd.io/v1beta1"},
}};

std::string text_of(Value map, std::string_view key, const std::string& field) {
  const Value value = map[key];
  if (value.is_null()) return {};
  if (value.is_string()) return std::string(value.text());
  throw Error(ErrorCode::invalid_input,
              "expected a string in " + field + ", found " + std::string(to_string(value.kind())));
}

std::string required_text(Value map, std::string_view key, const std::string& field) {
  std::string text = text_of(map, key, field);
  if (text.empty())
    throw Error(ErrorCode::invalid_input, "expected a text in " + field + ", found nothing");
  return text;
}

void require_size(Value list, std::size_t most, const std::string& field) {
  if (list.size() <= most) return;
  throw Error(ErrorCode::limit_exceeded, "expected at most " + std::to_string(most) +
                                             " entries in " + field + ", found " +
                                             std::to_string(list.size()));
}

std::string selector_of(Value labels) {
  std::map<std::string, std::string> sorted;
  for (std::size_t i = 0; i < labels.size(); ++i)
    sorted.emplace(labels.key_at(i), labels.value_at(i).text());
  std::string selector;
  for (const auto& [key, value] : sorted)
    selector += (selector.empty() ? "" : ",") + key + "=" + value;
  return selector;
}

std::string default_version(std::string_view kind) {
  for (const auto& [known, version] : default_versions) {
    if (known == kind) return std::string(version);
  }
  return {};
}

ReceiverResource read_resource(Value item, const std::string& own_namespace,
                               const std::string& field) {
  ReceiverResource resource;
  const std::string kind = required_text(item, "kind", field + ".kind");
  std::string version = text_of(item, "apiVersion", field + ".apiVersion");
  if (version.empty()) version = default_version(kind);
  resource.gvk = model::Gvk::from_api_version(version, kind);
  resource.name = required_text(item, "name", field + ".name");
  resource.namespace_name = text_of(item, "namespace", field + ".namespace");
  if (resource.namespace_name.empty()) resource.namespace_name = own_namespace;
  const Value labels = item["matchLabels"];
  if (resource.name == "*") resource.label_selector = selector_of(labels);
  if (version.empty()) {
    resource.problem = "apiVersion must be specified for kind \"" + kind + "\"";
  } else if (resource.name == "*" && !labels.is_map()) {
    resource.problem = "matchLabels field not set when using wildcard '*' as name";
  }
  return resource;
}

std::string unsupported_field(Value spec) {
  const std::string_view type = spec["type"].text();
  if (type == "gcr" || type == "generic-oidc")
    return "spec.type " + std::string(type) + " asks another server to validate tokens, which";
  return {};
}

/// The filter in `map`; absent where there is none. `problem` becomes what is wrong with it, behind
/// `prefix`, unless something else was wrong before.
std::optional<cel::Expression> read_filter(Value map, std::string_view key,
                                           const std::string& field, const std::string& prefix,
                                           std::string& problem) {
  const std::string text = text_of(map, key, field);
  if (text.empty()) return std::nullopt;
  try {
    return cel::Expression::compile(text, {{"res", "req"}, "bool"});
  } catch (const Error& error) {
    if (problem.empty()) problem = prefix + ": " + error.message();
    return std::nullopt;
  }
}

void read_filters(Value spec, ReceiverSpec& read) {
  std::string& problem = read.invalid_expression;
  read.filter = read_filter(spec, "resourceFilter", "spec.resourceFilter",
                            "invalid resourceFilter expression", problem);
  read.has_filters = read.filter.has_value();
  const Value resources = spec["resources"];
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const std::string place = "resources[" + std::to_string(i) + "]";
    const std::string prefix = "invalid filter expression for " + place + " (kind=\"" +
                               read.resources[i].gvk.kind + "\", name=\"" + read.resources[i].name +
                               "\")";
    read.resource_filters.push_back(
        read_filter(resources.at(i), "filter", "spec." + place + ".filter", prefix, problem));
    read.has_filters = read.has_filters || read.resource_filters.back().has_value();
  }
}

}  // namespace

const model::Gvk receiver_kind{"notification.toolkit.fluxcd.io", "v1", "Receiver"};

ReceiverSpec ReceiverSpec::read(Value spec, const std::string& own_namespace) {
  ReceiverSpec read;
  // First of all, so that a receiver that cannot be read otherwise still rests.
  read.suspend = spec["suspend"].boolean().value_or(false);
  read.unsupported = unsupported_field(spec);
  read.type = required_text(spec, "type", "spec.type");
  read.secret_name = text_of(spec["secretRef"], "name", "spec.secretRef.name");
  const std::string interval = text_of(spec, "interval", "spec.interval");
  if (!interval.empty()) read.interval = model::parse_duration(interval);
  const Value events = spec["events"];
  require_size(events, events_max, "spec.events");
  for (std::size_t i = 0; i < events.size(); ++i) read.events.emplace_back(events.at(i).text());
  const Value resources = spec["resources"];
  require_size(resources, resources_max, "spec.resources");
  for (std::size_t i = 0; i < resources.size(); ++i) {
    read.resources.push_back(
        read_resource(resources.at(i), own_namespace, "spec.resources[" + std::to_string(i) + "]"));
  }
  read_filters(spec, read);
  return read;
}

}  // namespace reconcile::engine
