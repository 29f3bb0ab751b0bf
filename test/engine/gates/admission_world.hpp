#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/gates/admission.hpp"
#include "test/engine/gates/chain_writer.hpp"
#include "test/engine/gates/fake_commit_graph.hpp"

namespace reconcile::test {

/// Environments over one repository in memory. A unit reads every file below its name's folder but
/// the overlays of other environments: "apps" reads apps/base/… and apps/overlays/<env>/…, and is
/// there where such a file is. What a file says after "image " is sensitive. Times are minutes.
class AdmissionWorld {
 public:
  AdmissionWorld();

  FakeCommitGraph graph;
  std::map<std::string, std::vector<std::string>> depends_on;  ///< short names of units
  engine::gates::AdmissionInput input;  ///< of staging; policy, tip and admitted are to be set
  int renders = 0;                      ///< candidates that were asked for

  /// `environment` runs the commit `name` and says so at `minute`; units are green since
  /// `healthy_minute` unless `states` says otherwise.
  void run(const std::string& environment, const std::string& name, int minute, int healthy_minute,
           const std::map<std::string, engine::gates::UnitState>& states = {});
  /// The environment's next record repeats what it said before.
  void heartbeat(const std::string& environment, int minute);
  ChainWriter& writer(const std::string& environment);
  /// Adds an upstream environment that staging's policy asks.
  void add_upstream(const std::string& environment);

  /// Staging runs `admitted` and the branch is at `tip`; both by name, empty for none.
  engine::gates::Decision decide(const std::string& admitted, const std::string& tip, int minute);

  static std::string unit_name(const std::string& short_name);
  static model::WallTime at(int minute);

 private:
  [[nodiscard]] std::map<std::string, FakeCommitGraph::Tree> units_of(
      const std::string& environment, const std::string& commit) const;
  [[nodiscard]] engine::gates::Candidate candidate(const std::string& commit,
                                                   const std::string& admitted) const;

  std::map<std::string, std::unique_ptr<ChainWriter>> writers_;
};

/// "hold SoakNotReached", "admit c2", with what was skipped before: "admit c2 (tip: NotProven)".
std::string summary(const engine::gates::Decision& decision, const std::vector<std::string>& names);

}  // namespace reconcile::test
