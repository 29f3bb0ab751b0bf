#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "reconcile/model/object.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::appliers {

/// Which pair of owner labels a unit's objects carry.
enum class UnitKind : std::uint8_t {
  kustomization,  ///< `kustomize.toolkit.fluxcd.io/{name,namespace}`; the root unit too
  helm_release,   ///< `helm.toolkit.fluxcd.io/{name,namespace}`
};
/// "Kustomization" or "HelmRelease".
std::string_view to_string(UnitKind kind);

/// Names a unit: what is rendered, applied and pruned as a whole.
struct UnitKey {
  UnitKind kind = UnitKind::kustomization;
  std::string namespace_name;
  std::string name;

  /// "Kustomization/flux-system/apps".
  [[nodiscard]] std::string display() const;
  /// "kustomize.toolkit.fluxcd.io" or "helm.toolkit.fluxcd.io".
  [[nodiscard]] std::string_view label_group() const noexcept;
  /// The two labels that mark the unit's objects: (key, value) of name, then of namespace.
  [[nodiscard]] std::pair<std::string, std::string> name_label() const;
  [[nodiscard]] std::pair<std::string, std::string> namespace_label() const;
  auto operator<=>(const UnitKey&) const = default;
};

/// The unit that the owner labels of `object` name; absent where a label of the pair is missing. An
/// object that carries both pairs belongs to its Kustomization only where it is itself no part of a
/// release: the HelmRelease's pair wins.
std::optional<UnitKey> owner_of(model::Value object);

}  // namespace reconcile::appliers

template <>
struct std::hash<reconcile::appliers::UnitKey> {
  std::size_t operator()(const reconcile::appliers::UnitKey& key) const noexcept;
};
