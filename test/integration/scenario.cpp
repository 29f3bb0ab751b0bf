#include "test/integration/scenario.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "reconcile/model/clock.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "test/support/patience.hpp"

namespace reconcile::test {
namespace {

constexpr std::chrono::seconds condition_limit(45);
constexpr std::chrono::seconds approval_limit(90);

std::string random_name(const std::string& name) {
  return "it-" + name + "-" + model::hex_encode(model::random_bytes(3));
}

}  // namespace

Scenario::Scenario(const std::string& name, const GitServerTls& tls, ScenarioName form)
    : space_(form == ScenarioName::exact ? name : random_name(name)),
      repository_(root_.path() + "/repository.git"),
      server_(root_.path(), tls) {
  namespaces_.push_back(space_);
  cluster().apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + space_ + "}\n");
}

Scenario::~Scenario() {
  agent_.reset();
  try {
    abandon_units();
    for (const std::string& name : namespaces_) cluster().remove(namespace_kind, "", name);
  } catch (const std::exception& error) {
    WARN("not everything was taken away: " << error.what());
  }
}

std::string Scenario::make_namespace(const std::string& name) {
  namespaces_.push_back(random_name(name));
  cluster().apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespaces_.back() +
                  "}\n");
  return namespaces_.back();
}

void Scenario::make_source(const std::string& more) {
  cluster().apply(
      "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n"
      "  name: " +
      source_name_ + "\n  namespace: " + space_ + "\nspec:\n  url: " + url() +
      "\n  interval: 10m\n" +
      (more.find("  ref:") == std::string::npos ? "  ref: {branch: main}\n" : "") + more);
  has_source_ = true;
}

void Scenario::make_kustomization(const std::string& name, const std::string& path,
                                  const std::string& more) {
  cluster().apply(
      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n"
      "  name: " +
      name + "\n  namespace: " + space_ + "\nspec:\n" +
      "  sourceRef: {kind: GitRepository, name: " + source_name_ + "}\n  path: " + path +
      "\n  prune: true\n" +
      (more.find("  interval:") == std::string::npos ? "  interval: 10m\n" : "") +
      (more.find("  timeout:") == std::string::npos ? "  timeout: 1m\n" : "") + more);
}

std::string Scenario::push(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string commit = repository_.commit(files);
  if (has_source_) request(git_repository_kind, source_name_);
  return commit;
}

void Scenario::erase(const std::string& path) {
  std::filesystem::remove_all(repository_.work().path() + "/" + path);
}

AgentProcess& Scenario::start_agent(const std::vector<std::string>& arguments) {
  return start_agent_with(cluster().agent_kubeconfig(), arguments);
}

AgentProcess& Scenario::start_agent_with(const std::string& kubeconfig,
                                         const std::vector<std::string>& arguments) {
  launch_agent(kubeconfig, arguments).wait_ready();
  return *agent_;
}

AgentProcess& Scenario::launch_agent(const std::string& kubeconfig,
                                     const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"--kubeconfig=" + kubeconfig, "--namespace=" + space_};
  // A program that is slow must not lose the lead.
  const bool names_duration =
      std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
        return argument.starts_with("--leader-elect-lease-duration");
      });
  if (patience() > 1 && !names_duration)
    all.push_back("--leader-elect-lease-duration=" + std::to_string(2 * patience()) + "s");
  all.insert(all.end(), arguments.begin(), arguments.end());
  agent_.reset();
  agent_ = std::make_unique<AgentProcess>(all, data_.path());
  return *agent_;
}

SeenCondition Scenario::ready(const model::Gvk& gvk, const std::string& name) {
  const model::Document object = cluster().get(gvk, space_, name);
  const model::Value conditions = object["status"]["conditions"];
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const model::Value item = conditions.at(i);
    if (item["type"].text() != "Ready") continue;
    return {std::string(item["status"].text()), std::string(item["reason"].text()),
            std::string(item["message"].text())};
  }
  return {};
}

void Scenario::require_ready(const model::Gvk& gvk, const std::string& name,
                             const std::string& commit) {
  const bool reached = eventually(
      [&] {
        const model::Document object = cluster().get(gvk, space_, name);
        const model::Value status = object["status"];
        const std::string_view revision = gvk == git_repository_kind
                                              ? status["artifact"]["revision"].text()
                                              : status["lastAppliedRevision"].text();
        return ready(gvk, name).status == "True" &&
               status["observedGeneration"].integer() ==
                   object["metadata"]["generation"].integer() &&
               revision.ends_with(commit);
      },
      condition_limit);
  if (reached) return;
  const SeenCondition seen = ready(gvk, name);
  FAIL(gvk.kind << "/" << name << " is not ready " << commit << ": " << seen.status << " "
                << seen.reason << ": " << seen.message << "\n"
                << (agent_ ? agent_->log_tail() : std::string()));
}

