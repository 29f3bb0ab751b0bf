#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/clock.hpp"

namespace reconcile::engine::gates {

/// Bounds of a record's file; a whole record of 10,000 units is about 6 MiB.
inline constexpr std::size_t record_bytes_max = 8U << 20U;
inline constexpr std::size_t record_units_max = 10'000;
/// Longer names are refused; a longer `failing` is cut where the record is written.
inline constexpr std::size_t record_text_bytes_max = 1024;

enum class UnitState : std::uint8_t {
  green,    ///< applied, live = desired, nothing left to prune, healthy, settled
  pending,  ///< on the way: applying, or health in progress
  failed,   ///< did not render, did not apply, or its health failed
  unknown,  ///< not observed (API unreachable, agent just started): pauses the healthy time
};
std::string_view to_string(UnitState state);

/// What an environment says about one unit.
struct UnitEvidence {
  std::string unit;               ///< "Kustomization/flux-system/apps"
  std::string label;              ///< gates.reconcile.dev/unit of its object; empty where absent
  std::string revision;           ///< commit (40 hex) whose content is applied
  std::string read_set_digest;    ///< "sha256:…" over the typed entries (read_set_digest())
  std::string render_digest;      ///< "hmac-sha256:…", keyed by the cluster: own comparison only
  std::string change_set_digest;  ///< as render_digest, of the last pass that changed something
  std::vector<std::string> depends_on;  ///< units, as `unit`
  bool applied = false;                 ///< the last pass applied everything
  UnitState state = UnitState::unknown;
  /// Begin of the continuous healthy time, pauses already taken out (moved forward); absent unless
  /// green.
  std::optional<model::WallTime> healthy_since;
  std::chrono::seconds unhealthy{0};  ///< since `revision` was applied
  std::uint32_t flaps = 0;            ///< green → not green, since `revision` was applied
  std::string failing;                ///< what fails, for people, secrets masked; empty where green
  bool operator==(const UnitEvidence&) const = default;
};

/// One record of an environment's chain: an in-toto Statement v1 with predicateType
/// https://gates.reconcile.dev/health-evidence/v1.
struct EvidenceRecord {
  std::string cluster;
  std::string environment;
  std::uint64_t seq = 0;  ///< 1 for the first; one more than the one before
  std::string prev;       ///< "sha256:…" of the record file before; empty for the first
  std::string branch;
  std::string commit;         ///< admitted and applied commit; the subject (gitCommit)
  std::string tree;           ///< id of its tree: what refs/gitops/admitted must hold
  std::string policy_digest;  ///< "sha256:…" of the policy in force; empty where there is none
  std::string agent_version;
  model::WallTime observed_at;
  model::WallTime valid_until;
  bool whole = false;  ///< `units` is every unit (chain epochs), not only what changed since `prev`
  std::vector<UnitEvidence> units;
  std::vector<std::string> removed;  ///< units that are gone since `prev`
  std::string merkle_root;           ///< "sha256:…" over all units now, sorted by name
  std::uint64_t unit_count = 0;      ///< all units now

  /// The statement as canonical JSON (the payload to be signed). Times are written to the
  /// nanosecond; `failing` is cut and repaired as in `cleaned`.
  [[nodiscard]] std::string statement() const;
  /// Throws Error(invalid_input|limit_exceeded) naming the field, expected and found.
  static EvidenceRecord parse(std::string_view statement);
  bool operator==(const EvidenceRecord&) const = default;
};

/// `unit` as a record carries it: `failing` valid UTF-8 of at most `record_text_bytes_max` bytes.
/// Compare and keep units in this form, so that a writer and its readers hold the same.
UnitEvidence cleaned(UnitEvidence unit);

/// A unit's leaf of the Merkle tree: 32 raw bytes.
std::string merkle_leaf(const UnitEvidence& unit);
/// The root over leaves in the order of their units' names.
std::string merkle_root(const std::vector<std::string_view>& leaves);
/// The Merkle root over units (key: unit name): SHA-256 tree, leaves are the units' canonical JSON.
std::string merkle_root(const std::map<std::string, UnitEvidence>& units);

/// One typed read-set entry; see gates.md §2.
struct TypedRead {
  /// "file", "directory", "absent", "link", "artifact", "cluster", "remote", "capability"
  std::string type;
  std::string name;   ///< path, URL, object, or capability
  std::string value;  ///< blob, digest, or HMAC
  auto operator<=>(const TypedRead&) const = default;
};
/// "sha256:…" over sorted entries; file modes are part of `value` ("100644 <blob>").
std::string read_set_digest(const std::vector<TypedRead>& entries);

}  // namespace reconcile::engine::gates
