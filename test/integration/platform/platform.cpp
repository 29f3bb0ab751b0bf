#include "test/integration/platform/platform.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "reconcile/model/yaml.hpp"
#include "test/integration/platform/foreign_write.hpp"
#include "test/integration/platform/row_units.hpp"
#include "test/integration/platform/unit_passes.hpp"
#include "test/integration/platform/webhook_guard.hpp"

namespace reconcile::test {
namespace {

constexpr const char* platform_fixtures = RECONCILE_SOURCE_DIR "/fixtures/platform";
constexpr const char* owner_label = "helm.toolkit.fluxcd.io/name";
const model::Gvk definition_kind{"apiextensions.k8s.io", "v1", "CustomResourceDefinition"};
constexpr std::size_t quiet_passes = 3;
constexpr std::size_t rows_at_once = 3;
constexpr double row_seconds_max = 120;  ///< then the next row begins
constexpr int volumes = 8;
constexpr std::chrono::minutes apply_limit(15);
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

/// A server that has no time lets the agent lose its Lease and definitions wait; the next pass goes
/// on.
bool is_overload(const std::string& error) {
  return error.find("another replica may lead") != std::string::npos ||
         error.find("not ready in time") != std::string::npos;
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
  prepare_cluster();
  for (const PlatformRow& row : rows) {
    RowResult result;
    result.row = row;
    results_.push_back(result);
    try {
      add_to_repository(results_.back());
    } catch (const std::runtime_error& error) {
      results_.back().problems.emplace_back(error.what());
    }
  }
}

Platform::~Platform() {
  Cluster& cluster = scenario_.cluster();
  try {
    // The agent still runs: without units it brings nothing back.
    scenario_.abandon_units();
    for (const model::Document& object : remaining()) {
      cluster.remove(
          model::Gvk::from_api_version(object["apiVersion"].text(), object["kind"].text()),
          std::string(object["metadata"]["namespace"].text()),
          std::string(object["metadata"]["name"].text()));
    }
    for (const auto& [gvk, name] : infrastructure_) cluster.remove(gvk, "", name);
  } catch (const std::exception& error) {
    std::cout << "not everything was taken away: " << error.what() << "\n";
  }
}

void Platform::prepare_cluster() {
  Cluster& cluster = scenario_.cluster();
  std::ifstream file(platform_fixtures + std::string("/cluster.yaml"), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  for (int i = 0; i < volumes; ++i) {
    const std::string name = "platform-" + std::to_string(i);
    text << "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: " << name
         << "}\nspec:\n  capacity: {storage: 100Gi}\n  accessModes: [ReadWriteOnce]\n"
         << "  storageClassName: platform\n  hostPath: {path: /" << name << "}\n";
  }
  for (const model::Document& document : model::parse_yaml_stream(text.str())) {
    const model::Object object(document);
    infrastructure_.emplace_back(object.gvk(), object.id().name);
    // A volume that was claimed before is not given to another claim.
    cluster.remove_and_wait(object.gvk(), "", object.id().name);
  }
  cluster.apply(text.str());
}

std::string Platform::namespace_of(const PlatformRow& row) {
  if (row.space.empty()) return scenario_.make_namespace(row.name);
  if (!adopted_.insert(row.space).second) return row.space;
  scenario_.cluster().remove_and_wait(namespace_kind, "", row.space);
  scenario_.cluster().apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + row.space +
                            "}\n");
  scenario_.adopt_namespace(row.space);
  return row.space;
}

void Platform::add_to_repository(RowResult& result) {
  const PlatformRow& row = result.row;
  const bool is_chart = row.folder.empty();
  const std::string from =
      is_chart ? corpus_.path_of(row.chart) : platform_fixtures + ("/" + row.folder);
  result.gvk = is_chart ? helm_release_kind : kustomization_kind;
  result.is_absent = from.empty();
  if (result.is_absent) return;
  const std::string into = scenario_.repository().work().path() + "/rows/" + row.name;
  std::filesystem::create_directories(into);
  std::filesystem::copy(from, into, std::filesystem::copy_options::recursive);
  // It would keep the charts that this one consists of out of the repository.
  std::filesystem::remove(into + "/.gitignore");
  if (!is_chart) {
    result.unit = folder_yaml(row, scenario_.space());
    return;
  }
  result.version = corpus_.version_of(row.chart);
  const std::string target = namespace_of(row);
  const WebhookGuard guard = guard_webhooks(render(row, from, target));
  result.webhooks = guard.webhooks;
  result.unit = release_yaml(row, scenario_.space(), target, guard.patches);
}

std::vector<std::string> Platform::units() const {
  std::vector<std::string> names;
  for (const RowResult& result : results_)
    if (!result.is_absent) names.push_back(result.row.name);
  return names;
}

appliers::Inventory Platform::inventory_of(const RowResult& result) {
  return appliers::from_status_entries(scenario_.cluster().get(
      result.gvk, scenario_.space(), result.row.name)["status"]["inventory"]["entries"]);
}

void Platform::note_first_pass(RowResult& result) {
  const appliers::Inventory inventory = inventory_of(result);
  std::set<std::string> kinds;
  for (const appliers::InventoryEntry& entry : inventory.entries)
    kinds.insert(entry.id.group + "/" + entry.id.kind);
  result.objects = inventory.entries.size();
  result.kinds = kinds.size();
  auto passes = passes_of(scenario_.agent());
  for (const SeenPass& pass : passes[result.row.name]) {
    if (pass.requests == 0 && pass.error.empty()) continue;
    result.apply_seconds += pass.seconds;
    result.apply_requests += pass.requests;
    if (!pass.error.empty() && !is_overload(pass.error))
      result.problems.push_back("a pass failed: " + pass.error);
  }
  if (result.objects == 0) result.problems.emplace_back("nothing was applied");
}

bool Platform::is_applied(const RowResult& result) {
  const SeenCondition ready = scenario_.ready(result.gvk, result.row.name);
  return ready.status == "True" || ready.message.starts_with("waiting for health");
}

void Platform::apply() {
  scenario_.push({});
  scenario_.make_source();
  scenario_.start_agent();
  // Few at once: what a row takes is its own time, and definitions are established one by one.
  std::vector<RowResult*> waiting;
  std::map<RowResult*, std::chrono::steady_clock::time_point> begun;
  for (RowResult& result : results_)
    if (!result.is_absent) waiting.push_back(&result);
  std::set<std::string> done;
  const auto can_begin = [&](const RowResult* result) {
    return result->row.needs.empty() || done.contains(result->row.needs);
  };
  eventually(
      [&] {
        std::erase_if(begun, [&](const auto& row) {
          if (!is_applied(*row.first) && seconds_since(row.second) < row_seconds_max) return false;
          return done.insert(row.first->row.name).second;
        });
        auto next = std::find_if(waiting.begin(), waiting.end(), can_begin);
        while (begun.size() < rows_at_once && next != waiting.end()) {
          scenario_.cluster().apply((*next)->unit);
          begun.emplace(*next, std::chrono::steady_clock::now());
          waiting.erase(next);
          next = std::find_if(waiting.begin(), waiting.end(), can_begin);
        }
        return begun.empty() && waiting.empty();
      },
      apply_limit);
  for (RowResult& result : results_)
    if (!result.is_absent) note_first_pass(result);
}

/// Whether the unit says what the row expects, and so do its objects.
bool Platform::is_judged(RowResult& result) {
  const SeenCondition ready = scenario_.ready(result.gvk, result.row.name);
  const bool waits = !result.row.waiting.empty();
  const bool said =
      waits ? ready.status == "Unknown" && ready.reason == "Progressing" : ready.status == "True";
  if (!said) return false;
  result.health = judge_row(result.row, inventory_of(result));
  return result.health.wrong.empty();
}

void Platform::check_health() {
  std::vector<RowResult*> open;
  for (RowResult& result : results_)
    if (!result.is_absent && result.objects > 0) open.push_back(&result);
  eventually(
      [&] {
        std::erase_if(open, [&](RowResult* result) { return is_judged(*result); });
        return open.empty();
      },
      health_limit);
  for (RowResult* result : open) {
    const SeenCondition ready = scenario_.ready(result->gvk, result->row.name);
    result->problems.push_back("Ready is " + ready.status + " " + ready.reason + ": " +
                               ready.message);
    result->health = judge_row(result->row, inventory_of(*result));
    result->problems.insert(result->problems.end(), result->health.wrong.begin(),
                            result->health.wrong.end());
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
                << drift.milliseconds.value_or(-1) << std::endl;
    }
  }
}

/// Definitions do not carry the label: a release's common metadata is not theirs.
std::vector<model::Document> Platform::remaining() {
  std::vector<model::Document> left = scenario_.cluster().labelled(row_label);
  for (model::Document& definition : scenario_.cluster().list(definition_kind, "", owner_label))
    left.push_back(std::move(definition));
  return left;
}

void Platform::check_prune() {
  Cluster& cluster = scenario_.cluster();
  std::vector<RowResult*> rows;
  for (RowResult& result : results_)
    if (!result.is_absent && cluster.exists(result.gvk, scenario_.space(), result.row.name))
      rows.push_back(&result);
  for (const RowResult* row : rows) scenario_.request(row->gvk, row->row.name, true);
  for (const RowResult* row : rows) {
    eventually([&] {
      const model::Document object = cluster.get(row->gvk, scenario_.space(), row->row.name);
      return object["status"]["lastHandledReconcileAt"].text() ==
             object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].text();
    });
  }
  const auto start = std::chrono::steady_clock::now();
  for (const RowResult* row : rows) cluster.remove(row->gvk, scenario_.space(), row->row.name);
  eventually(
      [&] {
        std::erase_if(rows, [&](RowResult* row) {
          if (cluster.exists(row->gvk, scenario_.space(), row->row.name)) return false;
          row->prune_seconds = seconds_since(start);
          return true;
        });
        return rows.empty();
      },
      prune_limit);
  std::vector<model::Document> left;
  // What other controllers copied the label to goes with its owner.
  eventually([&] { return (left = remaining()).empty(); }, prune_limit);
  for (RowResult& result : results_) {
    for (const model::Document& object : left) {
      const model::Value labels = object["metadata"]["labels"];
      if (labels[row_label].text() != result.row.name &&
          labels[owner_label].text() != result.row.name)
        continue;
      result.prune_seconds.reset();
      result.problems.push_back(shown(object) + " was not pruned");
    }
    if (!result.is_absent && !result.prune_seconds) {
      const SeenCondition ready = scenario_.ready(result.gvk, result.row.name);
      result.problems.push_back("not gone: " + ready.reason + ": " + ready.message);
    }
  }
}

}  // namespace reconcile::test
