#include "engine/cli/pause_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <ostream>

#include "engine/api/resource.hpp"
#include "engine/cli/cluster_access.hpp"
#include "engine/cli/named_object.hpp"
#include "engine/cli/unit_subject.hpp"
#include "engine/controllers/unit.hpp"
#include "reconcile/appliers/object_policy.hpp"
#include "reconcile/appliers/unit.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::engine {
namespace {

constexpr const char* writer = "reconcile-pause";
constexpr std::string_view root_target = "root";

struct PauseFlags {
  ClusterFlags cluster;
  std::vector<std::string> targets;
  std::string name_space;
  std::string length = "1h";
  std::string reason;
  std::string author;
};

bool is_unit(const model::Gvk& gvk) {
  return (gvk.group == kustomization_kind.group && gvk.kind == kustomization_kind.kind) ||
         (gvk.group == helm_release_kind.group && gvk.kind == helm_release_kind.kind);
}

/// The object that a target names, at the version by which it is asked for.
ResourceName find_target(kube::Client& client, const std::string& text, const PauseFlags& flags) {
  const std::string agents = flags.name_space.empty() ? "reconcile-system" : flags.name_space;
  if (text == root_target) return {{"", "v1", "ConfigMap"}, agents, std::string(root_config_map)};
  ResourceName name = parse_object_name(client, text, "");
  const std::optional<kube::ApiResource> resource = client.resource(name.gvk);
  if (name.namespace_name.empty() && resource && resource->scope == kube::Scope::namespaced)
    name.namespace_name =
        is_unit(name.gvk) || !flags.name_space.empty() ? agents : std::string("default");
  return name;
}

std::string shown(const ResourceName& name) {
  const std::string space = name.namespace_name.empty() ? "" : name.namespace_name + "/";
  return name.gvk.kind + "/" + space + name.name;
}

void add_targets(CLI::App& app, PauseFlags& flags) {
  add_cluster_flags(app, flags.cluster);
  app.add_option("targets", flags.targets,
                 "KIND/NAME or KIND/NAMESPACE/NAME of units and of objects that units own; root: "
                 "the root unit")
      ->required();
  app.add_option("-n,--namespace", flags.name_space,
                 "namespace of targets without one; reconcile-system for units and root, default "
                 "for other kinds");
}

/// Sets the three annotations, or removes those that are null.
void annotate(kube::Client& client, const ResourceName& name, const std::string& until,
              const std::string& reason, const std::string& author) {
  std::string body = R"({"metadata":{"annotations":{)";
  const auto add = [&](std::string_view key, const std::string& text) {
    if (body.back() != '{') body += ',';
    model::write_json_string(key, body);
    body += ':';
    if (text.empty())
      body += "null";
    else
      model::write_json_string(text, body);
  };
  add(appliers::paused_until_annotation, until);
  add(appliers::pause_reason_annotation, reason);
  add(appliers::pause_author_annotation, author);
  body += "}}}";
  kube::Request request = kube::Request::patch(kube::Verb::merge_patch, name.gvk,
                                               name.namespace_name, name.name, body, writer);
  request.purpose = kube::RequestPurpose::command;
  client.send(std::move(request)).require_ok("annotating " + shown(name));
}

/// Refuses what no unit owns: a pause of it would hold nothing.
void require_owned(const model::Document& object, const ResourceName& name) {
  const bool is_root = name.gvk.kind == "ConfigMap" && name.name == root_config_map;
  if (is_root || is_unit(name.gvk) || appliers::owner_of(object.root())) return;
  throw model::Error(model::ErrorCode::invalid_input,
                     "expected a unit or an object that a unit owns, found " + shown(name) +
                         " without the labels of one");
}

}  // namespace

int run_pause_command(const CommandContext& context) {
  PauseFlags flags;
  const char* const user = std::getenv("USER");
  if (user != nullptr) flags.author = user;
  CLI::App app(
      "Leaves units or objects as they are for a time: nothing of them is written, and the pause "
      "ends by itself.",
      "reconcile pause");
  add_targets(app, flags);
  app.add_option("--for", flags.length, "how long, such as 30m or 2h");
  app.add_option("--reason", flags.reason, "why; shown wherever the pause is");
  app.add_option("--author", flags.author, "who wants it so; $USER where it is not given");
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  const std::chrono::nanoseconds length = model::parse_duration(flags.length);
  if (length < std::chrono::seconds(1))
    throw model::Error(model::ErrorCode::invalid_input,
                       "expected at least a second in --for, found \"" + flags.length + "\"");
  const model::WallTime until = model::system_clock().wall_now() +
                                std::chrono::duration_cast<model::WallTime::duration>(length);
  ClusterAccess access(flags.cluster);
  for (const std::string& target : flags.targets) {
    const ResourceName name = find_target(access.client(), target, flags);
    require_owned(get_object(access.client(), name), name);
    annotate(access.client(), name, model::format_rfc3339(until), flags.reason, flags.author);
    context.out << shown(name) << " paused "
                << appliers::Pause{until, flags.reason, flags.author}.display() << "\n";
  }
  return exit_ok;
}

int run_resume_command(const CommandContext& context) {
  PauseFlags flags;
  CLI::App app("Ends the pause of units or objects now.", "reconcile resume");
  add_targets(app, flags);
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  ClusterAccess access(flags.cluster);
  for (const std::string& target : flags.targets) {
    const ResourceName name = find_target(access.client(), target, flags);
    const model::Document object = get_object(access.client(), name);
    const bool paused =
        object["metadata"]["annotations"].contains(appliers::paused_until_annotation);
    if (paused) annotate(access.client(), name, "", "", "");
    context.out << shown(name) << (paused ? " resumed\n" : " was not paused\n");
  }
  return exit_ok;
}

}  // namespace reconcile::engine
