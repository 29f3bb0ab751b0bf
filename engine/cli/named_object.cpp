#include "engine/cli/named_object.hpp"

#include "reconcile/model/error.hpp"

namespace reconcile::engine {

ResourceName parse_object_name(kube::Client& client, const std::string& text,
                               const std::string& default_namespace) {
  const std::size_t slash = text.find('/');
  const std::size_t last = text.rfind('/');
  const kube::ApiResource* resource = nullptr;
  const std::shared_ptr<const kube::ApiResources> resources = client.resources();
  if (slash != std::string::npos) resource = resources->find_by_name(text.substr(0, slash));
  if (resource == nullptr || last + 1 == text.size()) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected KIND/NAME or KIND.GROUP/NAME of a kind that the server knows, "
                       "found \"" +
                           text + "\"");
  }
  const std::string middle =
      slash == last ? default_namespace : text.substr(slash + 1, last - slash - 1);
  const bool namespaced = resource->scope == kube::Scope::namespaced;
  return {resource->gvk, namespaced ? middle : "", text.substr(last + 1)};
}

}  // namespace reconcile::engine
