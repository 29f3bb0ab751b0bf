#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "reconcile/diff/left_fields.hpp"
#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/value.hpp"

namespace reconcile::diff {

/// An object's UID in 16 bytes. A UID that is no UUID is kept as its hash: equal texts stay equal.
struct Uid {
  std::array<std::uint8_t, 16> bytes{};

  static Uid parse(std::string_view text);
  /// In UUID form, lower case; the server's own text where that was a UUID. Empty where absent.
  [[nodiscard]] std::string text() const;
  /// Whether there is one at all.
  [[nodiscard]] bool present() const noexcept { return bytes != decltype(bytes){}; }
  bool operator==(const Uid&) const = default;
};

/// What annotations or labels of the live object say about how it may be written, prefix
/// `kustomize.toolkit.fluxcd.io/`, values without regard to case as kustomize-controller 1.9.4
/// reads them.
enum ManagementFlag : std::uint8_t {
  reconcile_disabled = 1U << 0U,  ///< `reconcile: disabled`
  ssa_ignore = 1U << 1U,          ///< `ssa: Ignore`
  ssa_if_not_present = 1U << 2U,  ///< `ssa: IfNotPresent`
  ssa_merge = 1U << 3U,           ///< `ssa: Merge`
  force_enabled = 1U << 4U,       ///< `force: enabled`
  prune_disabled = 1U << 5U,      ///< `prune: disabled`
  terminating = 1U << 6U,         ///< has a deletionTimestamp
  /// `spec.replicas` was written through the subresource `scale`: another controller owns it by
  /// design.
  replicas_handed_over = 1U << 7U,
};
/// The flags of `object` (a desired, live or metadata-only one) as a set of bits.
std::uint8_t management_flags(model::Value object);

/// `metadata.resourceVersion` of a live object; 0 where absent or not a number.
std::uint64_t resource_version(model::Value object);

/// What is kept of a live object: 72 bytes instead of the object.
struct Fingerprint {
  model::Hash128 entry;   ///< of our Apply entry: its apiVersion and trie; zero where we have none
  model::Hash128 values;  ///< of the values at those paths and of the order of our own list items
  std::uint64_t resource_version = 0;  ///< see `resource_version`
  std::int64_t generation = 0;
  Uid uid;
  std::uint8_t flags = 0;      ///< ManagementFlag bits of the live object
  bool shares_fields = false;  ///< a field of FoldOptions::left is in other hands
  bool autoscaled = false;     ///< the controller of autoscalers claims `spec.replicas`

  [[nodiscard]] bool has_entry() const noexcept { return entry != model::Hash128{}; }
  /// Whether what we own is the same in both: the entry, the values and the UID. resourceVersion,
  /// generation and flags do not count.
  [[nodiscard]] bool same_content(const Fingerprint& other) const noexcept {
    return entry == other.entry && values == other.values && uid == other.uid;
  }
  bool operator==(const Fingerprint&) const = default;
};

struct FoldOptions {
  std::string_view manager = field_manager;
  /// Key of the digests over the values of Secrets; a process draws a random one where it is empty.
  std::string_view secret_key;
  std::span<const LeftField> left = {};  ///< fields of the object that do not count
  std::string_view empty_lists = {};     ///< of the desired object, see empty_lists.hpp
};

/// Folds a live object (LIST, WATCH, GET or PATCH answer) into its fingerprint. Pure but for the
/// random key above; safe from any thread. Absent values count as values, so a field that appears
/// is a difference.
Fingerprint fold(model::Value live, const FoldOptions& options = {});

/// Hash of a desired object's content, given also as canonical JSON (model::canonical_json); keyed
/// as above for Secrets. Equal digests mean that nothing is to be sent.
model::Hash128 desired_digest(model::Value desired, std::string_view json,
                              std::string_view secret_key = {});

}  // namespace reconcile::diff
