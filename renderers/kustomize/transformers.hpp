#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "renderers/kustomize/context.hpp"
#include "renderers/kustomize/field_spec.hpp"
#include "renderers/kustomize/res_map.hpp"

// The built-in transformers, one function each; the order they run in is decided by Target.

namespace reconcile::kustomize {

/// Which subjects of role bindings get the namespace.
enum class SubjectMode : std::uint8_t { default_only, all_service_accounts, none };

struct NamespaceOptions {
  std::string namespace_name;
  SubjectMode subjects = SubjectMode::default_only;
  bool unset_only = false;  ///< leave fields that have a value
};

/// Sets the namespace on everything not known to be cluster-scoped and in `specs`. Throws
/// Error(invalid_input) where two objects get the same id.
void transform_namespace(Context& context, ResMap& objects, const NamespaceOptions& options,
                         const FieldSpecs& specs);
/// The same on one object, without remembering its old id.
void set_object_namespace(Arena& arena, Resource& object, const NamespaceOptions& options,
                          const FieldSpecs& specs);

enum class Affix : std::uint8_t { prefix, suffix };
/// Adds text before or after names, except of CRDs, APIServices and Namespaces.
void transform_names(Context& context, ResMap& objects, Affix affix, std::string_view text,
                     const FieldSpecs& specs);

using TextPairs = std::vector<std::pair<std::string, std::string>>;
/// The entries of a map of strings.
TextPairs pairs_of(model::Value map);
/// Sets labels or annotations in every map that `specs` name.
void transform_maps(Context& context, ResMap& objects, const TextPairs& entries,
                    const FieldSpecs& specs);

/// One entry of `images`.
struct ImageChange {
  std::string name;  ///< a regular expression fragment
  std::string new_name;
  std::string new_tag;
  std::string tag_suffix;
  std::string digest;
  static ImageChange from(model::Value value);
};
/// Changes images in all containers and in `specs`; CustomResourceDefinitions are left alone.
void transform_images(Context& context, ResMap& objects, const ImageChange& change,
                      const FieldSpecs& specs);

/// Sets a count on objects that are or were called `name`. Throws Error(not_found) where none is.
void transform_replicas(Context& context, ResMap& objects, const std::string& name,
                        std::int64_t count, const FieldSpecs& specs);

/// Runs the patches of `patches`, `patchesStrategicMerge` and `patchesJson6902` (lists as decoded).
void transform_patch(Context& context, const Loader& loader, ResMap& objects, model::Value patch);
void transform_strategic_merge_patches(Context& context, const Loader& loader, ResMap& objects,
                                       const std::vector<std::string>& paths);
/// `inline_patches`: text of patches as a plugin may give beside paths.
void transform_strategic_merge_text(Context& context, ResMap& objects, std::string_view text);
void transform_json_patch(Context& context, const Loader& loader, ResMap& objects,
                          model::Value patch);

/// Runs one `replacements` entry with source, sourceValue and targets.
void transform_replacement(Context& context, ResMap& objects, model::Value replacement);
/// Runs a list of entries, of which some name a file with `path`.
void transform_replacements(Context& context, const Loader& loader, ResMap& objects,
                            model::Value replacements);

/// Sets a value at a path of selected objects (ValueAddTransformer).
void transform_value_add(Context& context, const Loader& loader, ResMap& objects,
                         model::Value configuration);

/// Appends the hash of its content to the name of every object that wants it.
void add_hash_suffixes(Context& context, ResMap& objects);

/// Whether kustomize sorts `left` before `right`: first by its order of kinds.
bool sorts_before(const GvkView& left, const GvkView& right);

/// Sorts by kind as `sortOptions` says; an absent value sorts as the request's order.
void sort_objects(const Context& context, ResMap& objects, model::Value sort_options);

}  // namespace reconcile::kustomize
