#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/value.hpp"
#include "reconcile/renderers/result.hpp"

namespace reconcile::helm {

/// Which Helm is reproduced, by its exact version.
enum class Profile {
  helm4,  ///< Helm 4.3.1
  helm3,  ///< Helm 3.22.0
};

/// One file of a chart; `name` is relative to the chart, e.g. "templates/service.yaml".
struct ChartFile {
  std::string name;
  std::string data;
};

/// One entry of `dependencies` in Chart.yaml (or of requirements.yaml for apiVersion v1).
struct Dependency {
  std::string name;
  std::string version;  ///< a range
  std::string repository;
  std::string condition;  ///< comma list of value paths
  std::vector<std::string> tags;
  std::string alias;
  model::Value import_values;  ///< list of strings and {child, parent}; absent where not given
};

struct Maintainer {
  std::string name;
  std::string email;
  std::string url;
};

/// Chart.yaml, with the control characters of its texts removed as Helm does.
struct Metadata {
  std::string name;
  std::string home;
  std::vector<std::string> sources;
  std::string version;
  std::string description;
  std::vector<std::string> keywords;
  std::vector<Maintainer> maintainers;
  std::string icon;
  std::string api_version;
  std::string condition;
  std::string tags;
  std::string app_version;
  bool deprecated = false;
  /// In the order of the file; absent where the chart has none.
  std::optional<std::vector<std::pair<std::string, std::string>>> annotations;
  std::string kube_version;
  std::vector<Dependency> dependencies;
  bool lists_dependencies = false;  ///< `dependencies` is there, even if empty
  std::string type;                 ///< "", "application" or "library"
};

class KeptManifests;
class ParsedTemplates;

/// A loaded chart with its subcharts. Immutable once loaded; shared between renders and threads.
struct Chart {
  Metadata metadata;
  model::Document metadata_document;  ///< Chart.yaml (or requirements.yaml), what `metadata` views
  model::Document requirements_document;
  std::vector<ChartFile> templates;
  std::vector<ChartFile> files;       ///< everything that is neither template, chart nor values
  model::Document values;             ///< defaults; absent root where there is no values.yaml
  std::optional<std::string> schema;  ///< text of values.schema.json
  std::vector<std::shared_ptr<const Chart>> dependencies;  ///< by directory name
  /// What renders keep of the templates below; null in a subchart, or where nobody loaded it.
  std::shared_ptr<ParsedTemplates> parsed;

  [[nodiscard]] const std::string& name() const noexcept { return metadata.name; }
  [[nodiscard]] bool is_library() const noexcept { return metadata.type == "library"; }
};

/// Bounds of loading a chart, as Helm 4.3.1 has them.
struct ChartLimits {
  std::uint64_t chart_bytes_max = 100ULL << 20U;
  std::size_t files_max = 20'000;
  std::size_t subchart_depth_max = 50;
  /// Charts in all, and bytes of all archives in charts/ together (Helm has no such bounds).
  std::size_t charts_max = 2000;
  std::uint64_t nested_bytes_max = 100ULL << 20U;
};

/// Whether loading writes down what it read. Without, nothing is hashed and a second thread parses
/// templates meanwhile: for one render on demand.
enum class ReadRecord { keep, leave_out };

struct LoadedChart {
  std::shared_ptr<const Chart> chart;
  renderers::ReadSet read_set;  ///< empty with ReadRecord::leave_out
};

/// Loads the chart in directory (or .tgz file) `path` of `tree`, subcharts included; `.helmignore`
/// counts in a directory. Throws Error(invalid_input) naming the file and what is wrong,
/// Error(not_found) where there is no chart, Error(limit_exceeded) naming the bound.
LoadedChart load_chart(const model::FileTree& tree, std::string_view path, Profile profile,
                       const ChartLimits& limits = {}, ReadRecord record = ReadRecord::keep);

/// Loads a chart from the bytes of a .tgz archive. Throws as load_chart.
std::shared_ptr<const Chart> load_chart_archive(std::string_view archive, Profile profile,
                                                const ChartLimits& limits = {});

}  // namespace reconcile::helm
