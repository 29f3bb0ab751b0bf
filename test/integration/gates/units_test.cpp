// Several units in one environment: each is judged by itself, and by what it depends on.

#include <catch2/catch.hpp>

#include "test/integration/gates/environments.hpp"
#include "test/integration/scenario.hpp"

using namespace reconcile::test;
using std::chrono::minutes;

namespace {

/// Staging with the units `left` and `right`, each a Kustomization object that the root unit makes.
class TwoUnits {
 public:
  explicit TwoUnits(const std::string& more_of_right) : dev_(world_.simulate("dev")) {
    Infrastructure& repository = world_.infrastructure();
    Files files{unit_file("left", "1"), unit_file("right", "1")};
    for (const auto& file : world_.overlay("dev")) files.push_back(file);
    for (const auto& file : world_.shared("1")) files.push_back(file);
    first_ = repository.begin("dev", "", files);
    Files staging = world_.overlay("staging");
    const std::string folder = "environments/staging/";
    staging.emplace_back(folder + "units.yaml",
                         source() + unit("left", "") + unit("right", more_of_right));
    staging.emplace_back(folder + "kustomization.yaml",
                         "resources: [../../shared, environment.yaml, units.yaml]\n");
    repository.begin("staging", "dev", staging);
    world_.start(world_.staging());
    world_.staging().until_admitted(repository.tip("staging"));
    world_.staging().until("both applied",
                           [&] { return live("left") == "1" && live("right") == "1"; });
  }

  Environments& world() { return world_; }
  ChainWriter& dev() { return dev_; }
  [[nodiscard]] const std::string& first() const { return first_; }
  std::string change(const std::string& name, const std::string& value) {
    std::string commit = world_.infrastructure().commit("dev", {unit_file(name, value)});
    tip_ = world_.infrastructure().rebase("staging", "dev");
    return commit;
  }
  [[nodiscard]] const std::string& tip() const { return tip_; }
  [[nodiscard]] std::string name_of(const std::string& unit) const {
    return "Kustomization/" + world_.space() + "/" + unit;
  }
  std::string live(const std::string& name) {
    return std::string(world_.staging()
                           .cluster()
                           .get(config_map_kind, world_.space(), name)["data"]["value"]
                           .text());
  }
  /// Dev says that root and `units` are healthy on `commit` since half an hour.
  void set_green(const std::string& commit, const std::vector<std::string>& units) {
    dev_.set_green(world_.root_unit(), commit, world_.now() - minutes(30));
    for (const std::string& unit : units) {
      dev_.set_green(name_of(unit), commit, world_.now() - minutes(30));
    }
  }

 private:
  std::pair<std::string, std::string> unit_file(const std::string& name, const std::string& value) {
    return {"units/" + name + "/map.yaml", config_map_yaml(name, value, world_.space())};
  }
  std::string source() {
    return "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: "
           "monorepo, namespace: " +
           world_.space() + "}\nspec:\n  url: " + world_.server().url("infrastructure.git") +
           "\n  interval: 1h\n  ref: {branch: staging}\n---\n";
  }
  std::string unit(const std::string& name, const std::string& more) {
    return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " +
           name + ", namespace: " + world_.space() +
           "}\nspec:\n  sourceRef: {kind: GitRepository, name: monorepo}\n  path: units/" + name +
           "\n  prune: true\n  interval: 1h\n" + more + "---\n";
  }

  Environments world_;
  ChainWriter dev_;
  std::string first_;
  std::string tip_;
};

}  // namespace

TEST_CASE("a flaky unit that a change does not touch blocks nobody",
          "[.integration][gates][units]") {
  TwoUnits units("");
  const std::string commit = units.change("left", "2");
  units.set_green(commit, {"left"});
  units.dev().set_failed(units.name_of("right"), commit, "Deployment/x/right: not available");
  units.dev().append(commit, units.world().now());
  units.world().staging().until_admitted(units.tip());
  units.world().staging().until("applied", [&] { return units.live("left") == "2"; });

  // The flaky one itself is held.
  const std::string other = units.change("right", "2");
  units.set_green(other, {"left"});
  units.dev().set_failed(units.name_of("right"), other, "Deployment/x/right: not available");
  units.dev().append(other, units.world().now());
  const SeenDecision seen = units.world().staging().until_held(units.tip(), "UpstreamNotHealthy");
  CHECK(seen.text.find("right") != std::string::npos);
  CHECK(units.live("right") == "1");
}

TEST_CASE("a unit is judged with what it depends on", "[.integration][gates][units]") {
  TwoUnits units("  dependsOn: [{name: left}]\n");
  const std::string commit = units.change("right", "2");
  units.set_green(commit, {"right"});
  units.dev().set_failed(units.name_of("left"), commit, "Deployment/x/left: not available");
  units.dev().append(commit, units.world().now());
  units.world().staging().until_held(units.tip(), "UpstreamNotHealthy");
  units.set_green(commit, {"left", "right"});
  units.dev().append(commit, units.world().now());
  units.world().staging().until_admitted(units.tip());
}
