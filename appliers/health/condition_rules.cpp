// Custom resources whose controllers report by conditions. First match wins; one line a row.

#include "appliers/health/conditions.hpp"
#include "reconcile/appliers/crossplane.hpp"

namespace reconcile::appliers {

namespace {

// group, kind, ready, also, failed, failed_reasons, needs_status
constexpr ConditionRule rules[] = {
    {"apiregistration.k8s.io", "APIService", "Available", "", "", "", true},
    {"cert-manager.io", "Certificate", "Ready", "", "", "", true},
    {"cert-manager.io", "CertificateRequest", "Ready", "", "InvalidRequest", "Failed Denied", true},
    {"cert-manager.io", "Issuer", "Ready", "", "", "", true},
    {"cert-manager.io", "ClusterIssuer", "Ready", "", "", "", true},
    {"keda.sh", "ScaledObject", "Ready", "", "", "", true},
    {"keda.sh", "ScaledJob", "Ready", "", "", "", true},
    {"karpenter.sh", "", "Ready", "", "", "", true},
    {"karpenter.k8s.aws", "", "Ready", "", "", "", true},
    {"external-secrets.io", "ExternalSecret", "Ready", "", "", "", true},
    {"external-secrets.io", "SecretStore", "Ready", "", "", "InvalidProviderConfig", true},
    {"external-secrets.io", "ClusterSecretStore", "Ready", "", "", "InvalidProviderConfig", true},
    {"kyverno.io", "ClusterPolicy", "Ready", "", "", "", true},
    {"kyverno.io", "Policy", "Ready", "", "", "", true},
    // The other kinds of this group have no status.
    {"pkg.crossplane.io", "Provider", "Healthy", "Installed", "", "", true},
    {"pkg.crossplane.io", "Configuration", "Healthy", "Installed", "", "", true},
    {"pkg.crossplane.io", "Function", "Healthy", "Installed", "", "", true},
    {"apiextensions.crossplane.io", "CompositeResourceDefinition", "Established", "", "", "", true},
    {"*.crossplane.io", "ProviderConfig", "Ready", "", "", "", false},
    {"*.upbound.io", "ProviderConfig", "Ready", "", "", "", false},
    {"*.crossplane.io", "", "Ready", "Synced", "", "", false},
    {"*.upbound.io", "", "Ready", "Synced", "", "", false},
    {"flagger.app", "Canary", "Promoted", "", "", "Failed", true},
    {"monitoring.coreos.com", "Prometheus", "Available", "Reconciled", "", "", true},
    {"monitoring.coreos.com", "Alertmanager", "Available", "Reconciled", "", "", true},
    {"gateway.networking.k8s.io", "GatewayClass", "Accepted", "", "", "InvalidParameters", true},
    {"gateway.networking.k8s.io", "Gateway", "Programmed", "Accepted", "", "", true},
    {"gateway.networking.k8s.io", "ListenerSet", "Programmed", "Accepted", "", "", true},
    {"autoscaling.k8s.io", "VerticalPodAutoscaler", "RecommendationProvided", "", "", "", false},
    // Cilium 1.16 and later, where its operator validates policies: False comes without a reason.
    {"cilium.io", "CiliumNetworkPolicy", "Valid", "", "", "*", false},
    {"cilium.io", "CiliumClusterwideNetworkPolicy", "Valid", "", "", "*", false},
    // Istio writes them only where its status is switched on.
    {"networking.istio.io", "VirtualService", "Reconciled", "PassedAnalysis", "", "", false},
};

/// Of claims, composites and managed resources of Crossplane, whatever their group: their
/// controllers set both as soon as they look at them.
constexpr ConditionRule crossplane_rule = {"", "", "Ready", "Synced", "", "", true};

bool matches_group(std::string_view pattern, std::string_view group) {
  if (pattern.starts_with('*')) return group.ends_with(pattern.substr(1));
  return pattern == group;
}

/// Whether `word` is one of the space-separated `words`; "*" stands for all.
bool is_among(std::string_view word, std::string_view words) {
  if (words == "*") return true;
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    if (words.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    words.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

std::span<const ConditionRule> condition_rules() noexcept {
  return rules;
}

const ConditionRule* find_condition_rule(const model::Gvk& gvk, model::Value object) noexcept {
  if (is_crossplane_resource(object)) return &crossplane_rule;
  for (const ConditionRule& rule : rules)
    if (matches_group(rule.group, gvk.group) && (rule.kind.empty() || rule.kind == gvk.kind))
      return &rule;
  return nullptr;
}

Health by_condition_rule(const ConditionRule& rule, model::Value object) {
  if (!rule.failed.empty())
    if (const model::Value failure = find_condition(object, rule.failed);
        failure["status"].text() == "True")
      return failed(condition_text(failure));
  for (const std::string_view type : {rule.ready, rule.also}) {
    if (type.empty()) continue;
    const model::Value condition = find_condition(object, type);
    if (!condition.present()) {
      if (is_outdated(object, type)) return awaits_condition(type);
      if (!rule.needs_status) continue;
      return in_progress("condition " + std::string(type) + " not reported yet");
    }
    if (condition["status"].text() == "True") continue;
    if (type == rule.ready && condition["status"].text() == "False" &&
        is_among(condition["reason"].text(), rule.failed_reasons))
      return failed(condition_text(condition));
    return in_progress(condition_text(condition));
  }
  return current();
}

}  // namespace reconcile::appliers
