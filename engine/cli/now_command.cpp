#include "engine/cli/now_command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <ostream>
#include <thread>

#include "engine/api/resource.hpp"
#include "engine/cli/cluster_access.hpp"
#include "engine/cli/resource_name.hpp"
#include "engine/controllers/unit.hpp"
#include "engine/pipeline/saved_plan.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval(100);
constexpr std::string_view root_unit = "root";

struct NowFlags {
  ClusterFlags cluster;
  std::vector<std::string> targets;
  std::string name_space = "reconcile-system";
  std::string timeout = "5m";
  std::string plan_file;
  bool with_source = false;
  bool prune_allowed = false;
};

/// What a request led to.
struct Answer {
  bool ready = false;
  std::string message;
};

class Requester {
 public:
  Requester(kube::Client& client, const NowFlags& flags, const CommandContext& context)
      : client_(client),
        flags_(flags),
        context_(context),
        deadline_(steady_clock::now() + model::parse_duration(flags.timeout)) {}

  /// Requests that the plan's unit does what the plan says, and no more.
  bool run_plan(const SavedPlan& plan) {
    const bool is_release = plan.unit.kind == appliers::UnitKind::helm_release;
    ResourceName target{is_release ? helm_release_kind : kustomization_kind,
                        plan.unit.namespace_name, plan.unit.name};
    const bool is_root = !is_release && target.name == root_unit && !is_there(target);
    if (is_root)
      target = {{"", "v1", "ConfigMap"}, target.namespace_name, std::string(root_config_map)};
    plan_ = &plan;
    bool ready = false;
    try {
      ready = run(target, is_root);
    } catch (...) {
      withdraw(target);
      throw;
    }
    withdraw(target);
    return ready;
  }

  /// Requests one object and waits for its answer. `is_root`: the root unit's ConfigMap.
  bool run(const ResourceName& target, bool is_root) {
    const std::string shown = is_root ? "root" : target.display();
    const steady_clock::time_point start = steady_clock::now();
    const model::WallTime wall_start = model::system_clock().wall_now();
    const std::string value = model::format_rfc3339_nano(wall_start);
    annotate(target, value);
    const Answer answer = wait(target, is_root, value);
    const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
    show_changes(target, wall_start);
    char time[32];
    std::snprintf(time, sizeof time, "%.2f s", seconds);
    context_.out << (answer.ready ? paint("✔ ", "32") : paint("✗ ", "31")) << shown << ": "
                 << answer.message << " (" << time << ")\n";
    return answer.ready;
  }

 private:
  [[nodiscard]] std::string paint(const std::string& text, const char* code) const {
    return context_.color ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
  }

  void annotate(const ResourceName& target, const std::string& value) {
    std::string annotations = "\"" + std::string(requested_at) + "\":\"" + value + "\"";
    if (flags_.prune_allowed)
      annotations += ",\"" + std::string(allow_prune) + "\":\"" + value + "\"";
    if (plan_ != nullptr)
      annotations += ",\"" + std::string(plan_annotation_name) + "\":\"" +
                     plan_annotation(value, *plan_) + "\"";
    kube::Request request = kube::Request::patch(
        kube::Verb::merge_patch, target.gvk, target.namespace_name, target.name,
        "{\"metadata\":{\"annotations\":{" + annotations + "}}}", "reconcile-now");
    request.purpose = kube::RequestPurpose::command;
    client_.send(std::move(request)).require_ok("asking for " + target.display());
  }

  /// Takes the plan off the unit: it is of no use any more, and nobody waits for it.
  void withdraw(const ResourceName& target) {
    plan_ = nullptr;
    kube::Request request = kube::Request::patch(
        kube::Verb::merge_patch, target.gvk, target.namespace_name, target.name,
        "{\"metadata\":{\"annotations\":{\"" + std::string(plan_annotation_name) + "\":null}}}",
        "reconcile-now");
    request.purpose = kube::RequestPurpose::command;
    const kube::Response response = client_.send(std::move(request));
    if (!response.ok())
      context_.err << "the plan's annotation stays on " << target.display() << "\n";
  }

  [[nodiscard]] kube::Response ask_for(const ResourceName& target) {
    kube::Request request = kube::Request::get(target.gvk, target.namespace_name, target.name);
    request.purpose = kube::RequestPurpose::command;
    return client_.send(std::move(request));
  }

  /// A Kustomization may have the root unit's name.
  [[nodiscard]] bool is_there(const ResourceName& target) {
    const kube::Response response = ask_for(target);
    if (response.status.not_found()) return false;
    response.require_ok("reading " + target.display());
    return true;
  }

  model::Document get(const ResourceName& target) {
    const kube::Response response = ask_for(target);
    response.require_ok("reading " + target.display());
    return response.document();
  }

