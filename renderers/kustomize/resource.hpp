#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "renderers/kustomize/node.hpp"

namespace reconcile::kustomize {

/// Group, version and kind as views; a field spec's or selector's empty part means any.
struct GvkView {
  std::string_view group;
  std::string_view version;
  std::string_view kind;
  bool operator==(const GvkView&) const = default;

  static GvkView from_api_version(std::string_view api_version, std::string_view kind) noexcept;
  /// Whether every non-empty part of `selector` equals the part here.
  [[nodiscard]] bool is_selected(const GvkView& selector) const noexcept;
  /// "Deployment.v1.apps" with [noKind], [noVer], [noGrp] for empty parts.
  [[nodiscard]] std::string display() const;
};

/// Identity of an object inside a build.
struct ResourceId {
  GvkView gvk;
  std::string_view name;
  std::string_view namespace_name;
  bool cluster_scoped = false;

  /// "_non_namespaceable_" for cluster-scoped kinds, "default" where empty.
  [[nodiscard]] std::string_view effective_namespace() const noexcept;
  /// Same gvk, name and effective namespace.
  [[nodiscard]] bool equals(const ResourceId& other) const noexcept;
  /// "Deployment.v1.apps/web.prod", with [noName] and [noNs].
  [[nodiscard]] std::string display() const;
};

/// Whether kustomize 5.8.2 knows the kind to be cluster-scoped (its table and Kubernetes v1.21.2).
bool is_certainly_cluster_scoped(std::string_view api_version, std::string_view kind);

/// Where an object or a change of it comes from (buildMetadata).
struct Origin {
  std::string path;
  std::string repository;
  std::string ref;
  std::string configured_in;
  std::string configured_by_api_version;
  std::string configured_by_kind;
  std::string configured_by_name;
  std::string configured_by_namespace;

  /// This origin with `path` joined to its path.
  [[nodiscard]] Origin append(std::string_view path) const;
};

/// What a generator does where an object of the same id exists.
enum class Behavior : std::uint8_t { unspecified, create, replace, merge };
Behavior behavior_from(std::string_view text) noexcept;
std::string_view to_string(Behavior behavior) noexcept;

/// An object while it is built. What kustomize keeps in hidden annotations is kept in fields here.
struct Resource {
  struct PreviousId {
    std::string_view namespace_name;  ///< effective namespace
    std::string_view name;
    std::string_view kind;
  };

  Node root;
  std::vector<PreviousId> previous;  ///< oldest first
  std::vector<std::string_view> prefixes;
  std::vector<std::string_view> suffixes;
  std::vector<std::string> var_names;
  std::optional<Origin> origin;
  std::string_view document;  ///< the text it was read from, where it may still have comments
  std::string_view file;      ///< where it was read or is generated, for messages
  std::vector<Origin> transformations;
  Behavior behavior = Behavior::unspecified;
  bool is_generated = false;  ///< carries a generator's behavior
  bool needs_hash = false;
  bool name_change_allowed = false;  ///< of a patch: it may rename its target
  bool kind_change_allowed = false;
  bool helm_generated = false;
  bool has_json_form = false;       ///< went through JSON last, so its text is in kustomize's form
  bool has_shared_scalars = false;  ///< some of its scalars are one node (shared_scalars.hpp)

  [[nodiscard]] std::string_view api_version() const noexcept;
  [[nodiscard]] std::string_view kind() const noexcept;
  [[nodiscard]] GvkView gvk() const noexcept;
  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] std::string_view namespace_name() const noexcept;
  [[nodiscard]] ResourceId current_id() const noexcept;
  /// The id number `index` of `previous`; its scope counts as unknown, as in kustomize.
  [[nodiscard]] ResourceId previous_id(std::size_t index) const noexcept;
  /// The first previous id, or the current one where nothing changed yet.
  [[nodiscard]] ResourceId original_id() const noexcept;
  /// Remembers the current id before a change of it.
  void store_previous_id(Arena& arena);
  /// Whether kustomize would have a hidden annotation on it.
  [[nodiscard]] bool has_hidden_annotations() const noexcept;
  /// Forgets what hidden annotations hold, as a patch that clears all annotations does.
  void clear_hidden_annotations();
  /// Makes metadata.annotations, which is empty here where it has hidden ones alone.
  void make_annotations(Arena& arena);
  /// Writes metadata.annotations anew, every value a text, as kustomize does after some steps.
  void rewrite_annotations(Arena& arena);
  /// Has those of `other` from now on.
  void take_hidden_annotations(const Resource& other);

  /// Writes metadata.name; keeps the style of the old name.
  void set_name(Arena& arena, std::string_view text);
  /// Writes metadata.namespace; empty removes it.
  void set_namespace(Arena& arena, std::string_view text);
  void set_kind(Arena& arena, std::string_view text);
};

/// The map `metadata.<field>` as sorted pairs of texts (labels, annotations).
std::vector<std::pair<std::string_view, std::string_view>> metadata_map(const Node& root,
                                                                        std::string_view field);
/// Writes the map `metadata.<field>` anew, sorted, every value a string; removes it where empty.
void set_metadata_map(Arena& arena, Node& root, std::string_view field,
                      std::vector<std::pair<std::string_view, std::string_view>> pairs);

}  // namespace reconcile::kustomize
