// A commit re-renders exactly the units whose files it changed: 1,000 units over one repository,
// with a shared base, a component, listed directories and charts, of releases and in
// kustomizations.

#include <catch2/catch.hpp>
#include <iostream>
#include <set>

#include "reconcile/model/json.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile::test;
using Files = std::vector<std::pair<std::string, std::string>>;
using Names = std::set<std::string>;

namespace {

constexpr int units_count = 1000;
constexpr int base_end = 50;         ///< units [0, 50) stand on the shared base
constexpr int component_end = 60;    ///< [50, 60) use the component
constexpr int listed_end = 70;       ///< [60, 70) have a directory without a kustomization
constexpr int inflated_end = 80;     ///< [70, 80) render charts/even in their kustomization
constexpr int releases_begin = 990;  ///< [990, 1000) are releases of two charts, in turn
constexpr std::chrono::minutes limit(4);

std::string name_of(int unit) {
  return "u" + std::to_string(unit);
}

std::string directory_of(int unit) {
  return "units/" + name_of(unit);
}

bool is_release(int unit) {
  return unit >= releases_begin;
}

std::string chart_of(int unit) {
  return unit % 2 == 0 ? "charts/even" : "charts/odd";
}

std::string config_map(const std::string& name, const std::string& value) {
  return config_map_yaml(name, value);
}

void add_unit_files(int unit, Files& files) {
  const std::string directory = directory_of(unit);
  const std::string map = config_map(name_of(unit), "1");
  if (is_release(unit)) return;
  if (unit < base_end) {
    files.emplace_back(directory + "/kustomization.yaml",
                       "resources: [../../base]\nnameSuffix: -" + name_of(unit) + "\n");
    return;
  }
  if (unit >= listed_end && unit < inflated_end) {
    files.emplace_back(directory + "/values.yaml", "value: own\n");
    files.emplace_back(directory + "/kustomization.yaml",
                       "helmGlobals: {chartHome: ../../charts}\n"
                       "helmCharts:\n- name: even\n  releaseName: " +
                           name_of(unit) + "\n  valuesFile: values.yaml\n");
    return;
  }
  files.emplace_back(directory + "/map.yaml", map);
  if (unit < component_end) {
    files.emplace_back(directory + "/kustomization.yaml",
                       "resources: [map.yaml]\ncomponents: [../../component]\n");
  } else if (unit >= listed_end) {
    files.emplace_back(directory + "/kustomization.yaml", "resources: [map.yaml]\n");
  }
}

std::string unit_object(int unit, const std::string& space) {
  const std::string source = "sourceRef: {kind: GitRepository, name: repository}";
  if (is_release(unit)) {
    return "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: " +
           name_of(unit) + ", namespace: " + space +
           "}\nspec:\n  interval: 1h\n  install: {disableWait: true}\n  chart:\n    spec:\n"
           "      chart: " +
           chart_of(unit) + "\n      " + source + "\n";
  }
  return "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " +
         name_of(unit) + ", namespace: " + space + "}\nspec:\n  interval: 1h\n  prune: true\n" +
         "  targetNamespace: " + space + "\n  path: ./" + directory_of(unit) + "\n  " + source +
         "\n";
}

Files repository(const std::string& space) {
  Files files = {{"base/kustomization.yaml", "resources: [shared.yaml]\n"},
                 {"base/shared.yaml", config_map("shared", "1")},
                 {"component/kustomization.yaml",
                  "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
                  "labels: [{pairs: {part: one}}]\n"},
                 {"notes/readme.md", "nobody reads this\n"}};
  for (const std::string chart : {"charts/even", "charts/odd"}) {
    files.emplace_back(chart + "/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    files.emplace_back(chart + "/values.yaml", "value: one\n");
    files.emplace_back(chart + "/templates/map.yaml",
                       config_map("{{ .Release.Name }}", "{{ .Values.value }}"));
  }
  std::string objects;
  for (int unit = 0; unit < units_count; ++unit) {
    add_unit_files(unit, files);
    objects += unit_object(unit, space);
  }
  files.emplace_back("cluster/units.yaml", objects);
  return files;
}

/// What the log says of the passes at one commit.
struct Passes {
  Names units;
  Names rendered;
};

Passes passes_at(const AgentProcess& agent, const std::string& commit) {
  Passes passes;
  for (const std::string& line : agent.log_with({"\"Pass finished\"", commit})) {
    const auto entry = reconcile::model::parse_json(line);
    const std::string unit(entry["unit"].text());
    const std::string name = unit.substr(unit.rfind('/') + 1);
    if (entry["rendered"].boolean().value_or(false)) passes.rendered.insert(name);
    // Where the machine is so slow that the lead is in doubt, a pass is begun again.
    if (entry["end"].text() != "interrupted") passes.units.insert(name);
  }
  return passes;
}

/// Waits until every unit had a pass at `commit`; answers who rendered for it.
Names rendered_at(AgentProcess& agent, const std::string& commit) {
  Passes passes;
  double seen = -1;
  const bool all = eventually(
      [&] {
        // The log is read only where something has happened since.
        const double count = agent.metric("reconcile_passes_total");
        if (count == seen) return false;
        seen = count;
        passes = passes_at(agent, commit);
        return passes.units.size() >= units_count + 1;
      },
      limit);
  INFO(passes.units.size() << " units had a pass at " << commit << "\n" << agent.log_tail(5));
  REQUIRE(all);
  passes.rendered.erase("root");
  return passes.rendered;
}

Names range(int begin, int end) {
  Names names;
  for (int unit = begin; unit < end; ++unit) names.insert(name_of(unit));
  return names;
}

struct Row {
  const char* what;
  Files files;
  std::vector<std::string> erased;
  Names expected;
};

std::vector<Row> rows() {
  Names even = range(listed_end, inflated_end);
  for (int unit = releases_begin; unit < units_count; ++unit)
    if (chart_of(unit) == "charts/even") even.insert(name_of(unit));
  const std::string listed = directory_of(60);
  return {
      {"one file of one unit",
       {{directory_of(500) + "/map.yaml", config_map("u500", "2")}},
       {},
       {"u500"}},
      {"files of three units",
       {{directory_of(100) + "/map.yaml", config_map("u100", "2")},
        {directory_of(200) + "/map.yaml", config_map("u200", "2")},
        {directory_of(300) + "/map.yaml", config_map("u300", "2")}},
       {},
       {"u100", "u200", "u300"}},
      {"a file of the shared base",
       {{"base/shared.yaml", config_map("shared", "2")}},
       {},
       range(0, base_end)},
      {"the component",
       {{"component/kustomization.yaml",
         "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
         "labels: [{pairs: {part: two}}]\n"}},
       {},
       range(base_end, component_end)},
      {"a new file in a listed directory",
       {{listed + "/more.yaml", config_map("more", "1")}},
       {},
       {"u60"}},
      {"a deleted file of a listed directory", {}, {listed + "/more.yaml"}, {"u60"}},
      {"a new file beside what a kustomization names",
       {{directory_of(500) + "/more.yaml", config_map("more", "1")}},
       {},
       {}},
      {"a file that nobody reads", {{"notes/readme.md", "still nobody\n"}}, {}, {}},
      {"a chart's values", {{"charts/even/values.yaml", "value: two\n"}}, {}, even},
      {"a chart's template",
       {{"charts/even/templates/map.yaml",
         config_map("{{ .Release.Name }}", "{{ .Values.value }}!")}},
       {},
       even},
      {"values of a chart in a kustomization",
       {{directory_of(75) + "/values.yaml", "value: other\n"}},
       {},
       {"u75"}},
  };
}

}  // namespace

TEST_CASE("a commit renders exactly the units whose files it changed", "[.integration][read_set]") {
  Scenario scenario("readset");
  const std::string first = scenario.push(repository(scenario.space()));
  scenario.make_source("  interval: 1h\n");
  AgentProcess& agent = scenario.start_agent(
      {"--repository=" + scenario.url(), "--path=cluster", "--poll-interval=1s"});
  auto start = std::chrono::steady_clock::now();
  CHECK(rendered_at(agent, first) == range(0, units_count));
  std::cout << units_count << " units, all rendered and applied: "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()
            << " s\n";
  for (const Row& row : rows()) {
    INFO(row.what);
    for (const std::string& path : row.erased) scenario.erase(path);
    start = std::chrono::steady_clock::now();
    const std::string commit = scenario.push(row.files);
    CHECK(rendered_at(agent, commit) == row.expected);
    std::cout << row.what << ": " << row.expected.size() << " of " << units_count
              << " rendered, all at the commit after "
              << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()
              << " s\n";
  }
}
