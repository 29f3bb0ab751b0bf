#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reconcile/helm/chart.hpp"
#include "reconcile/helm/ports.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/value.hpp"
#include "reconcile/renderers/result.hpp"

namespace reconcile::helm {

/// How one assignment of values is written. They are applied in the order in which the enumerators
/// stand, and in the given order inside each, as Helm does.
enum class ValuesForm {
  chart_file,  ///< text of a file that, with others of this form, stands for the chart's own values
  file,        ///< text of a values file, as -f takes it
  set_json,    ///< --set-json
  set,         ///< --set
  set_string,  ///< --set-string
  set_file,    ///< --set-file: "key=path", read through `read_values_file`
  set_literal,  ///< --set-literal
};

struct ValuesInput {
  ValuesForm form = ValuesForm::file;
  std::string text;
  std::string name;  ///< file name for messages
};

/// In which order `RenderRequest::values` count.
enum class ValuesOrder {
  by_form,   ///< as the command's flags
  as_given,  ///< one after the other, as helm-controller 1.6 takes spec.valuesFrom
};

/// What `.Release` says.
struct Release {
  std::string name = "release-name";
  std::string namespace_name = "default";
  bool is_upgrade = false;
  int revision = 1;
};

/// What `.Capabilities` says.
struct Capabilities {
  std::string kube_version;  ///< e.g. "v1.33.4-gke.1"; empty: the profile's default, v1.37.0
  /// Added to the built-in API versions; where `replace_api_versions`, these alone.
  std::vector<std::string> api_versions;
  bool replace_api_versions = false;
};

/// Everything a render depends on: the same request gives the same bytes.
struct RenderRequest {
  std::shared_ptr<const Chart> chart;
  std::vector<ValuesInput> values;
  ValuesOrder values_order = ValuesOrder::by_form;
  model::Document inline_values;  ///< merged last, over all others (HelmRelease `spec.values`)
  ValuesFileReader read_values_file;
  Release release;
  Capabilities capabilities;
  Profile profile = Profile::helm4;
  PostRenderer post_renderer;  ///< empty: none
  PostRenderStrategy post_render_strategy = PostRenderStrategy::combined;
  bool include_crds = false;
  bool no_hooks = false;
  bool skip_tests = false;
  bool skip_schema_validation = false;
  /// Also fill `render.objects` with the manifests (and CRDs, where included) as values, hooks left
  /// out.
  bool want_objects = false;
  KeptManifests* kept_manifests = nullptr;  ///< of want_objects in other renders; may be null
  std::vector<std::string> show_only;       ///< globs of template paths below the chart
  model::WallTime now{};
  std::string_view local_zone = "UTC";
  /// Strong random bytes; functions that need them fail where it is empty.
  std::function<std::string(std::size_t)> random_bytes;
  HostResolver resolve_host;         ///< empty: getHostByName answers "", as without --enable-dns
  ClusterLookup* cluster = nullptr;  ///< null: `lookup` answers an empty map, as offline
};

/// A manifest with helm.sh/hook.
struct Hook {
  std::string name;
  std::string kind;
  std::string path;                 ///< "chart/templates/x.yaml"
  std::string_view manifest;        ///< its text, owned by HelmResult::files
  std::vector<std::string> events;  ///< "pre-install", "test", …
  int weight = 0;

  /// Whether it is a test, which --skip-tests leaves out.
  [[nodiscard]] bool is_test() const noexcept;
};

/// One document of the release, in output order.
struct Manifest {
  std::string path;
  std::string_view content;  ///< owned by HelmResult::files, of definitions by the chart
  std::string kind;
  std::optional<std::vector<model::Document>> documents = {};  ///< where `content` was read
};

struct HelmResult {
  /// `text` is empty: see output_pieces; read_set is the loader's.
  renderers::RenderResult render;
  std::shared_ptr<const Chart> chart;
  /// Path → text of every rendered file; what the manifests and hooks view.
  std::shared_ptr<const std::map<std::string, std::string>> files;
  std::vector<Hook> hooks;            ///< in output order
  std::vector<Manifest> definitions;  ///< the files of crds/, where the request includes them
  std::vector<Manifest> manifests;    ///< without CRDs and hooks
  std::string notes;                  ///< the rendered NOTES.txt of the chart
};

/// A rendered file that is not the YAML of a manifest.
class ManifestError : public model::Error {
 public:
  using Files = std::map<std::string, std::string>;
  ManifestError(const model::Error& error, std::shared_ptr<const Files> files)
      : Error(error), files_(std::move(files)) {}
  /// Path → text of every rendered file.
  [[nodiscard]] const Files& files() const noexcept { return *files_; }

 private:
  std::shared_ptr<const Files> files_;
};

/// Renders as `helm template` does. Throws model::Error: what fails in Helm fails here, naming
/// chart, file and expression; Error(limit_exceeded) names the bound.
HelmResult render(const RenderRequest& request);

/// What `helm template` prints, in pieces that follow one another: a large render is not copied
/// once more. They view `result` and `request`, or `shown`, which is filled for --show-only alone.
/// Throws Error(not_found) where a pattern of --show-only matches nothing.
std::vector<std::string_view> output_pieces(const HelmResult& result, const RenderRequest& request,
                                            std::string& shown);
/// The same as one text.
std::string output_text(const HelmResult& result, const RenderRequest& request);

/// The text of `name_template` (--name-template), executed without data; time and entropy are those
/// of `request`. Throws model::Error where it does not parse or execute.
std::string render_name_template(std::string_view name_template, const RenderRequest& request);

}  // namespace reconcile::helm
