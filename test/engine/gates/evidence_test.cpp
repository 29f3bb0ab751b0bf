#include <catch2/catch.hpp>

#include <functional>
#include <set>

#include "engine/gates/evidence.hpp"
#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

const model::WallTime start{1'767'225'600s};

UnitEvidence full_unit() {
  UnitEvidence unit;
  unit.unit = "Kustomization/flux-system/apps";
  unit.label = "apps";
  unit.revision = std::string(40, 'a');
  unit.read_set_digest = "sha256:" + std::string(64, '1');
  unit.render_digest = "hmac-sha256:" + std::string(64, '2');
  unit.change_set_digest = "hmac-sha256:" + std::string(64, '3');
  unit.depends_on = {"Kustomization/flux-system/infra"};
  unit.applied = true;
  unit.state = UnitState::green;
  unit.healthy_since = start + 1234567ns;
  unit.unhealthy = 12s;
  unit.flaps = 1;
  return unit;
}

EvidenceRecord full_record() {
  EvidenceRecord record;
  record.cluster = "dev-1";
  record.environment = "dev";
  record.seq = 7;
  record.prev = "sha256:" + std::string(64, '4');
  record.branch = "dev";
  record.commit = std::string(40, 'a');
  record.tree = std::string(40, 'b');
  record.policy_digest = "sha256:" + std::string(64, '5');
  record.agent_version = "0.1.0";
  record.observed_at = start + 1h;
  record.valid_until = start + 1h + 45min;
  record.whole = true;
  UnitEvidence failed = full_unit();
  failed.unit = "Kustomization/flux-system/bad";
  failed.state = UnitState::failed;
  failed.healthy_since.reset();
  failed.failing = "Deployment/shop/frontend: 0 of 2 ready\n\"quoted\" <tag> ✓";
  record.units = {full_unit(), failed};
  record.removed = {"Kustomization/flux-system/gone"};
  record.merkle_root = "sha256:" + std::string(64, '6');
  record.unit_count = 2;
  return record;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& statement) {
  try {
    (void)EvidenceRecord::parse(statement);
  } catch (const model::Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a record survives its statement", "[engine][gates][evidence]") {
  const EvidenceRecord record = full_record();
  const std::string statement = record.statement();
  CHECK(EvidenceRecord::parse(statement) == record);
  CHECK(EvidenceRecord::parse(statement).statement() == statement);
  CHECK_THAT(statement, Contains(R"("_type":"https://in-toto.io/Statement/v1")"));
  CHECK_THAT(statement, Contains(R"("subject":[{"digest":{"gitCommit":"aaaa)"));
  CHECK_THAT(statement,
             Contains(R"("predicateType":"https://gates.reconcile.dev/health-evidence/v1")"));
}

TEST_CASE("a heartbeat of one unit is small", "[engine][gates][evidence]") {
  EvidenceRecord record = full_record();
  record.units = {full_unit()};
  CHECK(record.statement().size() < 2048);
}

TEST_CASE("names what is wrong with a record", "[engine][gates][evidence]") {
  const std::string good = full_record().statement();
  struct Row {
    std::string from, to, expected;
  };
  const Row rows[] = {
      {R"("_type":"https://in-toto.io/Statement/v1")", R"("_type":"x")", "in _type, found \"x\""},
      {"health-evidence/v1", "health-evidence/v2", "in predicateType"},
      {R"("gitCommit":"aaaa)", R"("gitCommit":"AAAA)",
       "expected 40 hex digits in subject[0].digest"},
      {R"("cluster":"dev-1",)", "", "expected a text in predicate.cluster, found nothing"},
      {R"("environment":"dev",)", R"("environment":3,)",
       "expected a text in predicate.environment"},
      {R"("seq":7)", R"("seq":0)", "expected a number from 1 in predicate.seq, found 0"},
      {R"("seq":7)", R"("seq":-7)", "expected a number from 0"},
      {R"("seq":7)", R"("seq":7.5)", "expected a number from 0"},
      {R"("seq":7)", R"("seq":1)", "expected nothing exactly in the first record"},
      {R"("seq":7)", R"("seq":99999999999999999999)", "in predicate.seq"},
      {R"("prev":"sha256:4)", R"("prev":"sha256:g)", "expected sha256: and 64 hex digits"},
      {R"("observedAt":"2026)", R"("observedAt":"x2026)", "expected a time such as"},
      {R"("whole":true)", R"("whole":1)", "expected true or false in predicate.whole"},
      {R"("state":"green")", R"("state":"fine")",
       "expected green, pending, failed or unknown in predicate.units[0].state, found \"fine\""},
      {R"("state":"green")", R"("state":"pending")", "predicate.units[0].healthySince, found one"},
      {R"("flaps":1)", R"("flapps":1)",
       "unknown field predicate.units[0].\"flapps\", did you mean flaps?"},
      {"flux-system/bad", "flux-system/apps", "Kustomization/flux-system/apps again"},
      {"flux-system/gone", "flux-system/apps", "Kustomization/flux-system/apps again"},
      {R"("unitCount":2)", R"("unitCount":10001)", "a number from 0 to 10000"},
      {R"("merkleRoot":"sha256:)", R"("merkleRoot":"sha1:)", "in predicate.merkleRoot"},
      {R"("units":[)", R"("units":{},"x":[)", "expected a list in predicate.units"},
      {R"({"_type")", R"({"more":1,"_type")", "unknown field \"more\""}};
  for (const Row& row : rows) {
    INFO(row.from << " → " << row.to);
    CHECK_THAT(error_of(replaced(good, row.from, row.to)), Contains(row.expected));
  }
  CHECK_THAT(error_of("[1]"), Contains("expected a map in the statement"));
  CHECK_THAT(error_of(std::string(1000, '[')), Contains("deep") || Contains("depth"));
  CHECK_THAT(error_of(replaced(good, "dev-1", std::string(1025, 'x'))),
             Contains("expected at most 1024 bytes in predicate.cluster, found 1025"));
}

TEST_CASE("refuses more units than a record may have", "[engine][gates][evidence]") {
  EvidenceRecord record = full_record();
  record.units.clear();
  for (std::size_t i = 0; i <= record_units_max; ++i) {
    UnitEvidence unit;
    unit.unit = "Kustomization/a/" + std::to_string(i);
    record.units.push_back(unit);
  }
  CHECK_THAT(error_of(record.statement()), Contains("expected at most 10000 items"));
  record.units.pop_back();
  record.unit_count = record_units_max;
  const std::string statement = record.statement();
  CHECK(EvidenceRecord::parse(statement).units.size() == record_units_max);
  CHECK(model::base64_encode(statement).size() < record_bytes_max);
}

TEST_CASE("a whole record of many full units fits", "[engine][gates][evidence]") {
  EvidenceRecord record = full_record();
  record.units.clear();
  for (std::size_t i = 0; i < record_units_max; ++i) {
    UnitEvidence unit = full_unit();
    unit.unit = "Kustomization/flux-system/unit-" + std::to_string(i);
    record.units.push_back(unit);
  }
  CHECK(model::base64_encode(record.statement()).size() < record_bytes_max - 4096);
}

TEST_CASE("cuts and repairs what fails", "[engine][gates][evidence]") {
  UnitEvidence unit = full_unit();
  unit.failing = "bad \xFF\xC3 byte, \xED\xA0\x80 surrogate, \xF0\x9F\x98\x80 fine";
  CHECK(cleaned(unit).failing ==
        "bad \uFFFD\uFFFD byte, \uFFFD\uFFFD\uFFFD surrogate, \U0001F600 fine");
  unit.failing.clear();
  for (int i = 0; i < 600; ++i) unit.failing += "é";
  CHECK(cleaned(unit).failing.size() == record_text_bytes_max);
  unit.failing.insert(0, "x");
  CHECK(cleaned(unit).failing.size() == record_text_bytes_max - 1);
  CHECK(cleaned(cleaned(unit)) == cleaned(unit));

  unit.failing = "\xFF";
  EvidenceRecord record = full_record();
  record.units = {unit};
  const UnitEvidence read = EvidenceRecord::parse(record.statement()).units[0];
  CHECK(read == cleaned(unit));
  CHECK(merkle_leaf(read) == merkle_leaf(unit));
}

TEST_CASE("the Merkle root changes with every field of every unit", "[engine][gates][evidence]") {
  const auto root_of = [](const std::vector<UnitEvidence>& units) {
    std::map<std::string, UnitEvidence> map;
    for (const UnitEvidence& unit : units) map.emplace(unit.unit, unit);
    return merkle_root(map);
  };
  std::vector<UnitEvidence> units;
  for (int i = 0; i < 7; ++i) {
    units.push_back(full_unit());
    units.back().unit += std::to_string(i);
    units.back().flaps = static_cast<std::uint32_t>(i);
  }
  std::set<std::string> roots{root_of(units), root_of({}), root_of({units[0]})};
  std::size_t expected = 3;
  const std::function<void(UnitEvidence&)> changes[] = {
      [](UnitEvidence& unit) { unit.label += "x"; },
      [](UnitEvidence& unit) { unit.revision[0] = 'b'; },
      [](UnitEvidence& unit) { unit.read_set_digest.back() = 'b'; },
      [](UnitEvidence& unit) { unit.render_digest.back() = 'b'; },
      [](UnitEvidence& unit) { unit.change_set_digest.back() = 'b'; },
      [](UnitEvidence& unit) { unit.depends_on.emplace_back("x"); },
      [](UnitEvidence& unit) { unit.applied = false; },
      [](UnitEvidence& unit) { unit.state = UnitState::failed; },
      [](UnitEvidence& unit) { *unit.healthy_since += 1s; },
      [](UnitEvidence& unit) { unit.unhealthy += 1s; },
      [](UnitEvidence& unit) { unit.flaps += 100; },
      [](UnitEvidence& unit) { unit.failing = "x"; }};
  for (std::size_t at = 0; at < units.size(); ++at) {
    for (const auto& change : changes) {
      std::vector<UnitEvidence> changed = units;
      change(changed[at]);
      roots.insert(root_of(changed));
      ++expected;
    }
    std::vector<UnitEvidence> fewer = units;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at));
    roots.insert(root_of(fewer));
    ++expected;
  }
  CHECK(roots.size() == expected);
}

TEST_CASE("read-set digests see types, names, values and their borders",
          "[engine][gates][evidence]") {
  const TypedRead file{"file", "a/b", "100644 1"};
  const TypedRead artifact{"artifact", "https://charts/x", "1.0.0 sha256:1"};
  CHECK(read_set_digest({file, artifact}) == read_set_digest({artifact, file, file}));
  CHECK(read_set_digest({file}) != read_set_digest({file, artifact}));
  CHECK(read_set_digest({{"file", "a", "bc"}}) != read_set_digest({{"file", "ab", "c"}}));
  CHECK(read_set_digest({{"file", "a", "b"}}) != read_set_digest({{"absent", "a", "b"}}));
  CHECK_THAT(read_set_digest({}), Catch::StartsWith("sha256:"));
}
