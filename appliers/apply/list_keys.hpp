#pragma once

#include <array>
#include <span>
#include <string_view>

namespace reconcile::appliers {

/// An associative list of a built-in kind: where it is below its base, and its key fields.
struct ListKey {
  std::string_view path;  ///< fields separated by '/', "*" goes into every item of a list
  std::array<std::string_view, 2> keys;  ///< the second may be empty
};

/// The lists of a pod's spec.
std::span<const ListKey> pod_list_keys() noexcept;
/// The lists of `kind` outside its pod's spec, from the object's root; empty for other kinds.
std::span<const ListKey> object_list_keys(std::string_view group, std::string_view kind) noexcept;
/// Where the pod's spec of a built-in kind is, '/' separated; empty where it has none.
std::string_view pod_spec_path(std::string_view group, std::string_view kind) noexcept;

}  // namespace reconcile::appliers