std::string Scenario::require_problem(const model::Gvk& gvk, const std::string& name,
                                      const std::string& reason) {
  SeenCondition seen;
  const bool reached = eventually(
      [&] {
        seen = ready(gvk, name);
        return seen.status == "False" && seen.reason == reason;
      },
      condition_limit);
  if (!reached) {
    FAIL("expected " << gvk.kind << "/" << name << " to fail with " << reason << ", found "
                     << seen.status << " " << seen.reason << ": " << seen.message << "\n"
                     << (agent_ ? agent_->log_tail() : std::string()));
  }
  return seen.message;
}

std::string Scenario::request(const model::Gvk& gvk, const std::string& name, bool allow_prune) {
  const std::string value = model::format_rfc3339_nano(model::system_clock().wall_now());
  std::string annotations = R"("reconcile.fluxcd.io/requestedAt":")" + value + "\"";
  if (allow_prune) annotations += R"(,"reconcile.dev/allowPrune":")" + value + "\"";
  cluster().patch(gvk, space_, name, R"({"metadata":{"annotations":{)" + annotations + "}}}");
  return value;
}

std::string Scenario::root(const std::string& field) {
  return std::string(
      cluster().get(config_map_kind, space_, "reconcile-root")["data"][field].text());
}

void Scenario::let_root_drift(const std::string& name) {
  REQUIRE(eventually([&] { return root("ready") == "True"; }));
  cluster().patch(config_map_kind, space_, "reconcile-root",
                  R"({"metadata":{"annotations":{"reconcile.dev/driftDetection":"warn"}}})");
  REQUIRE(eventually([&] {
    cluster().patch(config_map_kind, space_, name, R"({"data":{"value":"9"}})");
    return root("notes").find("Drifted") != std::string::npos;
  }));
}

void Scenario::request_and_wait(const model::Gvk& gvk, const std::string& name, bool allow_prune) {
  const std::string value = request(gvk, name, allow_prune);
  const bool answered = eventually(
      [&] {
        return cluster().get(gvk, space_, name)["status"]["lastHandledReconcileAt"].text() == value;
      },
      condition_limit);
  if (!answered) FAIL(gvk.kind << "/" << name << " was not looked at\n" << agent_->log_tail());
}

void Scenario::remove_unit(const model::Gvk& gvk, const std::string& name) {
  request_and_wait(gvk, name, true);
  cluster().remove(gvk, space_, name);
  if (!eventually([&] { return !cluster().exists(gvk, space_, name); }, condition_limit)) {
    const SeenCondition seen = ready(gvk, name);
    FAIL(gvk.kind << "/" << name << " is not gone: " << seen.reason << ": " << seen.message << "\n"
                  << agent_->log_tail());
  }
}

bool Scenario::approve_until(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + approval_limit * patience();
  while (std::chrono::steady_clock::now() < end) {
    if (root("reason") == "PruneHeld") request(config_map_kind, "reconcile-root", true);
    for (const model::Gvk& gvk : {helm_release_kind, kustomization_kind}) {
      for (const model::Document& unit : cluster().list(gvk, space_)) {
        const std::string name(unit["metadata"]["name"].text());
        if (ready(gvk, name).reason == "PruneHeld") request(gvk, name, true);
      }
    }
    if (eventually(done, std::chrono::milliseconds(500))) return true;
  }
  return false;
}

void Scenario::abandon_units() {
  for (const model::Gvk& gvk : {helm_release_kind, kustomization_kind, git_repository_kind}) {
    for (const model::Document& unit : cluster().list(gvk, "")) {
      const std::string space(unit["metadata"]["namespace"].text());
      const std::string name(unit["metadata"]["name"].text());
      if (!unit["metadata"]["finalizers"].empty()) {
        cluster().patch(gvk, space, name, R"({"metadata":{"finalizers":null}})");
      }
      cluster().remove(gvk, space, name);
    }
  }
}

std::string config_map_yaml(const std::string& name, const std::string& value,
                            const std::string& space) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name +
         (space.empty() ? "" : "\n  namespace: " + space) + "\ndata:\n  value: \"" + value + "\"\n";
}

std::string deployment_yaml(const std::string& name, const std::string& image) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + name +
         "\nspec:\n  replicas: 1\n  progressDeadlineSeconds: 30\n  selector: {matchLabels: {app: " +
         name + "}}\n  template:\n    metadata: {labels: {app: " + name +
         "}}\n    spec:\n      containers:\n      - name: main\n        image: " + image + "\n";
}

}  // namespace reconcile::test
