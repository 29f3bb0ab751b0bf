#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/value.hpp"

namespace reconcile::model {

/// Group, version and kind of a Kubernetes object. The core group is the empty string.
struct Gvk {
  std::string group;
  std::string version;
  std::string kind;

  /// "apps/v1" or "v1".
  [[nodiscard]] std::string api_version() const;
  /// From "apps/v1" or "v1" and a kind; no check of the form.
  static Gvk from_api_version(std::string_view api_version, std::string_view kind);
  auto operator<=>(const Gvk&) const = default;
};

/// What names an object in a cluster: group and kind without version, namespace (empty where
/// cluster-scoped or not yet known) and name.
struct ObjectId {
  std::string group;
  std::string kind;
  std::string namespace_name;
  std::string name;

  /// "Deployment/apps/podinfo"; "Namespace/apps" for cluster-scoped ones. What people read.
  [[nodiscard]] std::string display() const;
  /// Flux's inventory id "<namespace>_<name>_<group>_<Kind>", `:` in the name written as `__`
  /// (fluxcd/pkg ssa, cli-utils object.ObjMetadata).
  [[nodiscard]] std::string inventory_id() const;
  /// The reverse of inventory_id. Throws Error(invalid_input) naming the text.
  static ObjectId from_inventory_id(std::string_view text);
  auto operator<=>(const ObjectId&) const = default;
};

/// Where an object came from, for messages: file relative to the source's root (for Helm
/// "chart/templates/x.yaml") and the document's index in it, from 0.
struct ObjectOrigin {
  std::string file;
  std::size_t document_index = 0;
};

/// One Kubernetes object as an immutable value.
class Object {
 public:
  Object() = default;
  /// Takes any map with apiVersion, kind and metadata.name (or generateName).
  /// Throws Error(invalid_input) naming the origin's file and what is missing or of a wrong type.
  explicit Object(Document document, ObjectOrigin origin = {});

  [[nodiscard]] const Document& document() const noexcept { return document_; }
  [[nodiscard]] Value root() const noexcept { return document_.root(); }
  [[nodiscard]] Value operator[](std::string_view key) const noexcept { return document_[key]; }
  [[nodiscard]] const Gvk& gvk() const noexcept { return gvk_; }
  [[nodiscard]] const ObjectId& id() const noexcept { return id_; }
  [[nodiscard]] const ObjectOrigin& origin() const noexcept { return origin_; }
  /// Value of a label or annotation; empty where absent.
  [[nodiscard]] std::string_view label(std::string_view key) const noexcept;
  [[nodiscard]] std::string_view annotation(std::string_view key) const noexcept;
  [[nodiscard]] std::string_view uid() const noexcept;
  [[nodiscard]] std::string_view resource_version() const noexcept;
  /// metadata.generation; 0 where absent.
  [[nodiscard]] std::int64_t generation() const noexcept;

 private:
  Document document_;
  Gvk gvk_;
  ObjectId id_;
  ObjectOrigin origin_;
};

/// Splits a document that is a List (any kind ending in "List" with items) into its items; anything
/// else answers itself alone. Throws as Object does.
std::vector<Object> expand_list(const Document& document, const ObjectOrigin& origin = {});

}  // namespace reconcile::model

template <>
struct std::hash<reconcile::model::ObjectId> {
  std::size_t operator()(const reconcile::model::ObjectId& id) const noexcept;
};
template <>
struct std::hash<reconcile::model::Gvk> {
  std::size_t operator()(const reconcile::model::Gvk& gvk) const noexcept;
};
