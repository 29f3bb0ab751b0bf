#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/gates/evidence.hpp"

namespace reconcile::test {

/// The evidence repository, written and read past the agents: by git itself, in its own folder.
class EvidenceRepository {
 public:
  /// `bare_path` is created and takes pushes over HTTP.
  explicit EvidenceRepository(std::string bare_path);

  [[nodiscard]] const std::string& bare() const noexcept { return bare_; }
  /// ref → commit of all refs below refs/gitops/.
  [[nodiscard]] std::map<std::string, std::string> refs() const;
  /// The commit at `ref`; empty where it does not exist.
  [[nodiscard]] std::string tip(const std::string& ref) const;
  /// Commits of the ref, newest first.
  [[nodiscard]] std::vector<std::string> log(const std::string& ref) const;
  /// record.json of a commit.
  [[nodiscard]] std::string record(const std::string& commit) const;
  /// The statement in record.json of a commit, its signature unchecked.
  [[nodiscard]] engine::gates::EvidenceRecord statement(const std::string& commit) const;
  /// That of the ref's tip.
  [[nodiscard]] engine::gates::EvidenceRecord newest(const std::string& ref) const;

  /// All units as the ref says of them now: the newest word about each, down to a whole record.
  [[nodiscard]] std::map<std::string, engine::gates::UnitEvidence> units(
      const std::string& ref) const;
  /// Where the ref's records are not one chain from seq 1 on: what is wrong; else empty.
  [[nodiscard]] std::string chain_problem(const std::string& ref) const;

  /// Puts a commit with `text` as its one file on top of the ref; answers it.
  std::string append(const std::string& ref, const std::string& text,
                     const std::string& file = "record.json");
  /// Moves the ref, or deletes it where `commit` is empty.
  void set(const std::string& ref, const std::string& commit);

  /// Pushes are refused from now on with `message`, or accepted again where it is empty.
  void refuse_pushes(const std::string& message);
  /// The repository is not there any more; `come_back` puts it back.
  void go_away();
  void come_back();

 private:
  std::string bare_;
};

}  // namespace reconcile::test
