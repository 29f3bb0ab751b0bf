#include "engine/cli/unit_subject.hpp"

#include "engine/cli/command_line.hpp"
#include "engine/controllers/source_credentials.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sources/git_source.hpp"

namespace reconcile::engine {
namespace {

using appliers::UnitKind;

/// A second render at another time shows what templates draw by chance or by the clock.
constexpr std::chrono::seconds another_time(90061);  // a day, an hour, a minute and a second

/// The revision that was applied last, where the spec is still the one of then.
std::string applied_revision(const model::Document& object) {
  const model::Value status = object["status"];
  const bool same_spec =
      status["observedGeneration"].integer() == object["metadata"]["generation"].integer();
  return std::string(same_spec ? status["lastAppliedRevision"].text() : "");
}

void fetch_trees(kube::Client& client, const std::string& applied, UnitSubject& subject) {
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
  subject.folder = std::make_unique<model::TemporaryFolder>();
  sources::GitSource git(options, subject.folder->path());
  const sources::Artifact artifact = *git.fetch(std::nullopt);
  subject.tree = artifact.tree;
  subject.revision = artifact.revision.text();
  if (applied.empty()) return;
  try {
    const auto last = git.open(sources::Revision::parse(applied));
    if (last) subject.last_tree = last->tree;
  } catch (const model::Error&) {
    // A revision of another source: what was applied from it is not known.
  }
}

appliers::PreparedUnit prepare_render(const UnitSubject& subject, const UnitRender& render,
                                      appliers::ClusterPort& port, const std::string& secret_key) {
  appliers::PrepareOptions options;
  options.secret_key = secret_key;
  options.co_managed = &appliers::FieldRules::built_in();
  options.ignore = subject.spec.ignore.get();
  return appliers::prepare(subject.key, render.objects, port, options);
}

}  // namespace

model::Document get_object(kube::Client& client, const ResourceName& name) {
  kube::Request request = kube::Request::get(name.gvk, name.namespace_name, name.name);
  request.purpose = kube::RequestPurpose::command;
  const kube::Response response = client.send(std::move(request));
  response.require_ok("reading " + name.display());
  return response.document();
}

std::vector<std::string> unit_notes(const Conditions& conditions) {
  std::vector<std::string> notes;
  for (const char* type : {"Paused", "Drifted", "Fighting"})
    if (const Condition* found = conditions.find(type))
      notes.push_back(std::string(type) + " " + found->message);
  return notes;
}

UnitSubject read_subject(kube::Client& client, const ResourceName& name, const std::string& path) {
  if (name.gvk == git_repository_kind) {
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected a Kustomization or HelmRelease, found " + name.display());
  }
  UnitSubject subject;
  const bool is_release = name.gvk == helm_release_kind;
  const model::Document object = get_object(client, name);
  subject.key = {is_release ? UnitKind::helm_release : UnitKind::kustomization, name.namespace_name,
                 name.name};
  subject.spec = is_release ? read_helm_release(object) : read_kustomization(object);
  subject.meta = ResourceMeta::read(object.root());
  if (!subject.spec.source_problem.empty())
    throw model::Error(model::ErrorCode::unsupported, subject.spec.source_problem);
  if (!subject.spec.unsupported_field.empty())
    throw model::Error(
        model::ErrorCode::unsupported,
        subject.spec.unsupported_field + " is not supported yet, nothing is applied");
  if (path.empty())
    fetch_trees(client, applied_revision(object), subject);
  else
    subject.tree = model::disk_tree(path);
  return subject;
}

UnitSubject directory_subject(const std::string& path, const std::string& name_space) {
  UnitSubject subject;
  subject.key = {UnitKind::kustomization, name_space, "root"};
  subject.spec.path = path_below_machine_root(path);
  subject.tree = model::disk_tree("/");
  return subject;
}

SubjectRender render_subject(const UnitSubject& subject, const RenderPorts& ports,
                             appliers::ClusterPort& port, const std::string& secret_key) {
  SubjectRender result;
  result.render = render_unit(subject.key, subject.spec, subject.tree, ports);
  RenderPorts later = ports;
  later.clock_ahead += another_time;
  const UnitRender again = render_unit(subject.key, subject.spec, subject.tree, later);
  result.generated = keep_generated(result.render.objects, again.objects, find_in_cluster(port));
  result.prepared = prepare_render(subject, result.render, port, secret_key);
  // Values of the cluster are known as they are now, not as they were.
  if (subject.last_tree == nullptr || !result.render.cluster_values.empty()) return result;
  try {
    const UnitRender last = render_unit(subject.key, subject.spec, subject.last_tree, ports);
    if (!last.looked_up) result.last = prepare_render(subject, last, port, secret_key);
  } catch (const model::Error&) {
    // It was applied once, by whatever means; that it does not render here is no error of now.
  }
  return result;
}

}  // namespace reconcile::engine
