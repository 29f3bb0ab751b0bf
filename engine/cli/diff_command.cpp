#include "engine/cli/diff_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "engine/cli/change_output.hpp"
#include "engine/cli/cluster_access.hpp"
#include "engine/cli/compare_renders.hpp"
#include "engine/cli/plan_file.hpp"
#include "engine/cli/unit_subject.hpp"
#include "engine/controllers/render_ports.hpp"
#include "engine/controllers/unit.hpp"
#include "engine/pipeline/failure_text.hpp"
#include "engine/pipeline/saved_plan.hpp"
#include "reconcile/appliers/kube_cluster_port.hpp"
#include "reconcile/appliers/unit_plan.hpp"
#include "reconcile/model/clock.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

struct DiffFlags {
  ClusterFlags cluster;
  CompareFlags compare;
  ChangeOutputFlags output;
  std::string target;
  std::string name_space = "reconcile-system";
  std::string save_plan;
};

void add_flags(CLI::App& app, DiffFlags& flags) {
  add_cluster_flags(app, flags.cluster);
  app.add_option("target", flags.target,
                 "KIND/NAME or KIND/NAMESPACE/NAME of a unit in the cluster");
  app.add_option(
      "--path", flags.compare.path,
      "with a target: a checkout of its repository in place of the source; alone: a directory "
      "that is built and compared as the root unit; with --against or --revisions: what is "
      "rendered, without a cluster");
  app.add_option("-n,--namespace", flags.name_space,
                 "namespace of a target without one, and of the agent");
  add_compare_flags(app, flags.compare);
  app.add_option("--save-plan", flags.save_plan,
                 "keep what is shown in this file, for `reconcile now --plan`");
  add_change_output_flags(app, flags.output);
}

/// Refuses flags that do not go together.
void check(const DiffFlags& flags) {
  const auto refuse = [](const std::string& text) {
    throw model::Error(model::ErrorCode::invalid_input, text);
  };
  const CompareFlags& compare = flags.compare;
  if (compare.wanted() && !flags.target.empty())
    refuse("--against and --revisions compare directories, expected no unit");
  if (compare.wanted() && compare.path.empty()) refuse("--against and --revisions need --path");
  if (!compare.against.empty() && !compare.revisions.empty())
    refuse("expected --against or --revisions, found both");
  if (compare.units && compare.revisions.empty()) refuse("--units goes with --revisions R1..R2");
  if (!compare.repository.empty() && compare.revisions.empty())
    refuse("--repository goes with --revisions R1..R2");
  if (compare.wanted() && !flags.save_plan.empty())
    refuse("--save-plan needs a unit of the cluster");
  if (flags.target.empty() && flags.compare.path.empty())
    refuse("expected KIND/NAME or --path DIR, found neither");
  if (!flags.save_plan.empty() && !flags.target.empty() && !flags.compare.path.empty())
    refuse(
        "--save-plan needs a unit with its own source: what is in a directory has no revision "
        "that the agent could apply");
}

std::string full_command(const CommandContext& context) {
  std::string command = "reconcile diff";
  for (std::size_t i = 0; i < context.arguments.size(); ++i) {
    const std::string& argument = context.arguments[i];
    if (argument.starts_with("--output=") || argument == "markdown") continue;
    if (argument == "-o" || argument == "--output" || argument == "-omarkdown") continue;
    command += " " + argument;
  }
  return command;
}

class ClusterDiff {
 public:
  ClusterDiff(const CommandContext& context, const DiffFlags& flags)
      : context_(context),
        flags_(flags),
        access_(flags.cluster),
        port_(access_.client(), kube::RequestPurpose::command) {}

  int run() {
    subject_ =
        flags_.target.empty()
            ? directory_subject(flags_.compare.path, flags_.name_space)
            : read_subject(access_.client(), parse_resource_name(flags_.target, flags_.name_space),
                           flags_.compare.path);
    const SubjectRender render =
        render_subject(subject_, cluster_render_ports(access_.client()), port_, live_.secret_key());
    for (const std::string& warning : render.render.warnings) context_.err << warning << "\n";
    tell_generated(render.generated);
    const appliers::UnitPlan plan = make_plan(render);
    diff::ChangeSet changes = plan.changes();
    for (diff::ObjectChange& change : changes.objects) {
      diff::mask_values(change, render.render.secret_values);
      change.message =
          shown_message(change.id, std::move(change.message), render.render.secret_values);
    }
    print_changes(context_, flags_.output, changes, full_command(context_));
    if (!flags_.save_plan.empty()) save(render, plan);
    return exit_code_of(changes);
  }

