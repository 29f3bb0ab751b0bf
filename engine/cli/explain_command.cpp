#include "engine/cli/explain_command.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

#include "engine/cli/change_output.hpp"
#include "engine/cli/cluster_access.hpp"
#include "engine/cli/named_object.hpp"
#include "engine/cli/object_explanation.hpp"
#include "engine/cli/unit_subject.hpp"
#include "engine/controllers/render_ports.hpp"
#include "engine/controllers/unit.hpp"
#include "reconcile/appliers/kube_cluster_port.hpp"
#include "reconcile/diff/three_way.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/yaml.hpp"

namespace reconcile::engine {
namespace {

constexpr int owners_max = 8;
constexpr std::string_view origin_annotation = "config.kubernetes.io/origin";
constexpr std::string_view origin_option = "originAnnotations";

struct ExplainFlags {
  ClusterFlags cluster;
  std::string object;
  std::string name_space = "default";
  std::string agent_namespace = "reconcile-system";
  std::string output = "text";
  std::string color = "auto";
};

/// The unit's object with origins asked for; `asked` tells whether it asked for them itself.
model::Document with_origins(const model::Document& object, bool& asked) {
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::copy_node(*arena, object.root());
  model::Node* spec = model::find(*root, "spec");
  if (spec == nullptr) return object;
  model::Node* options = model::find(*spec, "buildMetadata");
  if (options == nullptr || options->kind != model::Kind::list)
    options = &model::set(*arena, *spec, "buildMetadata", model::make_list());
  const model::Value list(options);
  for (std::size_t i = 0; i < list.size(); ++i) asked = asked || list.at(i).text() == origin_option;
  if (!asked) model::append(*arena, *options, model::make_string(*arena, origin_option));
  return {arena, model::Value(root)};
}

/// The object without the annotation that only we asked for.
model::Document without_origin(model::Value object) {
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::copy_node(*arena, object);
  model::Node* metadata = model::find(*root, "metadata");
  model::Node* annotations = metadata == nullptr ? nullptr : model::find(*metadata, "annotations");
  if (annotations != nullptr) {
    model::erase(*annotations, origin_annotation);
    if (annotations->size == 0) model::erase(*metadata, "annotations");
  }
  return {arena, model::Value(root)};
}

/// "apps/base/deployment.yaml" of an origin annotation, with its repository where it is remote.
/// Local files are told relative to the source, as `unit_path` is.
std::string file_of(const model::Document& object, const std::string& rendered_from,
                    const std::string& unit_path) {
  const std::string_view text = object["metadata"]["annotations"][origin_annotation].text();
  if (text.empty()) return rendered_from;
  const model::Document origin = model::parse_yaml(text);
  const auto member = [&](std::string_view name) { return std::string(origin[name].text()); };
  std::string file = member("path");
  if (file.empty()) file = member("configuredIn");
  if (file.empty()) return rendered_from;
  if (!member("repo").empty()) return member("repo") + " " + member("ref") + " " + file;
  return model::join_path(unit_path, file);
}

class Explainer {
 public:
  Explainer(kube::Client& client, const ExplainFlags& flags)
      : client_(client), flags_(flags), port_(client, kube::RequestPurpose::command) {}

  ObjectExplanation run() {
    const model::Document live = read_named();
    const model::Gvk gvk =
        model::Gvk::from_api_version(live["apiVersion"].text(), live["kind"].text());
    ObjectExplanation result;
    result.id = model::Object(live).id();
    result.api_version = gvk.api_version();
    explain_live(live.root(), gvk, model::system_clock().wall_now(), result);
    const auto unit = find_unit(live, result);
    if (!unit) return result;
    result.unit = unit->display();
    try {
      explain_unit(*unit, live, result);
    } catch (const model::Error& error) {
      result.notes.push_back(std::string("what the unit renders is not known: ") + error.what());
    }
    return result;
  }

 private:
  model::Document get(const model::Gvk& gvk, const std::string& space, const std::string& name) {
    return get_object(client_, {gvk, space, name});
  }

  model::Document read_named() {
    return get_object(client_, parse_object_name(client_, flags_.object, flags_.name_space));
  }

  /// By the object's labels, or those of what owns it.
  std::optional<appliers::UnitKey> find_unit(const model::Document& live,
                                             ObjectExplanation& result) {
    model::Document at = live;
    for (int depth = 0; depth < owners_max; ++depth) {
      const model::Value owner = controller_of(at.root());
      // What a workload makes copies its labels at times: who owns it says more.
      if (!owner.present()) return appliers::owner_of(at.root());
      const model::Gvk gvk =
          model::Gvk::from_api_version(owner["apiVersion"].text(), owner["kind"].text());
      const std::string space(live["metadata"]["namespace"].text());
      const std::string name(owner["name"].text());
      try {
        at = get(gvk, space, name);
      } catch (const model::Error& error) {
        result.notes.push_back(std::string("an owner cannot be read: ") + error.what());
        return appliers::owner_of(at.root());
      }
      result.owners.push_back(gvk.kind + "/" + space + "/" + name);
    }
    return std::nullopt;
  }

