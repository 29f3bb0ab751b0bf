#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

/// One chart of `helmCharts`, with what the kustomization says about it.
struct HelmInflation {
  /// The entry as written (fields of kustomize's HelmChart), with the namespace already inherited.
  model::Document chart;
  /// Directory of the chart inside the tree; absent where it is not there and would have to be
  /// pulled.
  std::optional<std::string> chart_directory;
  /// Texts of the values files in order of application, the inline values last as YAML.
  std::vector<std::string> values;
};

/// Renders charts for `helmCharts`. Implemented where both renderers are known (engine).
class HelmInflator {
 public:
  virtual ~HelmInflator() = default;
  /// The text `helm template` prints. Files it reads are added to `read_set`.
  virtual std::string inflate(const model::FileTree& tree, const HelmInflation& inflation,
                              renderers::ReadSet& read_set) = 0;
};

/// Brings remote resources into reach. Implemented by the caller; the renderer itself does no I/O.
class RemoteLoader {
 public:
  virtual ~RemoteLoader() = default;
  /// The body of an http(s) URL that names a file; absent where the URL is a repository.
  virtual std::optional<std::string> file(const std::string& url) = 0;
  /// The tree of a repository URL such as "https://github.com/org/repo//path?ref=v1", and the
  /// directory in it to build.
  virtual std::shared_ptr<const model::FileTree> repository(const std::string& url,
                                                            std::string& directory) = 0;
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
