#include "test/integration/platform/unit_passes.hpp"

#include <algorithm>

#include "reconcile/model/json.hpp"
#include "test/integration/cluster.hpp"

namespace reconcile::test {
namespace {

constexpr std::chrono::seconds passes_limit(60);

}  // namespace

std::map<std::string, std::vector<SeenPass>> passes_of(const AgentProcess& agent) {
  std::map<std::string, std::vector<SeenPass>> passes;
  for (const std::string& line : agent.log_with({"\"Pass finished\""})) {
    const model::Document entry = model::parse_json(line);
    const std::string unit(entry["unit"].text());
    passes[unit.substr(unit.rfind('/') + 1)].push_back(
        {std::string(entry["end"].text()), std::string(entry["err"].text()),
         entry["rendered"].boolean().value_or(false),
         static_cast<std::size_t>(entry["requests"].integer().value_or(0)),
         entry["seconds"].number().value_or(0)});
  }
  return passes;
}

std::map<std::string, std::vector<SeenPass>> await_passes(AgentProcess& agent,
                                                          const std::vector<std::string>& units,
                                                          std::size_t more) {
  auto before = passes_of(agent);
  auto after = before;
  double seen = -1;
  eventually(
      [&] {
        // The log is read only where a pass has ended since.
        const double count = agent.metric("reconcile_passes_total");
        if (count == seen) return false;
        seen = count;
        after = passes_of(agent);
        return std::all_of(units.begin(), units.end(), [&](const std::string& unit) {
          return after[unit].size() >= before[unit].size() + more;
        });
      },
      passes_limit);
  for (auto& [unit, passes] : after) {
    passes.erase(passes.begin(), passes.begin() + static_cast<std::ptrdiff_t>(before[unit].size()));
    if (passes.size() > more) passes.resize(more);
  }
  return after;
}

}  // namespace reconcile::test