  Answer wait(const ResourceName& target, bool is_root, const std::string& value) {
    std::string last = "the agent has not answered";
    while (steady_clock::now() < deadline_) {
      const model::Document object = get(target);
      const model::Value holder = object[is_root ? "data" : "status"];
      if (plan_ == nullptr && object["spec"]["suspend"].boolean().value_or(false)) {
        throw model::Error(model::ErrorCode::conflict, target.display() + " is suspended");
      }
      if (is_root) {
        last = holder["message"].text();
        if (holder["lastHandledReconcileAt"].text() == value &&
            holder["ready"].text() != "Unknown") {
          const std::string_view planned = holder["plan"].text();
          if (plan_ != nullptr && !planned.starts_with("PlanApplied"))
            return {false, (planned.starts_with("PlanRefused") ? "refused: " : "failed: ") +
                               std::string(planned.substr(planned.find(' ') + 1))};
          return {holder["ready"].text() == "True", last};
        }
      } else {
        const Conditions conditions = Conditions::read(holder["conditions"]);
        const Condition* ready = conditions.find("Ready");
        if (ready != nullptr) last = ready->message;
        const bool handled = holder["lastHandledReconcileAt"].text() == value;
        if (handled && plan_ != nullptr) {
          const Condition* planned = conditions.find(plan_condition);
          if (planned != nullptr && planned->status == ConditionStatus::no)
            return {false, (planned->reason == "PlanRefused" ? "refused: " : "failed: ") +
                               planned->message};
        }
        if (handled && ready != nullptr && ready->status != ConditionStatus::unknown) {
          return {ready->status == ConditionStatus::yes, last};
        }
      }
      std::this_thread::sleep_for(poll_interval);
    }
    throw model::Error(
        model::ErrorCode::unavailable,
        "no answer for " + target.display() + " within " + flags_.timeout + ", last: " + last);
  }

  /// Prints the changes that the agent's events tell of since the request.
  void show_changes(const ResourceName& target, model::WallTime since) {
    kube::ListOptions options;
    options.purpose = kube::RequestPurpose::command;
    const std::string selector = "involvedObject.name=" + target.name + ",reason=Progressing";
    std::string lines;
    client_.list(
        {{"", "v1", "Event"}, target.namespace_name, "", selector},
        [&](const model::Document& event, std::string_view) {
          const std::string_view time = event["lastTimestamp"].text();
          if (event["involvedObject"]["kind"].text() != target.gvk.kind || time.empty()) return;
          if (model::parse_rfc3339(time) + std::chrono::seconds(1) < since) return;
          lines += std::string(event["message"].text()) + "\n";
        },
        options);
    context_.out << lines;
  }

  kube::Client& client_;
  const NowFlags& flags_;
  const CommandContext& context_;
  const SavedPlan* plan_ = nullptr;  ///< that the request carries; null: none
  steady_clock::time_point deadline_;
};

/// The source of a unit, from its spec.
ResourceName source_of(kube::Client& client, const ResourceName& unit) {
  const kube::Response response =
      client.send(kube::Request::get(unit.gvk, unit.namespace_name, unit.name));
  response.require_ok("reading " + unit.display());
  const model::Document object = response.document();
  const UnitSpec spec =
      unit.gvk == helm_release_kind ? read_helm_release(object) : read_kustomization(object);
  if (!spec.source_problem.empty())
    throw model::Error(model::ErrorCode::unsupported, spec.source_problem);
  return {git_repository_kind, spec.source.namespace_name, spec.source.name};
}

SavedPlan read_plan(const std::string& path) {
  try {
    return read_saved_plan(read_named_file(path));
  } catch (model::Error& error) {
    throw error.with_context("reading the plan " + path);
  }
}

}  // namespace

int run_now_command(const CommandContext& context) {
  NowFlags flags;
  CLI::App app("Asks the agent to reconcile now, waits and shows what changed.", "reconcile now");
  add_cluster_flags(app, flags.cluster);
  app.add_option("targets", flags.targets, "KIND/NAME or KIND/NAMESPACE/NAME; none: the root unit");
  app.add_option("-n,--namespace", flags.name_space,
                 "namespace of targets without one, and of the root unit");
  app.add_option("--timeout", flags.timeout, "how long to wait for all");
  app.add_flag("--with-source", flags.with_source, "fetch the unit's source first");
  app.add_option("--plan", flags.plan_file,
                 "apply exactly what `reconcile diff --save-plan` kept in this file, or nothing "
                 "where something moved since");
  app.add_flag("--allow-prune", flags.prune_allowed, "approve a prune that the guard holds");
  if (const std::optional<int> code = parse_arguments(app, context)) return *code;
  ClusterAccess access(flags.cluster);
  Requester requester(access.client(), flags, context);
  if (!flags.plan_file.empty()) {
    if (!flags.targets.empty() || flags.with_source)
      throw model::Error(model::ErrorCode::invalid_input,
                         "--plan names its unit and revision itself, expected neither a target nor "
                         "--with-source");
    return requester.run_plan(read_plan(flags.plan_file)) ? exit_ok : exit_failed;
  }
  if (flags.targets.empty()) {
    const ResourceName root{
        {"", "v1", "ConfigMap"}, flags.name_space, std::string(root_config_map)};
    return requester.run(root, true) ? exit_ok : exit_failed;
  }
  bool all_ready = true;
  for (const std::string& text : flags.targets) {
    const ResourceName target = parse_resource_name(text, flags.name_space);
    if (flags.with_source && target.gvk != git_repository_kind) {
      all_ready = requester.run(source_of(access.client(), target), false) && all_ready;
    }
    all_ready = requester.run(target, false) && all_ready;
  }
  return all_ready ? exit_ok : exit_failed;
}

}  // namespace reconcile::engine
