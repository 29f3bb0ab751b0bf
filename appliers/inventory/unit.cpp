#include "reconcile/appliers/unit.hpp"

namespace reconcile::appliers {

namespace {

constexpr std::string_view kustomize_group = "kustomize.toolkit.fluxcd.io";
constexpr std::string_view helm_group = "helm.toolkit.fluxcd.io";

std::optional<UnitKey> owner_by(model::Value labels, UnitKind kind) {
  UnitKey key{kind, {}, {}};
  key.name = labels[key.name_label().first].text();
  key.namespace_name = labels[key.namespace_label().first].text();
  if (key.name.empty() || key.namespace_name.empty()) return std::nullopt;
  return key;
}

}  // namespace

std::string_view to_string(UnitKind kind) {
  return kind == UnitKind::kustomization ? "Kustomization" : "HelmRelease";
}

std::string UnitKey::display() const {
  return std::string(to_string(kind)) + '/' + namespace_name + '/' + name;
}

std::string_view UnitKey::label_group() const noexcept {
  return kind == UnitKind::kustomization ? kustomize_group : helm_group;
}

std::pair<std::string, std::string> UnitKey::name_label() const {
  return {std::string(label_group()) + "/name", name};
}

std::pair<std::string, std::string> UnitKey::namespace_label() const {
  return {std::string(label_group()) + "/namespace", namespace_name};
}

std::optional<UnitKey> owner_of(model::Value object) {
  const model::Value labels = object["metadata"]["labels"];
  if (auto release = owner_by(labels, UnitKind::helm_release)) return release;
  return owner_by(labels, UnitKind::kustomization);
}

}  // namespace reconcile::appliers

std::size_t std::hash<reconcile::appliers::UnitKey>::operator()(
    const reconcile::appliers::UnitKey& key) const noexcept {
  const std::hash<std::string> hash_text;
  return hash_text(key.name) * 31 + hash_text(key.namespace_name) * 7 +
         static_cast<std::size_t>(key.kind);
}
