#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "reconcile/diff/comparison.hpp"

namespace CLI {
class App;
}

namespace reconcile::engine {

/// Which two renders are compared, without any cluster.
struct CompareFlags {
  std::string path;        ///< the directory that is rendered
  std::string against;     ///< the directory it is compared with; empty where revisions are
  std::string revisions;   ///< "R1..R2" of the repository that `path` is in
  std::string repository;  ///< a repository elsewhere, bare or not; empty: around `path`
  bool units = false;      ///< also what the units that the path brings render

  [[nodiscard]] bool wanted() const noexcept { return !against.empty() || !revisions.empty(); }
};

/// Adds --against, --revisions, --repository and --units.
void add_compare_flags(CLI::App& app, CompareFlags& flags);

/// Renders both sides as Flux builds a kustomization and compares them: one group without a name,
/// or with `units` one for each unit. Warnings of the renders, and what is left out, go to `err`.
/// Where one revision lacks the directory it renders nothing. Throws Error naming the side that
/// does not render.
std::vector<diff::ChangeGroup> compare(const CompareFlags& flags, std::ostream& err);

}  // namespace reconcile::engine
