#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "reconcile/gotemplate/go_object.hpp"
#include "reconcile/model/error.hpp"
#include "renderers/helm/render_context.hpp"

namespace reconcile::helm {
namespace {

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::GoField;
using gotemplate::GoKind;
using gotemplate::GoStruct;
using gotemplate::GoStructType;
using gotemplate::GoType;
using gotemplate::GoValue;
using gotemplate::Heap;

constexpr std::string_view default_kube_version = "v1.37.0";

/// The API versions that both Helm versions know without a cluster, in their order (client-go
/// 0.37).
constexpr std::array<std::string_view, 57> default_api_versions = {
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
};

/// A Kubernetes version as given and as compared.
struct KubeVersion {
  std::string full;        ///< "v1.33.4-gke.1"
  std::string normalised;  ///< "v1.33.4"
  std::string major;
  std::string minor;
};

[[noreturn]] void bad_version(std::string_view text, std::string_view why) {
  throw model::Error(model::ErrorCode::invalid_input,
                     "invalid kube version '" + std::string(text) + "': " + std::string(why));
}

/// k8s.io/apimachinery's ParseGeneric: two or more dotted numbers, then anything.
KubeVersion parse_kube_version(std::string_view text) {
  std::string_view left = text;
  if (left.starts_with('v')) left.remove_prefix(1);
  std::vector<std::string> parts;
  while (true) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(left.data(), left.data() + left.size(), number);
    const std::string digits(left.data(), static_cast<std::size_t>(end - left.data()));
    if (error != std::errc() || (digits.size() > 1 && digits[0] == '0')) {
      bad_version(text, "could not parse \"" + std::string(text) + "\" as version");
    }
    parts.push_back(digits);
    left.remove_prefix(digits.size());
    const bool goes_on = left.size() > 1 && left[0] == '.' && left[1] >= '0' && left[1] <= '9';
    if (!goes_on) break;
    left.remove_prefix(1);
  }
  if (parts.size() < 2) bad_version(text, "illegal version string \"" + std::string(text) + "\"");
  KubeVersion version{text.starts_with('v') ? std::string(text) : "v" + std::string(text), "v",
                      parts[0], parts[1]};
  for (std::size_t i = 0; i < parts.size(); ++i)
    version.normalised += (i == 0 ? "" : ".") + parts[i];
  return version;
}

KubeVersion requested_version(const RenderRequest& request) {
  const std::string& text = request.capabilities.kube_version;
  return parse_kube_version(text.empty() ? default_kube_version : std::string_view(text));
}

GoValue version_method(Call& call);
GoValue string_method(Call& call);

constexpr Function kube_version_methods[] = {{"String", "", string_method},
                                             {"GitVersion", "", version_method}};
constexpr GoField kube_version_fields_v4[] = {
    {.name = "Version", .json_name = "Version"},
    {.name = "normalizedVersion", .json_name = "", .is_hidden = true},
    {.name = "Major", .json_name = "Major"},
    {.name = "Minor", .json_name = "Minor"},
};
constexpr GoField kube_version_fields_v3[] = {
    {"Version", "Version"}, {"Major", "Major"}, {"Minor", "Minor"}};
constexpr GoStructType kube_version_v4{"common.KubeVersion", kube_version_fields_v4, {}};
constexpr GoStructType kube_version_v3{"chartutil.KubeVersion", kube_version_fields_v3, {}};

/// The version where it stands in the Capabilities: the methods are those of its pointer, so a
/// template prints it as its normalised text and fmt as a struct.
class KubeVersionObject final : public GoStruct {
 public:
  KubeVersionObject(const GoStructType& type, std::span<const GoValue> values,
                    std::string_view shown, const GoStruct& copied)
      : GoStruct(type, values), shown_(shown), copied_(&copied) {}
  [[nodiscard]] const Function* method(std::string_view name) const override {
    const auto* found =
        std::find_if(std::begin(kube_version_methods), std::end(kube_version_methods),
                     [&](const Function& method) { return method.name == name; });
    return found == std::end(kube_version_methods) ? nullptr : found;
  }
  bool append_text_of_pointer(std::string& out) const override {
    out += shown_;
    return true;
  }
  [[nodiscard]] const gotemplate::GoObject& detached() const override { return *copied_; }
  [[nodiscard]] std::string_view shown() const { return shown_; }

