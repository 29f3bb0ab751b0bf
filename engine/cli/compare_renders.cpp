// Renders compared without a cluster, for pull requests. Nothing is checked out and no program is
// run: the two revisions are read from the repository's objects.
#include "engine/cli/compare_renders.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <set>

#include "engine/cli/command_line.hpp"
#include "engine/cli/local_repository.hpp"
#include "engine/cli/side_render.hpp"
#include "engine/pipeline/generated_values.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/temporary_folder.hpp"

namespace reconcile::engine {
namespace {

namespace fs = std::filesystem;
using model::Error;
using model::ErrorCode;

/// A second render at another time shows what templates draw by chance or by the clock.
constexpr std::chrono::seconds another_time(90061);  // a day, an hour, a minute and a second

std::vector<diff::ChangeGroup> compare_sides(const Renders& before, const Renders& after) {
  static const std::vector<model::Object> none;
  std::set<std::string> names;
  for (const auto& [name, objects] : before) names.insert(name);
  for (const auto& [name, objects] : after) names.insert(name);
  std::vector<diff::ChangeGroup> groups;
  for (const std::string& name : names) {
    const auto left = before.find(name);
    const auto right = after.find(name);
    groups.push_back({name, diff::compare_renders(left == before.end() ? none : left->second,
                                                  right == after.end() ? none : right->second)});
  }
  return groups;
}

bool differ(const std::vector<diff::ChangeGroup>& groups) {
  return std::any_of(groups.begin(), groups.end(),
                     [](const auto& group) { return group.changes.changes_anything(); });
}

std::vector<diff::ChangeGroup> compare_revisions(const CompareFlags& flags, std::ostream& err) {
  const std::size_t dots = flags.revisions.find("..");
  if (dots == std::string::npos || dots == 0 || dots + 2 == flags.revisions.size() ||
      flags.revisions.find("...") != std::string::npos) {
    throw Error(ErrorCode::invalid_input,
                "expected --revisions R1..R2, found \"" + flags.revisions + "\"");
  }
  const fs::path repository = flags.repository.empty()
                                  ? repository_around(flags.path)
                                  : fs::absolute(flags.repository).lexically_normal();
  std::string path = flags.path;
  if (flags.repository.empty())
    path = fs::absolute(flags.path).lexically_normal().lexically_relative(repository).string();
  path = model::normalise_path(path);
  const model::TemporaryFolder data;
  std::vector<Renders> sides;
  Side side;
  for (const std::string& revision :
       {flags.revisions.substr(0, dots), flags.revisions.substr(dots + 2)}) {
    const sources::GitSnapshot snapshot = snapshot_of(repository, revision, data.path());
    side = {snapshot.tree, path, revision};
    sides.push_back(flags.units ? render_units(side, remotes_of(repository), err)
                                : render_directory(side, err));
  }
  std::vector<diff::ChangeGroup> groups = compare_sides(sides.front(), sides.back());
  if (!flags.units || !differ(groups)) return groups;
  // What each render draws anew is no difference between two revisions.
  for (const auto& [name, again] : render_units(side, remotes_of(repository), err, another_time))
    keep_generated(sides.back()[name], again, find_among(sides.front()[name]));
  return compare_sides(sides.front(), sides.back());
}

}  // namespace

void add_compare_flags(CLI::App& app, CompareFlags& flags) {
  app.add_option("--against", flags.against,
                 "with --path: the directory whose render is the side before");
  app.add_option("--revisions", flags.revisions,
                 "with --path: R1..R2, the sides before and after; each a branch, tag, ref, commit "
                 "of 40 digits, or HEAD");
  app.add_option("--repository", flags.repository,
                 "with --revisions: the repository, bare or not, in which --path is looked up; "
                 "default: the one around --path");
  app.add_flag("--units", flags.units,
               "with --revisions: compare also what the units render that the path brings");
}

std::vector<diff::ChangeGroup> compare(const CompareFlags& flags, std::ostream& err) {
  if (flags.path.empty())
    throw Error(ErrorCode::invalid_input, "--against and --revisions need --path");
  if (!flags.against.empty() && (!flags.revisions.empty() || flags.units))
    throw Error(ErrorCode::invalid_input, "--against goes with neither --revisions nor --units");
  if (!flags.revisions.empty()) return compare_revisions(flags, err);
  const std::shared_ptr<const model::FileTree> tree = model::disk_tree("/");
  const auto side = [&](const std::string& path) {
    return Side{tree, path_below_machine_root(path), path};
  };
  return compare_sides(render_directory(side(flags.against), err),
                       render_directory(side(flags.path), err));
}

}  // namespace reconcile::engine
