#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/gates/admission.hpp"
#include "engine/pipeline/unit_digests.hpp"
#include "engine/pipeline/unit_render.hpp"

namespace reconcile::engine {

/// One unit of a commit, rendered and not applied.
struct CommitUnit {
  appliers::UnitKey key;
  std::string label;   ///< gates.reconcile.dev/unit of its object; empty where absent
  std::string spec;    ///< canonical text of the unit's object
  std::string parent;  ///< the unit whose render brings its object; empty for the root unit
  std::vector<std::string> depends_on;
  renderers::ReadSet read_set;
  std::vector<gates::TypedRead> reads;     ///< `read_set` as evidence names it
  std::string ignore;                      ///< spec.ignore of its source
  bool is_live_only = false;               ///< no render brings its object
  std::string cluster_values;              ///< UnitRender::cluster_values
  std::vector<LookupNote> lookups;         ///< UnitRender::lookups
  bool has_remotes = false;                ///< UnitRender::remotes has entries: never current
  std::vector<std::string> secret_values;  ///< UnitRender::secret_values
  UnitDigests digests;
  std::shared_ptr<const std::vector<model::Object>> objects;
};

/// A unit of the cluster, whoever made its object.
struct LiveUnit {
  appliers::UnitKey key;
  UnitSpec spec;
  std::string label;   ///< as CommitUnit::label
  std::string ignore;  ///< spec.ignore of its source
  std::int64_t generation = 0;
};

/// What a commit would make of the cluster, as far as gates ask.
struct CommitRender {
  std::map<std::string, CommitUnit> units;  ///< by UnitKey::display
  std::vector<model::Object> environments;  ///< Environment objects of the root unit
  /// Units that a render brings and that are not rendered themselves, and why.
  std::map<std::string, std::string> left_out;
  std::string error;  ///< why something could not be rendered; empty where all could
};

/// What becomes of a unit that takes values from an object that is not there.
enum class WithoutValues : std::uint8_t {
  fails,        ///< and the commit with it
  is_left_out,  ///< the others are rendered
};

struct CommitRenderRequest {
  std::shared_ptr<const model::FileTree> tree;  ///< the commit's whole tree, nothing ignored
  appliers::UnitKey root;
  std::string root_path;
  std::string root_ignore;
  RenderPorts ports;
  std::string digest_key;  ///< see unit_digests
  /// The rule by which a GitRepository belongs to the same repository and branch as the root.
  std::function<bool(model::Value git_repository)> is_governed;
  /// Units that follow the gated branch although no render may bring them; those that one brings
  /// are taken from the render.
  std::vector<LiveUnit> live;
  /// Sources that follow the gated branch although no render may bring them: (namespace, name) →
  /// spec.ignore.
  std::map<std::pair<std::string, std::string>, std::string> live_sources;
  WithoutValues without_values = WithoutValues::fails;
  /// Of a commit before: units with the same spec and a read-set that still holds are taken from
  /// it. May be null.
  const CommitRender* known = nullptr;
  std::size_t units_max = 10'000;
  int depth_max = 16;                           ///< units that render units
  std::chrono::milliseconds time_max{120'000};  ///< by `clock`
  const model::Clock* clock = &model::system_clock();
  const std::atomic<bool>* stop = nullptr;  ///< looked at before each unit; may be null
};

/// Renders the root unit of the tree and, one after the other, every unit of the same repository
/// that a render brings. Never throws for what the tree contains: that is the answer's `error`.
CommitRender render_commit(const CommitRenderRequest& request);

/// The candidate as the gate judges it, against what is admitted.
gates::Candidate compare_commits(const CommitRender& admitted, const CommitRender& candidate);

/// The Environment of that name; absent where there is none.
std::optional<model::Object> find_environment(const CommitRender& render, std::string_view name);

}  // namespace reconcile::engine
