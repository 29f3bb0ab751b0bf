#include "test/integration/gates/evidence_repository.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/gates/envelope.hpp"
#include "reconcile/model/digest.hpp"
#include "test/support/git_server.hpp"

namespace reconcile::test {

using engine::gates::EvidenceRecord;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

EvidenceRepository::EvidenceRepository(std::string bare_path) : bare_(std::move(bare_path)) {
  run_git("/", {"init", "-q", "--bare", "-b", "main", bare_});
  run_git(bare_, {"config", "http.receivepack", "true"});
}

std::map<std::string, std::string> EvidenceRepository::refs() const {
  std::map<std::string, std::string> found;
  const std::string text =
      run_git(bare_, {"for-each-ref", "--format=%(refname) %(objectname)", "refs/gitops/"});
  for (const std::string& line : lines_of(text)) {
    const std::size_t space = line.find(' ');
    found[line.substr(0, space)] = line.substr(space + 1);
  }
  return found;
}

std::string EvidenceRepository::tip(const std::string& ref) const {
  const std::map<std::string, std::string> all = refs();
  const auto found = all.find(ref);
  return found == all.end() ? std::string() : found->second;
}

std::vector<std::string> EvidenceRepository::log(const std::string& ref) const {
  const std::string newest = tip(ref);
  if (newest.empty()) return {};
  return lines_of(run_git(bare_, {"rev-list", "--first-parent", newest}));
}

std::string EvidenceRepository::record(const std::string& commit) const {
  return run_git(bare_, {"cat-file", "blob", commit + ":record.json"});
}

EvidenceRecord EvidenceRepository::statement(const std::string& commit) const {
  return EvidenceRecord::parse(engine::gates::Envelope::parse(record(commit)).payload);
}

EvidenceRecord EvidenceRepository::newest(const std::string& ref) const {
  return statement(tip(ref));
}

std::map<std::string, engine::gates::UnitEvidence> EvidenceRepository::units(
    const std::string& ref) const {
  std::map<std::string, engine::gates::UnitEvidence> found;
  std::set<std::string> removed;
  for (const std::string& commit : log(ref)) {
    const EvidenceRecord said = statement(commit);
    for (const engine::gates::UnitEvidence& unit : said.units) {
      if (!removed.contains(unit.unit)) found.emplace(unit.unit, unit);
    }
    removed.insert(said.removed.begin(), said.removed.end());
    if (said.whole) break;
  }
  return found;
}

std::string EvidenceRepository::chain_problem(const std::string& ref) const {
  std::vector<std::string> commits = log(ref);
  std::reverse(commits.begin(), commits.end());
  std::uint64_t seq = 0;
  std::string before;
  for (const std::string& commit : commits) {
    // run_git cuts the last line break off, which the digest covers.
    const std::string text = record(commit);
    const EvidenceRecord found = statement(commit);
    if (found.seq != ++seq)
      return "seq " + std::to_string(found.seq) + " at place " + std::to_string(seq);
    if (!before.empty() && found.prev != "sha256:" + model::sha256_hex(before) &&
        found.prev != "sha256:" + model::sha256_hex(before + "\n")) {
      return "prev of seq " + std::to_string(seq) + " is " + found.prev;
    }
    before = text;
  }
  return commits.empty() ? "no record" : "";
}

std::string EvidenceRepository::append(const std::string& ref, const std::string& text,
                                       const std::string& file) {
  const std::string blob = run_git(bare_, {"hash-object", "-w", "--stdin"}, text);
  const std::string tree = run_git(bare_, {"mktree"}, "100644 blob " + blob + "\t" + file + "\n");
  const std::string parent = tip(ref);
  std::vector<std::string> arguments{"commit-tree", tree, "-m", "Record"};
  if (!parent.empty()) arguments.insert(arguments.end(), {"-p", parent});
  std::string commit = run_git(bare_, arguments);
  set(ref, commit);
  return commit;
}

void EvidenceRepository::set(const std::string& ref, const std::string& commit) {
  if (commit.empty())
    run_git(bare_, {"update-ref", "-d", ref});
  else
    run_git(bare_, {"update-ref", ref, commit});
}

void EvidenceRepository::refuse_pushes(const std::string& message) {
  const std::string hook = bare_ + "/hooks/pre-receive";
  if (message.empty()) {
    std::filesystem::remove(hook);
    return;
  }
  std::filesystem::create_directories(bare_ + "/hooks");
  std::ofstream(hook) << "#!/bin/sh\necho '" << message << "' >&2\nexit 1\n";
  std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
}

void EvidenceRepository::go_away() {
  std::filesystem::rename(bare_, bare_ + ".away");
}

void EvidenceRepository::come_back() {
  std::filesystem::rename(bare_ + ".away", bare_);
}

}  // namespace reconcile::test
