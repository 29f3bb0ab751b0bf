#include "engine/pipeline/unit_render.hpp"

#include <set>
#include <utility>

#include "engine/inflate/chart_inflator.hpp"
#include "engine/pipeline/failure_text.hpp"
#include "engine/pipeline/object_marks.hpp"
#include "engine/pipeline/post_build.hpp"
#include "engine/pipeline/post_renderers.hpp"
#include "engine/pipeline/release_values.hpp"
#include "reconcile/helm/render.hpp"
#include "reconcile/kustomize/build.hpp"
#include "reconcile/kustomize/generate.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using model::Value;

/// Charts of kustomizations are rendered without the cluster, as kustomize has Helm do it.
InflateOptions inflate_options(const RenderPorts& ports, RemoteContent* remotes, bool& is_random) {
  InflateOptions options;
  options.now = model::system_clock().wall_now() + ports.clock_ahead;
  options.random_bytes = [&is_random](std::size_t count) {
    is_random = true;
    return model::random_bytes(count);
  };
  if (ports.charts != nullptr) {
    options.load = [&ports](const model::FileTree& tree, const std::string& path) {
      return ports.charts->load(tree, path, helm::Profile::helm4);
    };
  }
  if (remotes != nullptr) {
    options.pull = [remotes](const kustomize::HelmChartAddress& address) {
      return remotes->chart(address);
    };
  }
  return options;
}

UnitRender render_kustomization(const UnitSpec& spec,
                                const std::shared_ptr<const model::FileTree>& tree,
                                const RenderPorts& ports) {
  const auto info = tree->stat(spec.path);
  if (!info || info->type != model::FileType::directory) {
    throw model::Error(model::ErrorCode::not_found,
                       "kustomization path not found: expected a directory \"" + spec.path + "\"");
  }
  const kustomize::GeneratedKustomization generated = kustomize::generate_kustomization(
      *tree, spec.path, kustomize::FluxOverrides::from_spec(spec.object["spec"]));
  kustomize::BuildRequest request;
  request.tree = tree;
  request.path = spec.path;
  request.order = kustomize::Order::fifo;
  request.load_restrictor = kustomize::LoadRestrictor::none;
  request.kustomization = generated.text;
  request.want_text = false;
  const std::unique_ptr<RemoteContent> remotes = ports.remotes ? ports.remotes() : nullptr;
  request.remote = remotes.get();
  UnitRender render;
  ChartInflator inflator(inflate_options(ports, remotes.get(), render.is_random));
  request.helm = &inflator;
  renderers::RenderResult built = kustomize::build(request);
  if (remotes != nullptr) render.remotes = remotes->answers();
  render.objects = std::move(built.objects);
  render.read_set = std::move(built.read_set);
  render.warnings = std::move(built.warnings);
  render.read_set.insert(generated.read_set.begin(), generated.read_set.end());
  return render;
}

void substitute_variables(const UnitSpec& spec, const RenderPorts& ports, UnitRender& render) {
  if (!spec.object["spec"]["postBuild"].present()) return;
  PostBuild post_build = read_post_build(spec, ports);
  substitute::substitute(render.objects, post_build.variables, post_build.options);
  render.cluster_values = std::move(post_build.digest);
  render.secret_values = std::move(post_build.secret_values);
}

void add_common_metadata(const UnitSpec& spec, UnitRender& render) {
  ObjectMarks marks;
  marks.add_common_metadata(spec.object["spec"]["commonMetadata"]);
  if (marks.empty()) return;
  for (model::Object& object : render.objects) object = with_marks(object, marks);
}

/// A name of more than 53 bytes ends in 12 digits of its SHA-256, as helm-controller 1.6 shortens
/// it.
std::string short_name(const std::string& name) {
  return name.size() <= 53 ? name
                           : name.substr(0, 40) + "-" + model::sha256_hex(name).substr(0, 12);
}

/// Flux's default release name: "<target namespace>-<name>" where one is set, else the name.
std::string release_name(Value object) {
  const Value spec = object["spec"];
  const std::string name(object["metadata"]["name"].text());
  if (!spec["releaseName"].text().empty())
    return short_name(std::string(spec["releaseName"].text()));
  const std::string target(spec["targetNamespace"].text());
  return short_name(target.empty() ? name : target + "-" + name);
}

std::string release_namespace(Value object) {
  const std::string_view target = object["spec"]["targetNamespace"].text();
  return std::string(target.empty() ? object["metadata"]["namespace"].text() : target);
}

/// Helm's ownership marks, and the release's namespace for objects that name none.
ObjectMarks release_marks(const helm::Release& release) {
  ObjectMarks marks;
  marks.labels.emplace_back("app.kubernetes.io/managed-by", "Helm");
  marks.annotations.emplace_back("meta.helm.sh/release-name", release.name);
  marks.annotations.emplace_back("meta.helm.sh/release-namespace", release.namespace_name);
  marks.default_namespace = release.namespace_name;
  return marks;
}

bool installs_definitions(Value spec) {
  if (spec["install"]["skipCRDs"].boolean().value_or(false)) return false;
  return spec["install"]["crds"].text() != "Skip";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text;
  return all;
}

