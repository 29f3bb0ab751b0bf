#pragma once

#include <span>
#include <string_view>

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::diff {

// What is known of the fields of Kubernetes' own kinds (k8s.io/api 0.36.3), where the tries of the
// managers do not tell. A field is known by its name, and where that stands for several fields, by
// the list or map that it is in.

/// Whether a group is served by Kubernetes itself and the names below mean in it what they say.
bool is_built_in(std::string_view api_version);

/// Whether the field at `path` is a plain boolean, number or text with `omitempty`: its zero value
/// is owned and is not there.
bool drops_zero(std::span<const PathStep> path);

/// Whether the field is a map of texts or quantities: an empty one is owned and is not there. (An
/// empty structure stays.)
bool is_plain_map(std::string_view name);

/// Whether the field at `path` of an object of a kind is a list merged by keys, or a set: nobody
/// owns an empty one, and one that we own as a whole was null when we applied it. (The pull secrets
/// of a ServiceAccount are not, although a pod's are.)
bool is_keyed_list(std::string_view kind, std::span<const PathStep> path);

/// Whether the field is a structure that is merged field by field and that the server fills with
/// defaults: one that we own as a whole was empty when we applied it.
bool is_filled_structure(std::string_view name);

/// Whether a map of this name is owned as a whole: selectors and references, in definitions too,
/// where they are the types of Kubernetes.
bool is_atomic_map(std::string_view name);
/// The same for Kubernetes' own kinds, where all such maps are known.
bool is_built_in_atomic_map(std::string_view name);

/// Whether the server keeps what stands at `path` as it was written, with all that is empty.
bool is_raw(std::span<const PathStep> path);

/// Whether `value` is what the server puts at `path` where it is null or, in a list or map that is
/// owned as a whole, left out.
bool is_default(std::span<const PathStep> path, model::Value value);
/// The same for what depends on other fields: `parent` is the live map that holds the field.
bool is_default_of(std::span<const PathStep> path, model::Value value, model::Value parent);

/// Whether `live`, at `path` of a Pod, is `desired` and the tolerations that admission appends.
bool is_tolerated_more(std::span<const PathStep> path, model::Value desired, model::Value live);

}  // namespace reconcile::diff
