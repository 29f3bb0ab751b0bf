#include "test/integration/platform/platform.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "reconcile/model/yaml.hpp"
#include "test/integration/platform/foreign_write.hpp"
#include "test/integration/platform/unit_passes.hpp"
#include "test/integration/platform/webhook_guard.hpp"

namespace reconcile::test {
namespace {

constexpr const char* row_label = "it.example.com/platform";
constexpr std::size_t quiet_passes = 3;
constexpr std::chrono::minutes apply_limit(3);
constexpr std::chrono::seconds health_limit(90);
constexpr std::chrono::seconds prune_limit(120);

std::vector<std::string> charts_of(const std::vector<PlatformRow>& rows) {
  std::vector<std::string> charts;
  for (const PlatformRow& row : rows)
    if (!row.chart.empty()) charts.push_back(row.chart);
  return charts;
}

std::string shown(const model::Document& object) {
  return std::string(object["kind"].text()) + "/" +
         std::string(object["metadata"]["namespace"].text()) + "/" +
         std::string(object["metadata"]["name"].text());
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The objects that `reconcile template` writes.
std::vector<model::Document> render(const PlatformRow& row, const std::string& chart,
                                    const std::string& target) {
  const TemporaryDirectory state;
  const Finished finished =
      run_program({program_path(), "template", row.name, chart, "--namespace", target,
                   "--include-crds", "--values", state.write("values.yaml", row.values)});
  if (finished.code != 0) throw std::runtime_error(row.name + ": " + finished.output);
  return model::parse_yaml_stream(finished.output);
}

}  // namespace

Platform::Platform(const std::vector<PlatformRow>& rows)
    : corpus_(charts_of(rows)), scenario_("platform") {
  for (const PlatformRow& row : rows) {
    RowResult result;
    result.row = row;
    results_.push_back(result);
    add_to_repository(results_.back());
  }
}

Platform::~Platform() {
  for (const model::Document& object : remaining()) {
    scenario_.cluster().remove(
        model::Gvk::from_api_version(object["apiVersion"].text(), object["kind"].text()),
        std::string(object["metadata"]["namespace"].text()),
        std::string(object["metadata"]["name"].text()));
  }
}

void Platform::add_to_repository(RowResult& result) {
  const PlatformRow& row = result.row;
  const std::string chart = corpus_.path_of(row.chart);
  result.is_absent = chart.empty();
  if (result.is_absent) return;
  result.version = corpus_.version_of(row.chart);
  const std::string target = scenario_.make_namespace(row.name);
  const WebhookGuard guard = guard_webhooks(render(row, chart, target));
  result.webhooks = guard.webhooks;
  const std::string into = scenario_.repository().work().path() + "/charts/" + row.name;
  std::filesystem::create_directories(into);
  std::filesystem::copy(chart, into, std::filesystem::copy_options::recursive);
  units_yaml_ +=
      "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: " +
      row.name + ", namespace: " + scenario_.space() +
      "}\nspec:\n  interval: 2s\n  timeout: 30m\n  releaseName: " + row.name +
      "\n  targetNamespace: " + target + "\n  commonMetadata: {labels: {" + row_label + ": " +
      row.name + "}}\n  values: " + row.values + "\n  chart:\n    spec:\n      chart: charts/" +
      row.name + "\n      sourceRef: {kind: GitRepository, name: repository}\n" + guard.patches;
  if (!row.needs.empty()) units_yaml_ += "  dependsOn: [{name: " + row.needs + "}]\n";
}

std::vector<std::string> Platform::units() const {
  std::vector<std::string> names;
  for (const RowResult& result : results_)
    if (!result.is_absent) names.push_back(result.row.name);
  return names;
}

appliers::Inventory Platform::inventory_of(const RowResult& result) {
  return appliers::from_status_entries(scenario_.cluster().get(
      helm_release_kind, scenario_.space(), result.row.name)["status"]["inventory"]["entries"]);
}

void Platform::note_first_pass(RowResult& result) {
  const appliers::Inventory inventory = inventory_of(result);
  std::set<std::string> kinds;
  for (const appliers::InventoryEntry& entry : inventory.entries)
    kinds.insert(entry.id.group + "/" + entry.id.kind);
  result.objects = inventory.entries.size();
  result.kinds = kinds.size();
  for (const SeenPass& pass : passes_of(scenario_.agent())[result.row.name]) {
    if (pass.requests == 0 && pass.error.empty()) continue;
    result.apply_seconds += pass.seconds;
    result.apply_requests += pass.requests;
    if (!pass.error.empty()) result.problems.push_back("a pass failed: " + pass.error);
  }
  if (result.objects == 0) result.problems.emplace_back("nothing was applied");
}

void Platform::apply() {
  scenario_.push({});
  scenario_.make_source();
  scenario_.cluster().apply(units_yaml_);
  scenario_.start_agent();
  eventually(
      [&] {
        return std::all_of(results_.begin(), results_.end(), [&](const RowResult& result) {
          if (result.is_absent) return true;
          const SeenCondition ready = scenario_.ready(helm_release_kind, result.row.name);
          return ready.status == "True" || ready.message.starts_with("waiting for health");
        });
      },
      apply_limit);
  for (RowResult& result : results_)
    if (!result.is_absent) note_first_pass(result);
}

bool Platform::is_judged(const RowResult& result) {
  const SeenCondition ready = scenario_.ready(helm_release_kind, result.row.name);
  if (result.row.waiting.empty()) return ready.status == "True";
  if (ready.status != "Unknown" || !ready.message.starts_with("waiting for health")) return false;
  return result.health.wrong.empty();
}

void Platform::check_health() {
  for (RowResult& result : results_) {
    if (result.is_absent) continue;
    eventually(
        [&] {
          const bool judged = result.row.waiting.empty() && !is_judged(result);
          if (judged) return false;
          result.health = judge_row(result.row, inventory_of(result));
          return result.health.wrong.empty() && is_judged(result);
        },
        health_limit);
    if (!is_judged(result)) {
      const SeenCondition ready = scenario_.ready(helm_release_kind, result.row.name);
      result.problems.push_back("Ready is " + ready.status + " " + ready.reason + ": " +
                                ready.message);
      result.health = judge_row(result.row, inventory_of(result));
    }
    for (const std::string& wrong : result.health.wrong) result.problems.push_back(wrong);
  }
}

void Platform::check_quiet() {
  await_passes(scenario_.agent(), units(), 1);
  AuditCount audit;
  auto passes = await_passes(scenario_.agent(), units(), quiet_passes);
  const std::size_t requests = audit.total();
  for (RowResult& result : results_) {
    if (result.is_absent) continue;
    for (const SeenPass& pass : passes[result.row.name]) {
      ++result.quiet_passes;
      result.quiet_requests += pass.requests;
      if (!pass.error.empty()) result.problems.push_back("a later pass failed: " + pass.error);
    }
    if (result.quiet_passes != quiet_passes)
      result.problems.emplace_back("further passes did not come");
    if (result.quiet_requests > 0) result.problems.emplace_back("a further pass made requests");
  }
  if (requests > 0) {
    results_.front().problems.push_back("requests of the agent in passes without change:\n" +
                                        audit.text());
  }
}

void Platform::check_drift() {
  for (RowResult& result : results_) {
    std::set<std::string> kinds;
    if (result.is_absent) continue;
    for (const appliers::InventoryEntry& entry : inventory_of(result).entries) {
      if (!kinds.insert(entry.id.group + "/" + entry.id.kind).second) continue;
      const RevertedDrift drift =
          drift_one_field(entry.gvk(), entry.id.namespace_name, entry.id.name, row_label);
      ++result.drifts;
      if (drift.milliseconds)
        result.drift_milliseconds.push_back(*drift.milliseconds);
      else
        result.problems.push_back("drift of " + entry.id.display() + " " + drift.field +
                                  (drift.field.empty() ? " was refused" : " was not put back"));
      std::cout << result.row.name << " " << entry.id.display() << " " << drift.field << " "
                << drift.milliseconds.value_or(-1) << "\n";
    }
  }
}

std::vector<model::Document> Platform::remaining() {
  return scenario_.cluster().labelled(row_label);
}

void Platform::check_prune() {
  Cluster& cluster = scenario_.cluster();
  for (const std::string& unit : units()) scenario_.request(helm_release_kind, unit, true);
  for (const std::string& unit : units()) {
    eventually([&] {
      const model::Document object = cluster.get(helm_release_kind, scenario_.space(), unit);
      return object["status"]["lastHandledReconcileAt"].text() ==
             object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].text();
    });
  }
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& unit : units())
    cluster.remove(helm_release_kind, scenario_.space(), unit);
  eventually(
      [&] {
        bool all = true;
        for (RowResult& result : results_) {
          if (result.is_absent || result.prune_seconds) continue;
          if (cluster.exists(helm_release_kind, scenario_.space(), result.row.name))
            all = false;
          else
            result.prune_seconds = seconds_since(start);
        }
        return all;
      },
      prune_limit);
  std::vector<model::Document> left;
  // What other controllers copied the label to goes with its owner.
  eventually([&] { return (left = remaining()).empty(); }, prune_limit);
  for (RowResult& result : results_) {
    for (const model::Document& object : left) {
      if (object["metadata"]["labels"][row_label].text() != result.row.name) continue;
      result.prune_seconds.reset();
      result.problems.push_back(shown(object) + " was not pruned");
    }
    if (!result.is_absent && !result.prune_seconds) {
      const SeenCondition ready = scenario_.ready(helm_release_kind, result.row.name);
      result.problems.push_back("not gone: " + ready.reason + ": " + ready.message);
    }
  }
}

}  // namespace reconcile::test
