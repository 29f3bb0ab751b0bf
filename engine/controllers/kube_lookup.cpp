#include "engine/controllers/kube_lookup.hpp"

#include <algorithm>
#include <memory>

#include "reconcile/model/arena.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t items_max = 10'000;
constexpr std::size_t bytes_max = 64U << 20U;

bool serves(const kube::ApiResources& resources, const model::Gvk& gvk) {
  for (const kube::ApiResource& resource : resources.all()) {
    if (resource.gvk.group == gvk.group && resource.gvk.version == gvk.version) return true;
  }
  return false;
}

std::string shown(const model::Gvk& gvk, std::string_view namespace_name, std::string_view name) {
  std::string text = gvk.api_version() + " " + gvk.kind;
  if (!namespace_name.empty()) text += " in " + std::string(namespace_name);
  return name.empty() ? text : text + " named " + std::string(name);
}

[[noreturn]] void too_large(const model::Gvk& gvk) {
  throw Error(ErrorCode::limit_exceeded, "expected a list of at most " + std::to_string(items_max) +
                                             " objects and " + std::to_string(bytes_max >> 20U) +
                                             " MiB of " + gvk.api_version() + " " + gvk.kind +
                                             ", found more");
}

}  // namespace

model::Document KubeLookup::lookup(std::string_view api_version, std::string_view kind,
                                   std::string_view namespace_name, std::string_view name) {
  const model::Gvk gvk = model::Gvk::from_api_version(api_version, kind);
  const std::optional<kube::ApiResource> resource = client_.resource(gvk);
  if (!resource) {
    // Helm asks for the group and version alone; a kind that is not in it is "not found".
    if (serves(*client_.resources(), gvk)) return {};
    throw Error(ErrorCode::not_found, "unable to get apiresource from unstructured: " + gvk.group +
                                          "/" + gvk.version + ", Kind=" + gvk.kind +
                                          ": the server could not find the requested resource");
  }
  if (resource->scope == kube::Scope::cluster)
    namespace_name = {};
  else
    check_namespace(gvk, namespace_name, name);
  if (name.empty()) return read_list(gvk, namespace_name);
  // There is no object of a name alone where the kind has namespaces.
  if (resource->scope == kube::Scope::namespaced && namespace_name.empty()) return {};
  return read_object(gvk, namespace_name, name);
}

void KubeLookup::check_namespace(const model::Gvk& gvk, std::string_view namespace_name,
                                 std::string_view name) const {
  if (!namespaces_ || (namespace_name.empty() && !name.empty())) return;
  std::string allowed;
  for (const std::string& own : *namespaces_) {
    if (own == namespace_name) return;
    allowed += (allowed.empty() ? "" : ", ") + own;
  }
  throw Error(ErrorCode::unauthorized, "a unit looks up objects of its own namespaces (" + allowed +
                                           ") only, found " + shown(gvk, namespace_name, name) +
                                           (namespace_name.empty() ? " of all namespaces" : ""));
}

model::Document KubeLookup::read_object(const model::Gvk& gvk, std::string_view namespace_name,
                                        std::string_view name) {
  kube::Request request = kube::Request::get(gvk, std::string(namespace_name), std::string(name));
  request.purpose = purpose_;
  const kube::Response response = client_.send(std::move(request));
  if (response.status.not_found()) return {};
  response.require_ok("looking up " + shown(gvk, namespace_name, name));
  return response.document();
}

model::Document KubeLookup::read_list(const model::Gvk& gvk, std::string_view namespace_name) {
  auto arena = std::make_shared<model::Arena>();
  model::Node* list = arena->new_node();
  *list = model::make_map();
  model::set(*arena, *list, "apiVersion", model::make_string(*arena, gvk.api_version()));
  model::set(*arena, *list, "kind", model::make_string(*arena, gvk.kind + "List"));
  model::Node items = model::make_list();
  std::size_t count = 0;
  std::size_t bytes = 0;
  kube::ListOptions options;
  options.purpose = purpose_;
  const kube::ListResult result = client_.list(
      {gvk, std::string(namespace_name), {}, {}},
      [&](const model::Document& object, std::string_view raw) {
        bytes += raw.size();
        if (++count > items_max || bytes > bytes_max) too_large(gvk);
        model::append(*arena, items, model::copy_node(*arena, object.root()));
      },
      options);
  if (result.status.not_found()) return {};
  if (!result.ok()) {
    throw Error(result.status.error_code(),
                "looking up " + shown(gvk, namespace_name, {}) + ": " + result.status.display());
  }
  model::set(*arena, *list, "items", items);
  model::Node metadata = model::make_map();
  model::set(*arena, metadata, "resourceVersion",
             model::make_string(*arena, result.resource_version));
  model::set(*arena, *list, "metadata", metadata);
  return {arena, model::Value(list)};
}

}  // namespace reconcile::engine
