#include "reconcile/kube/discovery.hpp"

#include <algorithm>

#include "appliers/kube/legacy_discovery.hpp"
#include "reconcile/io/http_message.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::kube {
namespace {

std::vector<std::string> texts(model::Value list) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < list.size(); ++i) out.emplace_back(list.at(i).text());
  return out;
}

bool same_letters(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

ApiResource read_resource(model::Value in, const std::string& group, const std::string& version) {
  ApiResource out;
  const model::Value kind = in["responseKind"];
  // The kind's own group and version may differ from where it is served; requests use the latter.
  out.gvk = {group, version, std::string(kind["kind"].text())};
  out.plural = in["resource"].text();
  out.scope = in["scope"].text() == "Namespaced" ? Scope::namespaced : Scope::cluster;
  out.verbs = texts(in["verbs"]);
  out.short_names = texts(in["shortNames"]);
  const model::Value subresources = in["subresources"];
  for (std::size_t i = 0; i < subresources.size(); ++i) {
    out.subresources.emplace_back(subresources.at(i)["subresource"].text());
  }
  return out;
}

std::string group_version(const std::string& group, const std::string& version) {
  return group.empty() ? version : group + "/" + version;
}

}  // namespace

bool ApiResource::allows(std::string_view verb) const noexcept {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

std::string ApiResource::path(std::string_view namespace_name, std::string_view name,
                              std::string_view subresource) const {
  std::string out = gvk.group.empty() ? "/api/" : "/apis/" + io::url_encode(gvk.group) + "/";
  out += io::url_encode(gvk.version);
  if (scope == Scope::namespaced && !namespace_name.empty()) {
    out += "/namespaces/" + io::url_encode(namespace_name);
  }
  out += "/" + io::url_encode(plural);
  if (!name.empty()) out += "/" + io::url_encode(name);
  if (!subresource.empty()) out += "/" + io::url_encode(subresource);
  return out;
}

void ApiResources::add(ApiResource resource) {
  by_gvk_.emplace(resource.gvk, resources_.size());
  resources_.push_back(std::move(resource));
}

const ApiResource* ApiResources::find(const model::Gvk& gvk) const noexcept {
  const auto found = by_gvk_.find(gvk);
  return found == by_gvk_.end() ? nullptr : &resources_[found->second];
}

const ApiResource* ApiResources::find_preferred(std::string_view group,
                                                std::string_view kind) const noexcept {
  const auto found = std::find_if(resources_.begin(), resources_.end(), [&](const ApiResource& r) {
    return r.gvk.group == group && r.gvk.kind == kind;
  });
  return found == resources_.end() ? nullptr : &*found;
}

const ApiResource* ApiResources::find_by_name(std::string_view name) const noexcept {
  for (const ApiResource& resource : resources_) {
    std::string_view typed = name;
    const std::string suffix = "." + resource.gvk.group;
    const bool with_group = !resource.gvk.group.empty() && typed.size() > suffix.size() &&
                            same_letters(typed.substr(typed.size() - suffix.size()), suffix);
    if (with_group) typed.remove_suffix(suffix.size());
    if (same_letters(typed, resource.plural) || same_letters(typed, resource.gvk.kind)) {
      return &resource;
    }
    for (const std::string& short_name : resource.short_names) {
      if (same_letters(typed, short_name)) return &resource;
    }
  }
  return nullptr;
}

std::vector<std::string> ApiResources::api_versions() const {
  std::vector<std::string> out;
  for (const ApiResource& resource : resources_) {
    const std::string version = group_version(resource.gvk.group, resource.gvk.version);
    out.push_back(version);
    out.push_back(version + "/" + resource.gvk.kind);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void read_aggregated_discovery(std::string_view body, ApiResources& into) {
  const model::Document document = model::parse_json(body);
  if (document["kind"].text() != "APIGroupDiscoveryList") {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected an APIGroupDiscoveryList, found kind \"" +
                           std::string(document["kind"].text()) + "\"");
  }
  const model::Value groups = document["items"];
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::string group(groups.at(g)["metadata"]["name"].text());
    const model::Value versions = groups.at(g)["versions"];
    for (std::size_t v = 0; v < versions.size(); ++v) {
      const std::string version(versions.at(v)["version"].text());
      if (versions.at(v)["freshness"].text() == "Stale") {
        into.add_stale(group_version(group, version));
      }
      const model::Value resources = versions.at(v)["resources"];
      for (std::size_t r = 0; r < resources.size(); ++r) {
        ApiResource resource = read_resource(resources.at(r), group, version);
        // A resource without a kind only carries subresources.
        if (!resource.gvk.kind.empty()) into.add(std::move(resource));
      }
    }
  }
}

std::vector<std::string> read_group_versions(std::string_view body) {
  const model::Document document = model::parse_json(body);
  std::vector<std::string> out;
  const model::Value core = document["versions"];
  for (std::size_t i = 0; i < core.size(); ++i) out.emplace_back(core.at(i).text());
  const model::Value groups = document["groups"];
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::string preferred(groups.at(g)["preferredVersion"]["groupVersion"].text());
    out.push_back(preferred);
    const model::Value versions = groups.at(g)["versions"];
    for (std::size_t v = 0; v < versions.size(); ++v) {
      std::string other(versions.at(v)["groupVersion"].text());
      if (other != preferred) out.push_back(std::move(other));
    }
  }
  return out;
}

void read_resource_list(std::string_view body, ApiResources& into) {
  const model::Document document = model::parse_json(body);
  const model::Gvk of = model::Gvk::from_api_version(document["groupVersion"].text(), "");
  const model::Value resources = document["resources"];
  std::vector<ApiResource> read;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const model::Value in = resources.at(i);
    const std::string name(in["name"].text());
    const auto slash = name.find('/');
    if (slash != std::string::npos) {
      for (ApiResource& resource : read) {
        if (resource.plural != name.substr(0, slash)) continue;
        resource.subresources.push_back(name.substr(slash + 1));
      }
      continue;
    }
    ApiResource resource;
    resource.gvk = {of.group, of.version, std::string(in["kind"].text())};
    resource.plural = name;
    resource.scope =
        in["namespaced"].boolean().value_or(false) ? Scope::namespaced : Scope::cluster;
    resource.verbs = texts(in["verbs"]);
    resource.short_names = texts(in["shortNames"]);
    read.push_back(std::move(resource));
  }
  for (ApiResource& resource : read) into.add(std::move(resource));
}

}  // namespace reconcile::kube
