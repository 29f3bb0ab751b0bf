#include "test/integration/others/quiet_unit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace reconcile::test {
namespace {

/// What was begun before may end late on a busy machine; a difference that stays shows in each.
constexpr int attempts_max = 3;

}  // namespace

void require_quiet(Scenario& scenario, const std::vector<std::string>& units, std::size_t passes) {
  const AgentProcess& agent = scenario.agent();
  const auto await_passes = [&](std::size_t more) {
    std::vector<std::size_t> before;
    const auto count = [&](const std::string& unit) {
      return agent.log_with({"\"Pass finished\"", "/" + unit + "\"", "\"requests\":0"}).size();
    };
    for (const std::string& unit : units) before.push_back(count(unit));
    return eventually([&] {
      for (std::size_t i = 0; i < units.size(); ++i)
        if (count(units[i]) < before[i] + more) return false;
      return true;
    });
  };
  std::string asked;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    // The status of the pass before may still be under way: count from the next pass on.
    if (!await_passes(1)) FAIL("no pass without requests\n" << agent.log_tail());
    AuditCount audit;
    const std::size_t reverts = agent.log_with({"Drift reverted"}).size();
    if (!await_passes(passes)) FAIL("not enough passes without requests\n" << agent.log_tail());
    if (audit.total() == 0 && agent.log_with({"Drift reverted"}).size() == reverts) return;
    asked += "attempt " + std::to_string(attempt + 1) + ":\n" + audit.text();
  }
  for (const std::string& line : agent.log_with({"Drift"})) asked += line + "\n";
  FAIL("requests of passes without change:\n" << asked);
}

Finished diff_of(Scenario& scenario, const std::string& unit) {
  return run_program({program_path(), "diff", "ks/" + scenario.space() + "/" + unit, "-n",
                      scenario.space(), "--kubeconfig",
                      scenario.cluster().directory() + "/kubeconfig"});
}

std::string condition_of(Scenario& scenario, const std::string& type, const std::string& unit) {
  const model::Document object = scenario.cluster().get(kustomization_kind, scenario.space(), unit);
  const model::Value conditions = object["status"]["conditions"];
  for (std::size_t i = 0; i < conditions.size(); ++i)
    if (conditions.at(i)["type"].text() == type)
      return std::string(conditions.at(i)["message"].text());
  return "";
}

}  // namespace reconcile::test