 private:
  std::string_view shown_;
  const GoStruct* copied_;
};

GoValue string_method(Call& call) {
  return GoValue::string(static_cast<const KubeVersionObject*>(call.receiver.as_object())->shown());
}

GoValue version_method(Call& call) {
  return call.receiver.as_object()->values()[0];
}

constexpr GoField build_info_fields[] = {
    {"Version", "version", true},
    {"GitCommit", "git_commit", true},
    {"GitTreeState", "git_tree_state", true},
    {"GoVersion", "go_version", true},
    {"KubeClientVersion", "kube_client_version"},
};
constexpr GoStructType build_info_v4{"version.BuildInfo", build_info_fields, {}};
constexpr GoStructType build_info_v3{"version.BuildInfo", {build_info_fields, 4}, {}};

GoValue copy_method(Call& call) {
  return call.receiver;
}
constexpr Function capabilities_methods[] = {{"Copy", "", copy_method}};
constexpr GoField capabilities_fields[] = {
    {"KubeVersion", "KubeVersion"}, {"APIVersions", "APIVersions"}, {"HelmVersion", "HelmVersion"}};
constexpr GoStructType capabilities_v4{"*common.Capabilities", capabilities_fields,
                                       capabilities_methods, GoKind::pointer};
constexpr GoStructType capabilities_v3{"*chartutil.Capabilities", capabilities_fields,
                                       capabilities_methods, GoKind::pointer};

GoValue make_kube_version(Heap& heap, const KubeVersion& version, Profile profile) {
  const bool helm3 = profile == Profile::helm3;
  const GoStructType& type = helm3 ? kube_version_v3 : kube_version_v4;
  const std::span<GoValue> values = heap.elements(type.fields.size());
  const GoValue normalised = heap.string(version.normalised);
  values[0] = helm3 ? normalised : heap.string(version.full);
  if (!helm3) values[1] = normalised;
  values[values.size() - 2] = heap.string(version.major);
  values[values.size() - 1] = heap.string(version.minor);
  return GoValue::object(heap.make<KubeVersionObject>(type, values, normalised.as_text(),
                                                      *heap.make<GoStruct>(type, values)));
}

GoValue make_api_versions(Heap& heap, const Capabilities& capabilities, Profile profile) {
  std::vector<GoValue> versions;
  if (!capabilities.replace_api_versions) {
    for (const std::string_view version : default_api_versions)
      versions.push_back(GoValue::string(version));
  }
  for (const std::string& version : capabilities.api_versions)
    versions.push_back(heap.string(version));
  return heap.slice(versions, profile == Profile::helm3 ? GoType::versions_v3 : GoType::versions);
}

GoValue make_build_info(Heap& heap, Profile profile) {
  const bool helm3 = profile == Profile::helm3;
  const std::span<GoValue> values = heap.elements(helm3 ? 4 : 5);
  // What Helm's packages say of themselves; the released 4.3.1 command links "v4.3.1", a commit and
  // "clean" over it.
  values[0] = GoValue::string(helm3 ? "v3.22.0" : "v4.3");
  values[1] = GoValue::string("");
  values[2] = GoValue::string("");
  values[3] = GoValue::string("go1.26.8");
  if (!helm3) values[4] = GoValue::string("v1.37");
  return GoValue::object(heap.make<GoStruct>(helm3 ? build_info_v3 : build_info_v4, values));
}

}  // namespace

GoValue make_capabilities(Heap& heap, const RenderRequest& request) {
  const std::span<GoValue> values = heap.elements(3);
  values[0] = make_kube_version(heap, requested_version(request), request.profile);
  values[1] = make_api_versions(heap, request.capabilities, request.profile);
  values[2] = make_build_info(heap, request.profile);
  const bool helm3 = request.profile == Profile::helm3;
  return GoValue::object(heap.make<GoStruct>(helm3 ? capabilities_v3 : capabilities_v4, values));
}

std::string normalised_kube_version(const RenderRequest& request) {
  return requested_version(request).normalised;
}

}  // namespace reconcile::helm
