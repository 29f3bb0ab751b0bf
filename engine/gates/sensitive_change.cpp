#include "engine/gates/sensitive_change.hpp"

#include <algorithm>
#include <map>

#include "engine/gates/wording.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine::gates {
namespace {

using model::Object;
using model::Value;

constexpr std::size_t value_bytes_max = 200;
constexpr std::size_t depth_max = 64;

/// What of an object is sensitive: name of the aspect ("image of container web") → its value.
using Aspects = std::map<std::string, std::string>;

std::string_view whole_kind(const model::Gvk& gvk) {
  if (gvk.group == "rbac.authorization.k8s.io") return "RBAC rules";
  if (gvk.group == "admissionregistration.k8s.io") return "webhook configuration";
  if (gvk.group == "apiextensions.k8s.io") return "CRD";
  if (gvk.group == "apiregistration.k8s.io") return "API service";
  return {};
}

std::string text_of(Value value) {
  if (!value.present()) return {};
  if (value.is_string()) return std::string(value.text());
  return model::write_json(value);
}

/// Every `image` of a container list, wherever the list stands (pod templates of any kind).
void images(Value value, const std::string& list, std::size_t depth, Aspects& aspects) {
  if (depth > depth_max) return;
  if (value.is_list()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Value item = value.at(i);
      if (!list.empty() && item.contains("image")) {
        const std::string name =
            item["name"].is_string() ? text_of(item["name"]) : std::to_string(i);
        aspects["image of " + list + " " + name] = text_of(item["image"]);
      }
      images(item, {}, depth + 1, aspects);
    }
    return;
  }
  for (std::size_t i = 0; i < value.size() && value.is_map(); ++i) {
    const std::string_view key = value.key_at(i);
    const bool containers =
        key == "containers" || key == "initContainers" || key == "ephemeralContainers";
    const std::string_view word = key == "containers"       ? "container"
                                  : key == "initContainers" ? "init container"
                                                            : "ephemeral container";
    images(value.value_at(i), containers ? std::string(word) : std::string(), depth + 1, aspects);
  }
}

/// Fields of a chart's values by which charts choose images.
void image_values(Value value, const std::string& path, std::size_t depth, Aspects& aspects) {
  if (depth > depth_max) return;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool list = value.is_list();
    const std::string key = list ? std::to_string(i) : std::string(value.key_at(i));
    const Value item = list ? value.at(i) : value.value_at(i);
    const bool chooses = key == "image" || key == "tag" || key == "repository" ||
                         key == "registry" || key == "digest";
    const std::string below = path + "." + key;
    if (item.is_scalar() && chooses) aspects["chart value " + below.substr(1)] = text_of(item);
    if (!item.is_scalar()) image_values(item, below, depth + 1, aspects);
  }
}

void charts(const Object& object, Aspects& aspects) {
  const Value spec = object["spec"];
  const std::string& kind = object.gvk().kind;
  if (kind == "HelmRelease") {
    for (const std::string_view field : {"chart", "version", "sourceRef"}) {
      const Value value = spec["chart"]["spec"][field];
      if (value.present()) aspects["chart " + std::string(field)] = text_of(value);
    }
    image_values(spec["values"], {}, 0, aspects);
    if (spec.contains("chartRef")) aspects["chart reference"] = text_of(spec["chartRef"]);
  } else if (kind == "HelmChart") {
    for (const std::string_view field : {"chart", "version", "sourceRef"}) {
      if (spec.contains(field)) aspects["chart " + std::string(field)] = text_of(spec[field]);
    }
  } else if (object.gvk().group == "source.toolkit.fluxcd.io") {
    for (const std::string_view field : {"url", "ref", "endpoint", "bucketName"}) {
      if (spec.contains(field)) aspects["source " + std::string(field)] = text_of(spec[field]);
    }
  }
}

/// Images that are no container's: custom resources that name one at the top of their spec.
void named_images(Value spec, Aspects& aspects) {
  for (const std::string_view field : {"image", "imageName", "version"}) {
    if (spec[field].is_scalar() && spec.contains(field)) {
      aspects[std::string(field)] = text_of(spec[field]);
    }
  }
}

Aspects aspects_of(const Object& object) {
  Aspects aspects;
  if (const std::string_view kind = whole_kind(object.gvk()); !kind.empty()) {
    // Their head (labels, annotations) counts too: caBundle injection and such are set there.
    aspects[std::string(kind)] = text_of(object.root());
    return aspects;
  }
  images(object.root(), {}, 0, aspects);
  charts(object, aspects);
  if (!object.gvk().group.empty() && object.gvk().group.find('.') != std::string::npos) {
    named_images(object["spec"], aspects);
  }
  return aspects;
}

std::string shown(const Aspects& side, const std::string& aspect) {
  const auto found = side.find(aspect);
  if (found == side.end()) return "none";
  return shortened(found->second, value_bytes_max);
}

void compare(const std::string& object, const Aspects& before, const Aspects& after,
             std::vector<std::string>& changes) {
  Aspects all = before;
  all.insert(after.begin(), after.end());
  for (const auto& [aspect, value] : all) {
    const auto old = before.find(aspect);
    const auto now = after.find(aspect);
    if (old != before.end() && now != after.end() && old->second == now->second) continue;
    const std::string line = aspect + " of " + object;
    if (!value.starts_with('{')) {
      changes.push_back(line + ": " + shown(before, aspect) + " → " + shown(after, aspect));
    } else {
      changes.push_back(line + (old == before.end()  ? " is new"
                                : now == after.end() ? " is gone"
                                                     : " is changed"));
    }
  }
}

}  // namespace

std::vector<std::string> sensitive_changes(const std::vector<Object>& before,
                                           const std::vector<Object>& after) {
  std::map<model::ObjectId, std::pair<Aspects, Aspects>> objects;
  for (const Object& object : before) objects[object.id()].first = aspects_of(object);
  for (const Object& object : after) objects[object.id()].second = aspects_of(object);
  std::vector<std::string> changes;
  for (const auto& [id, sides] : objects) {
    compare(id.display(), sides.first, sides.second, changes);
  }
  return changes;
}

}  // namespace reconcile::engine::gates
