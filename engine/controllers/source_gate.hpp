#pragma once

#include <optional>
#include <string>

#include "engine/api/resource.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {

/// What may be in force on a branch, and why not its tip.
struct Admission {
  std::string commit;    ///< 40 hex digits; empty where nothing may run (yet)
  bool decided = false;  ///< false: the first decision is under way, what is in force stays
  bool held = false;     ///< the tip is not what runs
  std::string tip;       ///< commit; empty where unknown
  std::string reason;    ///< a condition's reason
  std::string message;   ///< for people
  bool operator==(const Admission&) const = default;
};

/// Stands between the tip of a branch and the artifact in force. Every member is called on the
/// control queue unless it says otherwise.
class SourceGate {
 public:
  virtual ~SourceGate() = default;
  /// Whether a source with these options follows the branch that is gated.
  [[nodiscard]] virtual bool governs(const sources::GitOptions& options) const = 0;
  [[nodiscard]] virtual const Admission& admission() const = 0;
  /// A fetch of a governed source ended; `tip` is absent where it failed, `branch_gone` says that
  /// the branch is not there any more. The gate answers through SourceController::on_admission,
  /// also where nothing changed.
  virtual void on_fetched(const SourceKey& source, const std::optional<sources::Revision>& tip,
                          bool branch_gone) = 0;
  /// The artifact of an admitted revision that the source's own mirror lacks. Blocks; from any
  /// thread. Absent where it is nowhere.
  [[nodiscard]] virtual std::optional<sources::Artifact> restore(
      const sources::Revision& revision, const sources::IgnoreOptions& ignore) const = 0;
};

/// `url` as two spellings of one repository agree: no credentials, no trailing slash or ".git",
/// scheme and host in lower case, "git@host:path" as ssh.
std::string normalised_repository(std::string_view url);

/// Whether both follow the same branch of the same repository.
bool follow_same_branch(const sources::GitOptions& left, const sources::GitOptions& right);

}  // namespace reconcile::engine
