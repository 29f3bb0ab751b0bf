#include "engine/cli/resource_name.hpp"

#include <algorithm>
#include <vector>

#include "engine/api/resource.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

struct KindName {
  std::string_view name;
  const model::Gvk* gvk;
};

const KindName kind_names[] = {
    {"kustomization", &kustomization_kind},  {"ks", &kustomization_kind},
    {"helmrelease", &helm_release_kind},     {"hr", &helm_release_kind},
    {"gitrepository", &git_repository_kind}, {"git", &git_repository_kind},
};

}  // namespace

ResourceName parse_resource_name(std::string_view text, const std::string& default_namespace) {
  const std::size_t first = text.find('/');
  const std::size_t last = text.rfind('/');
  std::string kind(text.substr(0, first));
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (const KindName& known : kind_names) {
    if (known.name != kind || first == std::string_view::npos || last + 1 == text.size()) continue;
    const std::string space(first == last ? std::string_view(default_namespace)
                                          : text.substr(first + 1, last - first - 1));
    return {*known.gvk, space, std::string(text.substr(last + 1))};
  }
  throw model::Error(
      model::ErrorCode::invalid_input,
      "expected KIND/NAME or KIND/NAMESPACE/NAME with the kind Kustomization (ks), HelmRelease "
      "(hr) or GitRepository (git), found \"" +
          std::string(text) + "\"");
}

}  // namespace reconcile::engine
