#include <catch2/catch.hpp>

#include <functional>
#include <random>

#include "engine/gates/admission.hpp"
#include "engine/gates/envelope.hpp"
#include "engine/gates/explanation.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "reconcile/model/yaml.hpp"
#include "test/engine/gates/chain_writer.hpp"

// Texts that others write are changed at random: nothing may crash, and of what is signed no
// changed byte may be taken. The seed is fixed, the rounds are few: the same texts every time.

using namespace reconcile;
using namespace reconcile::engine::gates;
using namespace std::chrono_literals;
using test::ChainWriter;
using test::commit_id;

namespace {

constexpr int rounds = 1500;
const model::WallTime start{1'767'225'600s};

class Mutator {
 public:
  std::string change(const std::string& text) {
    std::string changed = text;
    const int edits = 1 + static_cast<int>(engine_() % 3);
    for (int i = 0; i < edits; ++i) edit(changed);
    return changed;
  }

 private:
  std::size_t below(std::size_t end) { return end == 0 ? 0 : engine_() % end; }

  void edit(std::string& text) {
    static const std::vector<std::string> words = {"{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   "\"",
                                                   ":",
                                                   ",",
                                                   "null",
                                                   "-1",
                                                   "1e999",
                                                   "true",
                                                   "\\u0000",
                                                   "\\",
                                                   "\xFF",
                                                   "\n",
                                                   "0",
                                                   "9999999999999999",
                                                   "{}",
                                                   "[[[[",
                                                   "sha256:"};
    const std::size_t at = below(text.size());
    switch (engine_() % 6) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(engine_());
        return;
      case 1:
        text.insert(at, words[below(words.size())]);
        return;
      case 2:
        text.erase(at, 1 + below(20));
        return;
      case 3:
        text.resize(at);
        return;
      case 4:
        text.insert(at, text.substr(below(text.size()), 1 + below(40)));
        return;
      default:
        text.replace(at, std::min<std::size_t>(1, text.size() - at), words[below(words.size())]);
        return;
    }
  }

  std::mt19937 engine_{20'260'101};
};

/// Runs `action`; an Error is a proper answer.
bool accepted(const std::function<void()>& action) {
  try {
    action();
    return true;
  } catch (const model::Error&) {
    return false;
  }
}

UnitEvidence unit() {
  UnitEvidence unit;
  unit.unit = "Kustomization/flux-system/apps";
  unit.revision = commit_id("c1");
  unit.read_set_digest = "sha256:" + std::string(64, '1');
  unit.applied = true;
  unit.state = UnitState::green;
  unit.healthy_since = start;
  unit.depends_on = {"Kustomization/flux-system/infra"};
  return unit;
}

}  // namespace

TEST_CASE("no changed record file is taken", "[engine][gates][robustness]") {
  ChainWriter writer("dev-1", "dev");
  writer.units()[unit().unit] = unit();
  writer.write(commit_id("c1"), start);
  writer.write(commit_id("c2"), start + 1min);
  const Chain known = extend({}, {writer.files()[0]}, writer.trust());
  Mutator mutator;
  for (int i = 0; i < rounds; ++i) {
    RecordFile file = writer.files()[1];
    file.text = mutator.change(file.text);
    const Chain chain = extend(known, {file}, writer.trust());
    // Only a final newline more or less is the same file.
    const std::string& good = writer.files()[1].text;
    const bool same = file.text == good || file.text + "\n" == good;
    if ((chain.problem == ChainProblem::none) != same) FAIL(file.text);
    if (!same && (chain.seq != 1 || chain.detail.empty())) FAIL(file.text);
  }
}

TEST_CASE("changed records that are signed again keep every rule", "[engine][gates][robustness]") {
  // As if the key were stolen: whatever parses must still follow and carry its own root.
  ChainWriter writer("dev-1", "dev");
  writer.units()[unit().unit] = unit();
  writer.write(commit_id("c1"), start);
  const Chain known = writer.chain();
  const std::string statement = writer.next(commit_id("c2"), start + 1min, true).statement();
  Mutator mutator;
  for (int i = 0; i < rounds; ++i) {
    RecordFile file;
    file.commit = commit_id("r");
    file.parents = {known.commit_on_ref};
    file.text = sign(mutator.change(statement), writer.key()).text();
    const Chain chain = extend(known, {file}, writer.trust());
    if (chain.problem != ChainProblem::none) continue;
    std::map<std::string, UnitEvidence> units;
    for (const auto& [name, evidence] : chain.newest()->units) units.emplace(name, *evidence);
    const EvidenceRecord record =
        EvidenceRecord::parse(open_signed(file.text, {writer.key().public_key()}).payload);
    if (chain.seq != 2 || record.merkle_root != merkle_root(units)) FAIL(file.text);
    if (record.prev != known.digest || record.cluster != "dev-1") FAIL(file.text);
  }
}

TEST_CASE("no changed reset is taken", "[engine][gates][robustness]") {
  const model::SigningKey root = model::SigningKey::generate();
  PolicyReset reset;
  reset.cluster = "staging-1";
  reset.commit = commit_id("s1");
  reset.seq = 1;
  reset.issued_at = start;
  const std::string text = sign(reset.statement(), root).text();
  Mutator mutator;
  for (int i = 0; i < rounds; ++i) {
    const std::string changed = mutator.change(text);
    if (changed == text || changed == text + "\n") continue;
    if (accepted([&] { (void)open_reset(changed, {root.public_key()}, "staging-1"); })) {
      FAIL(changed);
    }
  }
}

TEST_CASE("a changed policy is refused or read, never worse", "[engine][gates][robustness]") {
  const std::string text =
      R"({"apiVersion":"gates.reconcile.dev/v1alpha1","kind":"Environment","metadata":)"
      R"({"name":"staging"},"spec":{"cluster":"staging-1","trust":[{"cluster":"dev-1",)"
      R"("environment":"dev","notAfter":"2027-01-01T00:00:00Z","publicKeys":)"
      R"(["11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]}],"from":["dev"],"require":)"
      R"("any","soak":"10m","overlayPaths":["apps/[a-z]*/**"],"overlayOnly":"apply"}})";
  Mutator mutator;
  int read = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::string changed = mutator.change(text);
    (void)accepted([&] {
      const Policy policy = Policy::read(model::parse_json(changed).root());
      (void)lint(policy, start);
      (void)matches_any(policy.overlay_paths, "apps/staging/x.yaml");
      ++read;
    });
  }
  CHECK(read > 0);
}

TEST_CASE("a changed status is explained somehow", "[engine][gates][robustness]") {
  const std::string text =
      R"({"metadata":{"name":"staging"},"status":{"decision":{"outcome":"hold","commit":"aa",)"
      R"("tip":"bb","reason":"NotProven","message":"m","running":{"id":"aa","subject":"s"},)"
      R"("waiting":{"id":"bb"},"runningSince":"2026-01-01T00:00:00Z","skippedCount":2,"skipped":)"
      R"([{"commit":{"id":"bb"},"message":"at 2026-01-01T00:00:00Z","unitsJudged":3,"units":)"
      R"([{"unit":"u","proof":"none","message":"m","environment":"dev"}]},{"commit":{}}]},)"
      R"("conditions":[{"type":"PolicyRejected","status":"True"}],"warnings":["w"]}})";
  Mutator mutator;
  for (int i = 0; i < rounds; ++i) {
    const std::string changed = mutator.change(text);
    (void)accepted([&] {
      const std::string said = explain(model::parse_json(changed).root(), start);
      if (said.empty() || said.find('\x1b') != std::string::npos) FAIL(changed);
    });
  }
}
