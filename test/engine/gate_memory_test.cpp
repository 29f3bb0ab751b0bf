#include "engine/controllers/gate_memory.hpp"

#include <catch2/catch.hpp>

#include "engine/controllers/gate_round.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

const std::string first(40, '1');
const std::string second(40, '2');

gates::UnitEvidence green(const std::string& name, const std::string& revision) {
  gates::UnitEvidence unit;
  unit.unit = name;
  unit.revision = revision;
  unit.applied = true;
  unit.state = gates::UnitState::green;
  unit.healthy_since = model::WallTime(std::chrono::seconds(1'767'225'600));
  return unit;
}

gates::ChainMoment moment_of(const std::map<std::string, gates::UnitEvidence>& units) {
  gates::ChainMoment moment;
  for (const auto& [name, unit] : units)
    moment.units[name] = std::make_shared<const gates::UnitEvidence>(gates::cleaned(unit));
  return moment;
}

}  // namespace

TEST_CASE("the gate's memory outlives the process", "[engine][controllers][gate_memory]") {
  const test::TemporaryDirectory directory;
  GateMemory memory;
  memory.admitted = first;
  memory.tree = second;
  memory.policy_commit = first;
  memory.chain_seq = 7;
  memory.reset_seq = 1'767'225'600;
  memory.admitted_at = model::WallTime(std::chrono::seconds(1'767'225'600));
  memory.because = "dev has proven it";
  memory.upstream["dev"] = {3, first, true};
  const std::string path = directory.path() + "/gate/dev.json";
  memory.save(path);
  CHECK(GateMemory::load(path) == memory);
  memory.admitted = second;
  memory.save(path);
  CHECK(GateMemory::load(path).admitted == second);
}

TEST_CASE("a memory that is lost or torn is empty", "[engine][controllers][gate_memory]") {
  const test::TemporaryDirectory directory;
  CHECK(GateMemory::load(directory.path() + "/none.json") == GateMemory());
  directory.write("torn.json", R"({"admitted":"1111)");
  CHECK(GateMemory::load(directory.path() + "/torn.json") == GateMemory());
}

TEST_CASE("a record carries the units that say something new",
          "[engine][controllers][gate_record]") {
  std::map<std::string, gates::UnitEvidence> units{{"a", green("a", first)},
                                                   {"b", green("b", first)}};
  const gates::ChainMoment before = moment_of(units);
  units["b"].flaps = 1;
  units.erase("a");
  units["c"] = green("c", first);
  const gates::EvidenceRecord record = next_record(&before, units, false);
  REQUIRE(record.units.size() == 2);
  CHECK(record.units[0].unit == "b");
  CHECK(record.units[1].unit == "c");
  CHECK(record.removed == std::vector<std::string>{"a"});
  CHECK(record.unit_count == 2);
  CHECK(record.merkle_root == gates::merkle_root(units));
}

TEST_CASE("unhealthy time that runs on is no news", "[engine][controllers][gate_record]") {
  std::map<std::string, gates::UnitEvidence> units{{"a", green("a", first)}};
  units["a"].state = gates::UnitState::failed;
  units["a"].healthy_since.reset();
  const gates::ChainMoment before = moment_of(units);
  units["a"].unhealthy = std::chrono::seconds(90);
  const gates::EvidenceRecord record = next_record(&before, units, false);
  CHECK(record.units.empty());
  // The root is over what was published.
  CHECK(record.merkle_root != gates::merkle_root(units));
  CHECK(next_record(&before, units, true).merkle_root == gates::merkle_root(units));
}

TEST_CASE("a unit at another commit is not green", "[engine][controllers][gate_record]") {
  const auto units = about_commit({{"a", green("a", first)}, {"b", green("b", second)}}, second);
  CHECK(units.at("a").state == gates::UnitState::pending);
  CHECK_FALSE(units.at("a").healthy_since);
  CHECK(units.at("b").state == gates::UnitState::green);
}
