#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/kustomize/repository_address.hpp"
#include "reconcile/model/file_tree.hpp"
#include "reconcile/model/value.hpp"
#include "reconcile/renderers/result.hpp"

namespace reconcile::kustomize {

/// Order of the output where the kustomization itself sets no `sortOptions`.
enum class Order : std::uint8_t {
  legacy,  ///< by kind, the default of the command
  fifo,    ///< as read, the default of the library and of Flux
};

/// Which files a kustomization may read.
enum class LoadRestrictor : std::uint8_t {
  root_only,  ///< files in or below the kustomization's own directory (bases may be anywhere)
  none,       ///< any file of the tree
};

/// A chart that is not in the tree, as the kustomization names it.
struct HelmChartAddress {
  std::string repository;  ///< "https://charts.example.com" or "oci://registry/team"
  std::string name;
  std::string version;  ///< a version or a range; empty: the newest
  bool devel = false;   ///< versions before a release count too
};

/// One chart of `helmCharts`, with what the kustomization says about it.
struct HelmInflation {
  /// The entry as written (fields of kustomize's HelmChart), with the namespace already inherited.
  model::Document chart;
  /// Where the chart's files are: the build's tree, or that of `HelmInflator::pull`.
  std::shared_ptr<const model::FileTree> tree;
  std::string chart_directory;  ///< in `tree`
  struct Values {
    std::string name;  ///< for messages
    std::string text;
  };
  std::vector<Values> values;  ///< in order of application
};

/// Renders charts for `helmCharts`. Implemented where both renderers are known (engine).
class HelmInflator {
 public:
  virtual ~HelmInflator() = default;
  /// The files of a chart that has to be downloaded, Chart.yaml at the root. Throws Error naming
  /// chart and repository.
  virtual std::shared_ptr<const model::FileTree> pull(const HelmChartAddress& address) = 0;
  /// The text `helm template` prints. Files it reads are added to `read_set`.
  virtual std::string inflate(const HelmInflation& inflation, renderers::ReadSet& read_set) = 0;
};

/// What a web server answered.
struct RemoteFile {
  int status = 0;  ///< of HTTP, after redirects
  std::string body;
};

/// Brings remote resources into reach. Implemented by the caller; the renderer itself does no I/O.
class RemoteLoader {
 public:
  virtual ~RemoteLoader() = default;
  /// Asks for an http(s) URL. Throws Error where nobody answers.
  virtual RemoteFile file(const std::string& url) = 0;
  /// The tree of a repository at the address' reference; the same one during a build. Throws Error
  /// naming URL, reference and reason.
  virtual std::shared_ptr<const model::FileTree> repository(const RepositoryAddress& address) = 0;
};

/// Bounds of one build; beyond them Error(limit_exceeded).
struct BuildLimits {
  std::size_t depth_max = 64;  ///< kustomizations inside kustomizations
  std::size_t objects_max = 1'000'000;
  std::uint64_t bytes_max = 2ULL << 30U;  ///< text of all files read
};

struct BuildRequest {
  std::shared_ptr<const model::FileTree> tree;
  /// Directory of the kustomization, relative to the root of the tree.
  std::string path;
  /// What to build in place of `path`, brought by `remote`; `tree` may be null then.
  std::optional<RepositoryAddress> address;
  Order order = Order::legacy;
  LoadRestrictor load_restrictor = LoadRestrictor::root_only;
  /// The kustomization file to use at `path` in place of the one in the tree, e.g. what
  /// `generate_kustomization` answers. Absent: read from the tree.
  std::optional<std::string> kustomization;
  /// Values for `helmCharts`; null: charts are an error that names the chart and `--enable-helm`.
  HelmInflator* helm = nullptr;
  /// Null: a URL is an error that names it.
  RemoteLoader* remote = nullptr;
  /// How paths are shown in messages: put before a path of the tree, e.g. "/" for the command.
  std::string display_root;
  /// What the result holds; a caller leaves out what it does not use.
  bool want_text = true;
  /// Takes the text piece by piece, once all of it is made, in place of the result's `text`: a
  /// large one is not copied together.
  std::function<void(std::string_view)> take_text;
  bool want_objects = true;
  bool record_reads = true;
  /// How many threads read and write objects, at most as many as the machine runs at once. The
  /// result does not depend on it.
  unsigned threads = 1;
  BuildLimits limits;
};

/// Builds as `kustomize build` 5.8.2 does, to the byte. A pure function: reads only through `tree`
/// and the two ports, no clock, no environment. Throws Error naming the file, the field and the
/// reason. Safe to call from several threads at once.
renderers::RenderResult build(const BuildRequest& request);

}  // namespace reconcile::kustomize
