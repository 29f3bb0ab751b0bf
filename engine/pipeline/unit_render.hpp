#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/resource.hpp"
#include "engine/pipeline/chart_cache.hpp"
#include "engine/pipeline/live_lookup.hpp"
#include "engine/remote/remote_content.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/object.hpp"
#include "reconcile/renderers/result.hpp"

namespace reconcile::engine {

/// A Helm hook that is not run: shown in the unit's status.
struct HookNote {
  std::string object;  ///< "Job/name"
  std::string path;
  std::string events;  ///< comma list
};

/// Which release of which chart a HelmRelease rendered.
struct ReleaseNote {
  std::string name;
  std::string namespace_name;
  std::string chart_name;
  std::string chart_version;
};

/// What rendering a unit answers.
struct UnitRender {
  std::vector<model::Object> objects;
  renderers::ReadSet read_set;
  std::vector<std::string> warnings;
  std::vector<HookNote> hooks;
  /// Digest of the ConfigMaps' and Secrets' values that were read; empty where none are named.
  std::string cluster_values;
  /// What the chart looked up in the cluster, but for what the render itself contains.
  std::vector<LookupNote> lookups;
  bool is_random = false;  ///< functions drew random values: each render has others
  bool looked_up = false;  ///< the chart asked the cluster, if only for the unit's own objects
  /// What other machines answered, by URL: nobody tells when that changes.
  std::map<std::string, std::string> remotes;
  /// What came out of Secrets by substituteFrom and valuesFrom: messages about the objects must not
  /// repeat it.
  std::vector<std::string> secret_values;
  ReleaseNote release = {};  ///< empty for a Kustomization
};

/// `data` of a ConfigMap or Secret, decoded.
using ConfigData = std::map<std::string, std::string>;

/// What `.Capabilities` of a chart says of the cluster.
struct ClusterCapabilities {
  std::string kube_version;               ///< "v1.36.3"
  std::vector<std::string> api_versions;  ///< "v1", "apps/v1", "apps/v1/Deployment", …
};

/// What rendering may ask of the cluster, each absent where there is none (a plan without cluster).
struct RenderPorts {
  /// Reads a ConfigMap or Secret for valuesFrom and substituteFrom; absent where it is not there.
  std::function<std::optional<ConfigData>(
      const std::string& kind, const std::string& namespace_name, const std::string& name)>
      config;
  /// `config` knows less than the cluster that is meant: where it lacks an optional object, a
  /// variable that nothing sets is empty.
  bool knows_part = false;
  /// Answers `lookup` of charts; empty: an empty map, as without a cluster.
  LookupPort lookup;
  /// What watches know of such answers; empty: nothing.
  KnownLookup known_lookup;
  /// Sees to it that what a unit's render looked up, and nothing else for it, is under watch, so
  /// that `known_lookup` knows it. May be empty.
  std::function<void(const appliers::UnitKey&, const std::vector<LookupNote>&)> watch_lookups;
  /// Whether objects of a kind have no namespace; empty, or a kind that is not known: they have
  /// one.
  std::function<bool(const model::Gvk&)> is_cluster_scoped;
  /// Added to the time that templates see: a second render shows where they use it.
  std::chrono::seconds clock_ahead{0};
  /// Empty: the renderer's defaults.
  std::function<ClusterCapabilities()> capabilities;
  /// Charts of earlier renders; null: every render loads its own.
  std::shared_ptr<ChartCache> charts;
  /// Makes the way to other machines for one render; empty: what a kustomization names by URL, and
  /// charts that are not in the source, are an error.
  std::function<std::unique_ptr<RemoteContent>()> remotes;
};

/// Whose objects a unit's chart may look up: its own namespace's and its release's.
std::vector<std::string> lookup_namespaces(const UnitSpec& spec);

/// Renders a unit from its source's tree: a kustomization as Flux builds it, or a chart as Helm
/// renders it with the marks of a release. Pure but for the ports. Throws model::Error naming the
/// file.
UnitRender render_unit(const appliers::UnitKey& unit, const UnitSpec& spec,
                       const std::shared_ptr<const model::FileTree>& tree,
                       const RenderPorts& ports);

}  // namespace reconcile::engine
