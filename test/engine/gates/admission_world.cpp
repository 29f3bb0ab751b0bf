#include "test/engine/gates/admission_world.hpp"

#include "reconcile/model/digest.hpp"

namespace reconcile::test {

using namespace engine::gates;
using namespace std::chrono_literals;

namespace {

std::string text_of(const FakeCommitGraph::Tree& files) {
  std::string text;
  for (const auto& [path, content] : files) text += path + "=" + content + ";";
  return text;
}

std::string read_set_of(const FakeCommitGraph::Tree& files) {
  return "sha256:" + model::sha256_hex(text_of(files));
}

std::string render_of(const std::string& environment, const FakeCommitGraph::Tree& files) {
  return "hmac-sha256:" + model::hmac_sha256_hex(environment, text_of(files));
}

/// What follows "image " in the files.
std::string images_of(const FakeCommitGraph::Tree& files) {
  std::string images;
  for (const auto& [path, content] : files) {
    const std::size_t at = content.find("image ");
    if (at != std::string::npos) images += content.substr(at + 6);
  }
  return images;
}

}  // namespace

AdmissionWorld::AdmissionWorld() {
  input.graph = &graph;
  input.policy.name = "staging";
  input.policy.cluster = "staging-1";
  input.policy.soak = 10min;
  input.policy.overlay_paths = {"*/overlays/staging/**"};
  input.clock_tolerance = 60s;
  add_upstream("dev");
}

model::WallTime AdmissionWorld::at(int minute) {
  return model::WallTime(1'767'225'600s) + minute * 1min;
}

std::string AdmissionWorld::unit_name(const std::string& short_name) {
  return "Kustomization/flux-system/" + short_name;
}

void AdmissionWorld::add_upstream(const std::string& environment) {
  input.policy.from.push_back(environment);
  (void)writer(environment);
}

ChainWriter& AdmissionWorld::writer(const std::string& environment) {
  auto& writer = writers_[environment];
  if (!writer) writer = std::make_unique<ChainWriter>(environment + "-1", environment);
  return *writer;
}

std::map<std::string, FakeCommitGraph::Tree> AdmissionWorld::units_of(
    const std::string& environment, const std::string& commit) const {
  std::map<std::string, FakeCommitGraph::Tree> units;
  for (const auto& [path, content] : graph.files(commit)) {
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos) continue;  // README.md and such: read by nobody
    const std::string overlays = path.substr(0, slash) + "/overlays/";
    if (path.starts_with(overlays) && !path.starts_with(overlays + environment + "/")) continue;
    units[path.substr(0, slash)][path] = content;
  }
  return units;
}

void AdmissionWorld::run(const std::string& environment, const std::string& name, int minute,
                         int healthy_minute, const std::map<std::string, UnitState>& states) {
  ChainWriter& chain = writer(environment);
  const std::map<std::string, UnitEvidence> before = chain.units();
  chain.units().clear();
  for (const auto& [short_name, files] : units_of(environment, commit_id(name))) {
    UnitEvidence unit;
    unit.unit = unit_name(short_name);
    unit.revision = commit_id(name);
    unit.read_set_digest = read_set_of(files);
    unit.render_digest = render_of(environment, files);
    for (const std::string& other : depends_on[short_name]) {
      unit.depends_on.push_back(unit_name(other));
    }
    unit.applied = true;
    const auto state = states.find(short_name);
    unit.state = state == states.end() ? UnitState::green : state->second;
    if (unit.state == UnitState::failed) unit.failing = "Deployment/shop/web: 0 of 1 ready";
    if (unit.state == UnitState::green) {
      unit.healthy_since = at(healthy_minute);
      const auto old = before.find(unit.unit);
      const bool same = old != before.end() && old->second.render_digest == unit.render_digest;
      if (same && old->second.healthy_since) unit.healthy_since = old->second.healthy_since;
    }
    chain.units()[unit.unit] = unit;
  }
  chain.write(commit_id(name), at(minute));
}

void AdmissionWorld::heartbeat(const std::string& environment, int minute) {
  ChainWriter& chain = writer(environment);
  chain.write(chain.chain().newest()->commit, at(minute));
}

Candidate AdmissionWorld::candidate(const std::string& commit, const std::string& admitted) const {
  Candidate candidate;
  if (graph.files(commit).contains("broken")) candidate.error = "apps: no such file";
  const auto now = units_of("staging", commit);
  auto before = units_of("staging", admitted);
  for (const auto& [short_name, files] : now) {
    CandidateUnit unit;
    unit.unit = unit_name(short_name);
    unit.read_set_digest = read_set_of(files);
    unit.render_digest = render_of("staging", files);
    if (const auto needs = depends_on.find(short_name); needs != depends_on.end()) {
      for (const std::string& other : needs->second) unit.depends_on.push_back(unit_name(other));
    }
    const FakeCommitGraph::Tree& old = before[short_name];
    unit.changed = files != old;
    std::set<std::string> paths;
    for (const auto& [path, content] : files) {
      if (const auto same = old.find(path); same == old.end() || same->second != content) {
        paths.insert(path);
      }
    }
    for (const auto& [path, content] : old) {
      if (!files.contains(path)) paths.insert(path);
    }
    unit.changed_paths.assign(paths.begin(), paths.end());
    if (images_of(files) != images_of(old)) {
      unit.sensitive_changes.push_back("image of " + short_name + ": " + images_of(old) + " → " +
                                       images_of(files));
    }
    candidate.units.push_back(std::move(unit));
  }
  for (const auto& [short_name, files] : before) {
    if (!now.contains(short_name)) candidate.removed.push_back(unit_name(short_name));
  }
  return candidate;
}

Decision AdmissionWorld::decide(const std::string& admitted, const std::string& tip, int minute) {
  input.admitted = admitted.empty() ? "" : commit_id(admitted);
  input.tip = tip.empty() ? "" : commit_id(tip);
  input.now = at(minute);
  for (const auto& [environment, chain] : writers_) {
    if (environment == "staging") {
      input.own = chain->chain();
    } else {
      input.upstream[environment] = chain->chain();
    }
  }
  const std::string base =
      graph.contains(input.admitted) ? input.admitted : input.admitted_stand_in;
  input.candidate = [this, base](const std::string& commit) {
    ++renders;
    return candidate(commit, base);
  };
  return engine::gates::decide(input);
}

std::string summary(const Decision& decision, const std::vector<std::string>& names) {
  const auto name_of = [&](const std::string& id) {
    for (const std::string& name : names) {
      if (commit_id(name) == id) return name;
    }
    return id.empty() ? std::string("nothing") : id;
  };
  std::string text(to_string(decision.outcome));
  if (decision.outcome == Decision::Outcome::hold) return text + " " + decision.reason;
  text += " " + name_of(decision.commit);
  if (decision.outcome == Decision::Outcome::admit && decision.reason != "Admitted") {
    text += " " + decision.reason;
  }
  if (!decision.skipped.empty()) text += " (tip: " + decision.skipped.front().reason + ")";
  return text;
}

}  // namespace reconcile::test
