#include "engine/cli/diff_command.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

#include "engine/cli/cluster_access.hpp"
#include "engine/cli/resource_name.hpp"
#include "engine/controllers/render_ports.hpp"
#include "engine/controllers/source_credentials.hpp"
#include "engine/pipeline/unit_render.hpp"
#include "reconcile/appliers/kube_cluster_port.hpp"
#include "reconcile/appliers/unit_pass.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/temporary_folder.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKey;
using appliers::UnitKind;

struct DiffFlags {
  ClusterFlags cluster;
  std::string target;
  std::string path;
  std::string name_space = "reconcile-system";
  std::string output = "text";
};

/// What is compared: the unit with its spec, and the tree it is rendered from.
struct Subject {
  UnitKey key;
  UnitSpec spec;
  std::shared_ptr<const model::FileTree> tree;
  std::optional<model::TemporaryFolder> folder;  ///< holds the tree where it was fetched
};

model::Document get_object(kube::Client& client, const ResourceName& name) {
  kube::Request request = kube::Request::get(name.gvk, name.namespace_name, name.name);
  request.purpose = kube::RequestPurpose::command;
  const kube::Response response = client.send(std::move(request));
  response.require_ok("reading " + name.display());
  return response.document();
}

void fetch_tree(kube::Client& client, Subject& subject) {
  const SourceKey& source = subject.spec.source;
  const ResourceName name{git_repository_kind, source.namespace_name, source.name};
  const model::Document object = get_object(client, name);
  const GitRepositorySpec spec = GitRepositorySpec::read(object["spec"]);
  sources::GitOptions options;
  options.url = spec.url;
  options.reference = {spec.branch, spec.tag, spec.semver, spec.commit, spec.ref_name};
  options.ignore.ignore = spec.ignore;
  if (!spec.secret_name.empty())
    read_git_secret(client, source.namespace_name, spec.secret_name, options);
  subject.folder.emplace();
  subject.tree = sources::GitSource(options, subject.folder->path()).fetch(std::nullopt)->tree;
}

/// A unit of the cluster, rendered from its source or from a local checkout.
void fill_from_cluster(kube::Client& client, const DiffFlags& flags, Subject& subject) {
  const ResourceName name = parse_resource_name(flags.target, flags.name_space);
  if (name.gvk == git_repository_kind) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected a Kustomization or HelmRelease, found " + name.display());
  }
  const bool is_release = name.gvk == helm_release_kind;
  const model::Document object = get_object(client, name);
  subject.key = {is_release ? UnitKind::helm_release : UnitKind::kustomization, name.namespace_name,
                 name.name};
  subject.spec = is_release ? read_helm_release(object) : read_kustomization(object);
  if (!subject.spec.source_problem.empty()) {
    throw model::Error(model::ErrorCode::unsupported, subject.spec.source_problem);
  }
  if (flags.path.empty())
    fetch_tree(client, subject);
  else
    subject.tree = model::disk_tree(flags.path);
}

/// A directory of kustomize, compared as the root unit would apply it.
void fill_from_directory(const DiffFlags& flags, Subject& subject) {
  if (flags.path.empty()) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected KIND/NAME or --path DIR, found neither");
  }
  subject.key = {UnitKind::kustomization, flags.name_space, "root"};
  subject.spec.path = path_below_machine_root(flags.path);
  subject.tree = model::disk_tree("/");
}

/// Colours the lines of the text form: created green, deleted red, the rest of the changes yellow.
std::string colored(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    const char* code = line.starts_with("created")      ? "32"
                       : line.starts_with("deleted")    ? "31"
                       : line.starts_with("configured") ? "33"
                                                        : "";
    out += *code == '\0' ? line : "\x1b[" + std::string(code) + "m" + line + "\x1b[0m";
    out += '\n';
    at = end + 1;
  }
  return out;
}

}  // namespace

int run_diff_command(const CommandContext& context) {
  DiffFlags flags;
  CLI::App app(
      "Shows what the next pass would change: desired, last applied and live, field by field.",
      "reconcile diff");
  add_cluster_flags(app, flags.cluster);
  app.add_option("target", flags.target,
                 "KIND/NAME or KIND/NAMESPACE/NAME of a unit in the cluster");
  app.add_option(
      "--path", flags.path,
      "with a target: a checkout of its repository in place of the source; alone: a directory "
      "that is built and compared as the root unit");
  app.add_option("-n,--namespace", flags.name_space,
                 "namespace of a target without one, and of the agent");
  app.add_option("-o,--output", flags.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  ClusterAccess access(flags.cluster);
  kube::Client& client = access.client();
  Subject subject;
  if (flags.target.empty())
    fill_from_directory(flags, subject);
  else
    fill_from_cluster(client, flags, subject);
  const UnitRender render =
      render_unit(subject.key, subject.spec, subject.tree, cluster_render_ports(client));
  for (const std::string& warning : render.warnings) context.err << warning << "\n";
  appliers::KubeClusterPort port(client, kube::RequestPurpose::command);
  appliers::LiveState live;
  appliers::UnitApplier applier(port, live, model::system_clock());
  appliers::PrepareOptions options;
  options.secret_key = live.secret_key();
  const appliers::PreparedUnit prepared =
      appliers::prepare(subject.key, render.objects, port, options);
  appliers::InventoryStore inventory(port, subject.key, {.namespace_name = flags.name_space});
  const diff::ChangeSet changes = applier.plan(prepared, inventory.load());
  if (flags.output == "json")
    context.out << diff::to_json(changes);
  else
    context.out << (context.color ? colored(diff::to_text(changes)) : diff::to_text(changes));
  return changes.changes_anything() ? 1 : 0;
}

}  // namespace reconcile::engine
