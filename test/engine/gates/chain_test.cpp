#include <catch2/catch.hpp>

#include "engine/gates/chain.hpp"
#include "engine/gates/envelope.hpp"
#include "test/engine/gates/chain_writer.hpp"

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using test::ChainWriter;
using test::commit_id;

namespace {

const model::WallTime start{1'767'225'600s};

UnitEvidence unit(const std::string& name, UnitState state = UnitState::green) {
  UnitEvidence evidence;
  evidence.unit = "Kustomization/flux-system/" + name;
  evidence.revision = commit_id("c1");
  evidence.applied = true;
  evidence.state = state;
  if (state == UnitState::green) evidence.healthy_since = start;
  return evidence;
}

void put(ChainWriter& writer, const UnitEvidence& evidence) {
  writer.units()[evidence.unit] = evidence;
}

/// Three records of two units: a begin, a change and a heartbeat.
ChainWriter three_records() {
  ChainWriter writer("dev-1", "dev");
  put(writer, unit("infra"));
  put(writer, unit("apps", UnitState::pending));
  writer.write(commit_id("c1"), start);
  put(writer, unit("apps"));
  writer.write(commit_id("c1"), start + 1min);
  writer.write(commit_id("c1"), start + 16min);
  return writer;
}

/// Verifies three good records and then `file`.
Chain then(const ChainWriter& writer, RecordFile file) {
  file.parents = {writer.files()[2].commit};
  const Chain known =
      extend({}, {writer.files().begin(), writer.files().begin() + 3}, writer.trust());
  REQUIRE(known.problem == ChainProblem::none);
  return extend(known, {file}, writer.trust());
}

}  // namespace

TEST_CASE("verifies a chain into its moments", "[engine][gates][chain]") {
  ChainWriter writer = three_records();
  UnitEvidence apps = unit("apps", UnitState::failed);
  apps.failing = "Deployment/shop/web: 0 of 1 ready";
  put(writer, apps);
  put(writer, unit("new"));
  writer.units().erase("Kustomization/flux-system/infra");
  writer.write(commit_id("c2"), start + 20min);
  const Chain chain = writer.chain();
  CHECK(chain.problem == ChainProblem::none);
  CHECK(chain.detail.empty());
  CHECK(chain.seq == 4);
  CHECK(chain.commit_on_ref == writer.files().back().commit);
  CHECK(chain.digest == record_digest(writer.files().back().text));
  REQUIRE(chain.moments.size() == 2);
  CHECK(chain.moments[0].commit == commit_id("c1"));
  CHECK(chain.moments[0].seq == 3);
  CHECK(chain.moments[0].observed_at == start + 16min);
  CHECK(chain.moments[0].find("Kustomization/flux-system/apps")->state == UnitState::green);
  const ChainMoment& newest = *chain.newest();
  CHECK(newest.commit == commit_id("c2"));
  CHECK(newest.find("Kustomization/flux-system/infra") == nullptr);
  CHECK(*newest.find("Kustomization/flux-system/apps") == apps);
  CHECK(newest.units.size() == 2);
  CHECK(newest.branch == "dev");
}

TEST_CASE("step by step proves the same as at once", "[engine][gates][chain]") {
  ChainWriter writer = three_records();
  put(writer, unit("late"));
  writer.append(writer.next(commit_id("c2"), start + 17min, true));
  writer.write(commit_id("c2"), start + 18min);
  const Chain whole = writer.chain();
  Chain chain;
  for (const RecordFile& file : writer.files()) chain = extend(chain, {file}, writer.trust());
  CHECK(chain.seq == whole.seq);
  CHECK(chain.digest == whole.digest);
  CHECK(chain.leaves == whole.leaves);
  CHECK(chain.moments.size() == whole.moments.size());
  CHECK(extend(chain, {}, writer.trust()).seq == whole.seq);
  // From the newest whole record on, the history before it is not needed.
  const Chain late = extend({}, {writer.files().begin() + 3, writer.files().end()}, writer.trust());
  CHECK(late.problem == ChainProblem::none);
  CHECK(late.digest == whole.digest);
  CHECK(late.newest()->units.size() == 3);
}

TEST_CASE("moments share the units that did not change", "[engine][gates][chain]") {
  ChainWriter writer = three_records();
  writer.write(commit_id("c2"), start + 20min);
  const Chain chain = writer.chain();
  const std::string name = "Kustomization/flux-system/infra";
  CHECK(chain.moments[0].find(name) == chain.moments[1].find(name));
}

TEST_CASE("keeps the last moment of each commit, and not too many", "[engine][gates][chain]") {
  ChainWriter writer("dev-1", "dev");
  put(writer, unit("apps"));
  for (int i = 0; i < 250; ++i) writer.write(commit_id(std::to_string(i)), start + i * 1min);
  Chain chain = writer.chain();
  CHECK(chain.moments.size() == chain_moments_max);
  CHECK(chain.moments.front().commit == commit_id("50"));
  writer.write(commit_id("100"), start + 251min);
  chain = writer.chain();
  CHECK(chain.moments.size() == chain_moments_max);
  CHECK(chain.newest()->commit == commit_id("100"));
  CHECK(std::count_if(chain.moments.begin(), chain.moments.end(), [](const ChainMoment& moment) {
          return moment.commit == commit_id("100");
        }) == 1);
}

TEST_CASE("refuses what is not the next record of this environment", "[engine][gates][chain]") {
  const ChainWriter good = three_records();
  const std::string key = good.key().public_key().id();
  const auto next = [&](const std::function<void(EvidenceRecord&)>& edit) {
    ChainWriter writer = good;
    EvidenceRecord record = writer.next(commit_id("c1"), start + 31min, false);
    edit(record);
    return then(good, writer.append(record));
  };
  struct Row {
    std::function<void(EvidenceRecord&)> edit;
    ChainProblem problem;
    std::string reason;
  };
  const Row rows[] = {
      {[](EvidenceRecord& r) { r.seq = 5; }, ChainProblem::replayed,
       "records before it are missing, expected 4"},
      {[](EvidenceRecord& r) { r.seq = 2; }, ChainProblem::replayed,
       "it is an old one again, expected record 4"},
      {[](EvidenceRecord& r) { r.seq = 3; }, ChainProblem::forked, "there is another record 3"},
      {[](EvidenceRecord& r) { r.prev.back() = r.prev.back() == '0' ? '1' : '0'; },
       ChainProblem::forked, "it follows another record 3 than the one here"},
      {[](EvidenceRecord& r) { r.cluster = "qa-1"; }, ChainProblem::not_trusted,
       "it speaks for dev on cluster qa-1, expected dev on dev-1"},
      {[](EvidenceRecord& r) { r.environment = "qa"; }, ChainProblem::not_trusted,
       "it speaks for qa on cluster dev-1, expected dev on dev-1"},
      {[](EvidenceRecord& r) { r.unit_count = 3; }, ChainProblem::malformed,
       "it counts 3 units, expected 2"},
      {[](EvidenceRecord& r) { r.merkle_root.back() = r.merkle_root.back() == '0' ? '1' : '0'; },
       ChainProblem::malformed, "its Merkle root is sha256:"},
      {[](EvidenceRecord& r) { r.units.push_back(unit("apps", UnitState::unknown)); },
       ChainProblem::malformed, "its Merkle root is sha256:"},
      {[](EvidenceRecord& r) { r.removed = {"Kustomization/a/b"}; }, ChainProblem::malformed,
       "it removes Kustomization/a/b, which was not there"},
      {[](EvidenceRecord& r) { r.valid_until = r.observed_at + 25h; }, ChainProblem::malformed,
       "expected at most 24 hours after"},
      {[](EvidenceRecord& r) { r.valid_until = r.observed_at; }, ChainProblem::malformed,
       "expected at most 24 hours after"}};
  for (const Row& row : rows) {
    INFO(row.reason);
    const Chain chain = next(row.edit);
    CHECK(chain.problem == row.problem);
    CHECK_THAT(chain.detail, Contains(row.reason) && Contains(" of dev (commit ") &&
                                 Contains("key " + key.substr(0, 16)));
    // What was proven before stays.
    CHECK(chain.seq == 3);
    CHECK(chain.moments.size() == 1);
    CHECK(problem_at(chain, start + 17min, 60s) == row.problem);
  }
  CHECK(next([](EvidenceRecord&) {}).problem == ChainProblem::none);
}

TEST_CASE("refuses files that no trusted key signed as they are", "[engine][gates][chain]") {
  ChainWriter writer = three_records();
  const EvidenceRecord record = writer.next(commit_id("c1"), start + 31min, false);
  RecordFile file = writer.append(record);
  const std::string key = writer.key().public_key().id();
  const model::SigningKey stranger = model::SigningKey::generate();

  RecordFile foreign = file;
  foreign.text = sign(record.statement(), stranger).text();
  Chain chain = then(writer, foreign);
  CHECK(chain.problem == ChainProblem::not_trusted);
  CHECK(chain.detail == "the record after 3 of dev (commit " + file.commit.substr(0, 12) +
                            "): key " + stranger.public_key().id() + " is not trusted here");

  RecordFile flipped = file;
  char& letter = flipped.text[flipped.text.size() - 20];
  letter = letter == 'A' ? 'B' : 'A';
  chain = then(writer, flipped);
  CHECK(chain.problem == ChainProblem::not_trusted);
  CHECK_THAT(chain.detail, Contains("the signature of key " + key + " does not verify"));

  for (const std::string& text : {std::string(), std::string("{}"), file.text.substr(0, 50),
                                  std::string(record_bytes_max + 1, ' ')}) {
    RecordFile broken = file;
    broken.text = text;
    CHECK(then(writer, broken).problem == ChainProblem::malformed);
  }
  CHECK(then(writer, file).problem == ChainProblem::none);
}

TEST_CASE("a key counts at the time of its record", "[engine][gates][chain]") {
  const ChainWriter writer = three_records();
  ChainTrust trust = writer.trust();
  trust.keys[0].not_after = start + 10min;
  Chain chain = extend({}, writer.files(), trust);
  CHECK(chain.problem == ChainProblem::not_trusted);
  CHECK(chain.seq == 2);
  CHECK_THAT(chain.detail, Contains("record 3 of dev") &&
                               Contains("the key was not valid at 2026-01-01T00:16:00Z"));
  trust.keys[0].not_after.reset();
  trust.keys[0].not_before = start + 30s;
  CHECK(extend({}, writer.files(), trust).seq == 0);
  // The same key with another span beside it.
  trust.keys.push_back({writer.key().public_key(), {}, start + 1min});
  CHECK(extend({}, writer.files(), trust).problem == ChainProblem::none);
}

TEST_CASE("a rewritten ref is a fork until it is acknowledged", "[engine][gates][chain]") {
  ChainWriter writer = three_records();
  const Chain known = writer.chain();
  // Moved back to its first record: what the ref holds now.
  Chain chain = extend(known, {writer.files()[0]}, writer.trust());
  CHECK(chain.problem == ChainProblem::forked);
  CHECK_THAT(chain.detail,
             Contains("the ref does not follow from commit " + known.commit_on_ref.substr(0, 12)));
  writer.write(commit_id("c2"), start + 20min);
  const RecordFile next = writer.files().back();
  CHECK(extend(chain, {next}, writer.trust()).problem == ChainProblem::forked);
  CHECK(extend(chain, {}, writer.trust()).problem == ChainProblem::forked);
  CHECK(extend({}, writer.files(), writer.trust()).problem == ChainProblem::none);
  RecordFile merge = next;
  merge.parents.push_back(commit_id("other"));
  CHECK(extend(known, {merge}, writer.trust()).problem == ChainProblem::forked);
}

TEST_CASE("a refused record that is taken back leaves no trace", "[engine][gates][chain]") {
  ChainWriter writer = three_records();
  RecordFile bad = writer.files().back();
  bad.text = "{}";
  const Chain chain = then(writer, bad);
  CHECK(chain.problem == ChainProblem::malformed);
  CHECK(extend(chain, {}, writer.trust()).problem == ChainProblem::none);
  RecordFile good = writer.write(commit_id("c2"), start + 20min);
  CHECK(extend(chain, {good}, writer.trust()).problem == ChainProblem::none);
}

TEST_CASE("verification begins at a whole record", "[engine][gates][chain]") {
  const ChainWriter writer = three_records();
  const Chain chain = extend({}, {writer.files()[1], writer.files()[2]}, writer.trust());
  CHECK(chain.problem == ChainProblem::malformed);
  CHECK(chain.seq == 0);
  CHECK_THAT(chain.detail, Contains("it does not carry every unit"));
  CHECK(extend({}, {}, writer.trust()).problem == ChainProblem::missing);
}

TEST_CASE("validity is judged by the reader's clock with a tolerance", "[engine][gates][chain]") {
  const Chain chain = three_records().chain();  // observed at +16m, valid until +61m
  struct Row {
    std::chrono::seconds now;
    ChainProblem expected;
  };
  const Row rows[] = {{14min + 59s, ChainProblem::not_trusted},
                      {15min, ChainProblem::none},
                      {16min, ChainProblem::none},
                      {61min, ChainProblem::none},
                      {61min + 59s, ChainProblem::none},
                      {62min, ChainProblem::stale},
                      {48h, ChainProblem::stale}};
  for (const Row& row : rows) {
    INFO(row.now.count());
    CHECK(problem_at(chain, start + row.now, 60s) == row.expected);
  }
  CHECK(problem_at({}, start, 60s) == ChainProblem::missing);
  CHECK(to_string(ChainProblem::stale) == "EvidenceStale");
  CHECK(to_string(ChainProblem::forked) == "EvidenceForked");
  CHECK(to_string(ChainProblem::none).empty());
}