 private:
  static constexpr int exit_differences = 1;
  static constexpr std::size_t generated_max = 10;
  static constexpr int exit_would_fail = 2;

  static int exit_code_of(const diff::ChangeSet& changes) {
    const bool fails = std::any_of(
        changes.objects.begin(), changes.objects.end(), [](const diff::ObjectChange& object) {
          return object.reason == diff::Reason::failed || object.reason == diff::Reason::refused;
        });
    if (fails) return exit_would_fail;
    return changes.changes_anything() ? exit_differences : exit_ok;
  }

  /// Nobody is to wonder why a password that each render draws anew shows no difference.
  void tell_generated(const std::vector<GeneratedField>& fields) const {
    if (fields.empty()) return;
    context_.err << "note: each render draws these values anew; compared as they are in the "
                    "cluster, where they stay until the unit is rendered for another reason:\n";
    for (std::size_t i = 0; i < std::min(fields.size(), generated_max); ++i)
      context_.err << "  " << fields[i].id.display() << " " << fields[i].path << "\n";
    if (fields.size() > generated_max)
      context_.err << "  and " << fields.size() - generated_max << " more\n";
  }

  appliers::UnitPlan make_plan(const SubjectRender& render) {
    appliers::InventoryStore inventory(port_, subject_.key, {.namespace_name = flags_.name_space});
    appliers::PassOptions options;
    options.force = subject_.spec.force;
    options.prune = subject_.spec.prune;
    appliers::PlanRequest request{render.prepared, inventory.load(), options};
    if (render.last) request.last_desired = &*render.last;
    return appliers::make_plan(port_, live_, model::system_clock(), request);
  }

  /// The root unit's plan is for the revision that the agent has: where the directory is another
  /// one, the digests of the plan tell the agent.
  void read_root_unit() {
    const model::Document object =
        get_object(access_.client(),
                   {{"", "v1", "ConfigMap"}, flags_.name_space, std::string(root_config_map)});
    subject_.meta = ResourceMeta::read(object.root());
    subject_.meta.generation = 1;
    subject_.revision = object["data"]["lastAttemptedRevision"].text();
  }

  void save(const SubjectRender& render, const appliers::UnitPlan& plan) {
    if (flags_.target.empty()) read_root_unit();
    SavedPlan saved = save_plan(render.prepared, plan, subject_.meta.uid);
    saved.revision = subject_.revision;
    saved.generation = subject_.meta.generation;
    saved.made_at = model::format_rfc3339(model::system_clock().wall_now());
    (void)plan_annotation(saved.made_at, saved);  // says now where it would be too large then
    write_private_file(flags_.save_plan, to_json(saved));
    context_.err << "plan saved to " << flags_.save_plan << ": " << saved.objects.size()
                 << " objects at " << saved.revision << "\n";
  }

  const CommandContext& context_;
  const DiffFlags& flags_;
  ClusterAccess access_;
  appliers::KubeClusterPort port_;
  appliers::LiveState live_;
  UnitSubject subject_;
};

}  // namespace

int run_diff_command(const CommandContext& context) {
  DiffFlags flags;
  CLI::App app(
      "Shows what the next pass would change: desired, last applied and live, field by field; or "
      "what differs between two renders.",
      "reconcile diff");
  add_flags(app, flags);
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  check(flags);
  if (flags.compare.wanted()) {
    const std::vector<diff::ChangeGroup> groups = compare(flags.compare, context.err);
    const bool differs = std::any_of(groups.begin(), groups.end(), [](const auto& group) {
      return group.changes.changes_anything();
    });
    if (groups.size() == 1 && groups.front().unit.empty())
      print_changes(context, flags.output, groups.front().changes, full_command(context));
    else
      print_groups(context, flags.output, groups, full_command(context));
    return differs ? 1 : 0;
  }
  return ClusterDiff(context, flags).run();
}

}  // namespace reconcile::engine