/// The objects of a list's kind, by `lookup_object_name`.
std::set<std::string> own_names(const LookupQuery& query, const std::vector<model::Object>& objects,
                                const std::string& release_namespace, const RenderPorts& ports) {
  const model::Gvk gvk = model::Gvk::from_api_version(query.api_version, query.kind);
  const bool is_of_cluster = ports.is_cluster_scoped && ports.is_cluster_scoped(gvk);
  std::set<std::string> names;
  for (const model::Object& object : objects) {
    const model::ObjectId& id = object.id();
    if (id.group != gvk.group || id.kind != gvk.kind) continue;
    const std::string& space = id.namespace_name.empty() ? release_namespace : id.namespace_name;
    names.insert((is_of_cluster ? "" : space) + "/" + id.name);
  }
  return names;
}

/// The lookups of others' objects. `objects` are as the chart wrote them: those without a namespace
/// go to the release's.
std::vector<LookupNote> others_lookups(const RecordedLookup& lookup,
                                       const std::vector<model::Object>& objects,
                                       const std::string& release_namespace,
                                       const RenderPorts& ports) {
  std::vector<LookupNote> notes = lookup.notes([&](const LookupQuery& query) {
    return own_names(query, objects, release_namespace, ports);
  });
  std::set<model::ObjectId> own;
  if (!notes.empty()) {
    for (const model::Object& object : objects) own.insert(object.id());
  }
  return foreign_lookups(std::move(notes), [&](const LookupQuery& query) {
    const model::Gvk gvk = model::Gvk::from_api_version(query.api_version, query.kind);
    if (own.contains({gvk.group, gvk.kind, query.namespace_name, query.name})) return true;
    // Charts name a namespace for objects of the cluster's scope too.
    const bool elsewhere = !query.namespace_name.empty() &&
                           query.namespace_name != release_namespace &&
                           !(ports.is_cluster_scoped && ports.is_cluster_scoped(gvk));
    return !elsewhere && own.contains({gvk.group, gvk.kind, "", query.name});
  });
}

void render_release(const UnitSpec& spec, const std::shared_ptr<const model::FileTree>& tree,
                    const RenderPorts& ports, UnitRender& render) {
  const Value object = spec.object.root();
  helm::LoadedChart loaded = ports.charts == nullptr
                                 ? helm::load_chart(*tree, spec.path, helm::Profile::helm4)
                                 : ports.charts->load(*tree, spec.path, helm::Profile::helm4);
  helm::RenderRequest request;
  request.chart = loaded.chart;
  request.release.name = release_name(object);
  request.release.namespace_name = release_namespace(object);
  render.release = {request.release.name, request.release.namespace_name,
                    loaded.chart->metadata.name, loaded.chart->metadata.version};
  render.read_set = std::move(loaded.read_set);
  request.values = release_values(spec, *tree, ports, render);
  request.values_order = helm::ValuesOrder::as_given;
  request.inline_values = spec.object.at(object["spec"]["values"]);
  if (ports.capabilities) {
    ClusterCapabilities capabilities = ports.capabilities();
    request.capabilities.kube_version = std::move(capabilities.kube_version);
    request.capabilities.api_versions = std::move(capabilities.api_versions);
    request.capabilities.replace_api_versions = true;
  }
  request.include_crds = installs_definitions(object["spec"]);
  request.skip_schema_validation =
      object["spec"]["install"]["disableSchemaValidation"].boolean().value_or(false);
  request.post_renderer = post_renderers(object["spec"]);
  request.post_render_strategy = post_render_strategy(object["spec"]);
  RecordedLookup lookup(ports.lookup, lookup_namespaces(spec));
  if (ports.lookup) request.cluster = &lookup;
  request.want_objects = true;
  if (ports.charts != nullptr) request.kept_manifests = &ports.charts->manifests();
  request.now = model::system_clock().wall_now() + ports.clock_ahead;
  request.random_bytes = [&render](std::size_t count) {
    render.is_random = true;
    return model::random_bytes(count);
  };
  helm::HelmResult result = helm::render(request);
  render.looked_up = lookup.has_asked();
  render.lookups =
      others_lookups(lookup, result.render.objects, request.release.namespace_name, ports);
  ObjectMarks marks = release_marks(request.release);
  marks.add_common_metadata(object["spec"]["commonMetadata"]);
  for (const model::Object& item : result.render.objects) {
    const bool is_definition = item.gvk().kind == "CustomResourceDefinition";
    render.objects.push_back(is_definition ? item : with_marks(item, marks));
  }
  render.warnings = std::move(result.render.warnings);
  for (const helm::Hook& hook : result.hooks) {
    render.hooks.push_back({hook.kind + "/" + hook.name, hook.path, joined(hook.events)});
  }
}

}  // namespace

std::vector<std::string> lookup_namespaces(const UnitSpec& spec) {
  const std::string own(spec.object["metadata"]["namespace"].text());
  const std::string target = release_namespace(spec.object.root());
  return own == target ? std::vector{own} : std::vector{own, target};
}

UnitRender render_unit(const appliers::UnitKey& unit, const UnitSpec& spec,
                       const std::shared_ptr<const model::FileTree>& tree,
                       const RenderPorts& ports) {
  const bool is_release = unit.kind == appliers::UnitKind::helm_release;
  UnitRender render;
  try {
    if (is_release)
      render_release(spec, tree, ports, render);
    else
      render = render_kustomization(spec, tree, ports);
  } catch (model::Error& error) {
    error.with_context(is_release ? "helm template failed" : "kustomize build failed");
    if (render.secret_values.empty()) throw;
    // Templates may fail with any value.
    throw model::Error(error.code(), shown_message({}, error.what(), render.secret_values));
  }
  if (is_release) return render;
  substitute_variables(spec, ports, render);
  add_common_metadata(spec, render);
  return render;
}

}  // namespace reconcile::engine