  static model::Value controller_of(model::Value object) {
    const model::Value owners = object["metadata"]["ownerReferences"];
    for (std::size_t i = 0; i < owners.size(); ++i)
      if (owners.at(i)["controller"].boolean().value_or(false)) return owners.at(i);
    return {};
  }

  void explain_unit(const appliers::UnitKey& unit, const model::Document& live,
                    ObjectExplanation& result) {
    const bool is_root = unit.name == "root" && unit.namespace_name == flags_.agent_namespace;
    if (is_root) {
      explain_root(result);
      return;
    }
    const bool is_release = unit.kind == appliers::UnitKind::helm_release;
    const ResourceName name{is_release ? helm_release_kind : kustomization_kind,
                            unit.namespace_name, unit.name};
    const model::Document object = get_object(client_, name);
    const model::Value status = object["status"];
    result.revision = status["lastAppliedRevision"].text();
    result.applied_revision = revision_at(status["history"], result.applied_at);
    const Conditions conditions = Conditions::read(status["conditions"]);
    if (const Condition* ready = conditions.find("Ready")) {
      result.ready = std::string(to_string(ready->status)) + " " + ready->reason;
      result.message = ready->message;
    }
    result.unit_notes = unit_notes(conditions);
    const UnitSpec spec = is_release ? read_helm_release(object) : read_kustomization(object);
    result.suspended = spec.suspend;
    result.source = spec.source.display();
    result.path = "./" + spec.path;
    UnitSubject subject = read_subject(client_, name, "");
    if (result.owners.empty()) compare(object, subject, live, result);
  }

  void explain_root(ObjectExplanation& result) {
    const model::Document map =
        get({"", "v1", "ConfigMap"}, flags_.agent_namespace, std::string(root_config_map));
    const model::Value data = map["data"];
    result.revision = data["lastAppliedRevision"].text();
    result.ready = std::string(data["ready"].text()) + " " + std::string(data["reason"].text());
    result.message = data["message"].text();
    if (!data["notes"].text().empty()) result.unit_notes.emplace_back(data["notes"].text());
    result.notes.emplace_back(
        "the root unit's source is in the agent's flags: its files are not "
        "read here");
  }

  void compare(const model::Document& object, UnitSubject& subject, const model::Document& live,
               ObjectExplanation& result) {
    bool asked = false;
    if (subject.key.kind == appliers::UnitKind::kustomization)
      subject.spec = read_kustomization(with_origins(object, asked));
    const SubjectRender render =
        render_subject(subject, cluster_render_ports(client_), port_, "explain");
    for (const appliers::PreparedObject& prepared : render.prepared.objects) {
      if (prepared.object.id() != result.id) continue;
      model::Document desired = prepared.object.document();
      result.file = file_of(desired, prepared.object.origin().file, subject.spec.path);
      if (!asked) desired = without_origin(desired.root());
      diff::ThreeWayInput input;
      input.desired = desired.root();
      input.live = live.root();
      model::Document last_desired;
      for (std::size_t i = 0; render.last && i < render.last->objects.size(); ++i) {
        const model::PackedObject& last = render.last->objects[i].object;
        if (last.id() == result.id) last_desired = last.document();
      }
      input.last_desired = last_desired.root();
      result.difference = diff::three_way(input);
      diff::mask_values(result.difference, render.render.secret_values);
      return;
    }
    result.notes.push_back("the unit does not render it at " + subject.revision);
  }

  kube::Client& client_;
  const ExplainFlags& flags_;
  appliers::KubeClusterPort port_;
};

}  // namespace

int run_explain_command(const CommandContext& context) {
  ExplainFlags flags;
  CLI::App app(
      "Tells which unit and file an object comes from, who wrote it last and who else writes it, "
      "and how it is.",
      "reconcile explain");
  add_cluster_flags(app, flags.cluster);
  app.add_option("object", flags.object, "KIND/NAME, KIND.GROUP/NAME or KIND/NAMESPACE/NAME")
      ->required();
  app.add_option("-n,--namespace", flags.name_space, "namespace of an object that names none");
  app.add_option("--agent-namespace", flags.agent_namespace, "where the agent runs");
  app.add_option("-o,--output", flags.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option("--color", flags.color, "always, never, or auto (default)")
      ->check(CLI::IsMember({"always", "never", "auto"}));
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  ClusterAccess access(flags.cluster);
  const ObjectExplanation explanation = Explainer(access.client(), flags).run();
  if (flags.output == "json")
    context.out << to_json(explanation);
  else
    context.out << to_text(explanation, paints({flags.output, flags.color}, context));
  return exit_ok;
}

}  // namespace reconcile::engine
