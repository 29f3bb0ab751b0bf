// Renders compared without a cluster, for pull requests. Nothing is checked out and no program is
// run: the two revisions are read from the repository's objects.
#include "engine/cli/compare_renders.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <ostream>

#include "engine/cli/command_line.hpp"
#include "engine/cli/compare_sides.hpp"
#include "engine/cli/local_repository.hpp"
#include "engine/pipeline/generated_values.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/sources/git_snapshot.hpp"

namespace reconcile::engine {
namespace {

namespace fs = std::filesystem;
using model::Error;
using model::ErrorCode;

/// A second render at another time shows what templates draw by chance or by the clock.
constexpr std::chrono::seconds another_time(90061);  // a day, an hour, a minute and a second

using RenderSide = std::function<SideRender(const Side&, std::chrono::seconds clock_ahead)>;

bool differ(const std::vector<diff::ChangeGroup>& groups) {
  return std::any_of(groups.begin(), groups.end(),
                     [](const auto& group) { return group.changes.changes_anything(); });
}

/// What each render draws anew is no difference between two sides.
void keep_drawn(const SideRender& before, SideRender& after, const SideRender& again) {
  std::vector<model::Object> there;
  for (const auto& [name, unit] : before.units)
    there.insert(there.end(), unit.objects.begin(), unit.objects.end());
  for (auto& [name, unit] : after.units) {
    const auto other = again.units.find(name);
    if (other != again.units.end())
      keep_generated(unit.objects, other->second.objects, find_among(there));
  }
}

std::vector<diff::ChangeGroup> render_and_compare(const Side& before, const Side& after,
                                                  const RenderSide& render, std::ostream& err) {
  const auto render_once = [&](const Side& side) {
    SideRender made = render(side, {});
    for (const std::string& note : made.notes) err << side.name << ": " << note << "\n";
    return made;
  };
  const SideRender old = render_once(before);
  SideRender made = render_once(after);
  std::vector<diff::ChangeGroup> groups = compare_sides(old, made);
  if (!differ(groups)) return groups;
  keep_drawn(old, made, render(after, another_time));
  return compare_sides(old, made);
}

bool has_directory(const Side& side) {
  const auto info = side.tree->stat(side.path);
  return info && info->type == model::FileType::directory;
}

std::vector<diff::ChangeGroup> compare_directories(const CompareFlags& flags, std::ostream& err) {
  const std::shared_ptr<const model::FileTree> tree = model::disk_tree("/");
  const auto side = [&](const std::string& path) {
    return Side{tree, path_below_machine_root(path), path};
  };
  const auto render = [](const Side& named, std::chrono::seconds clock_ahead) {
    if (!has_directory(named))
      throw Error(ErrorCode::not_found, "rendering " + named.name + ": expected a directory");
    try {
      return render_directory(named, clock_ahead);
    } catch (Error& error) {
      name_as_typed(error, named.name);
      throw;
    }
  };
  return render_and_compare(side(flags.against), side(flags.path), render, err);
}

std::vector<diff::ChangeGroup> compare_revisions(const CompareFlags& flags, std::ostream& err) {
  const RevisionRange range = parse_revision_range(flags.revisions);
  const fs::path repository = flags.repository.empty()
                                  ? repository_around(flags.path)
                                  : fs::absolute(flags.repository).lexically_normal();
  std::string path = flags.path;
  if (flags.repository.empty())
    path = fs::absolute(flags.path).lexically_normal().lexically_relative(repository).string();
  path = model::normalise_path(path);
  const std::string before =
      range.from_merge_base ? sources::merge_base(repository.string(), range.before, range.after)
                            : range.before;
  const auto side = [&](const std::string& revision) {
    return Side{snapshot_of(repository, revision).tree, path, revision};
  };
  const Side sides[] = {side(before), side(range.after)};
  if (!has_directory(sides[0]) && !has_directory(sides[1])) {
    throw Error(ErrorCode::not_found, "expected a directory \"" + path + "\" in " + before +
                                          " or " + range.after + ", found it in neither");
  }
  const auto render = [&](const Side& named, std::chrono::seconds clock_ahead) {
    // A pull request may bring a directory, or remove it.
    if (!has_directory(named))
      return SideRender{{}, {}, {}, {"nothing is rendered: \"" + path + "\" is not there"}};
    return flags.units ? render_units(named, remotes_of(repository), clock_ahead)
                       : render_directory(named, clock_ahead);
  };
  return render_and_compare(sides[0], sides[1], render, err);
}

}  // namespace

void add_compare_flags(CLI::App& app, CompareFlags& flags) {
  app.add_option("--against", flags.against,
                 "with --path: the directory whose render is the side before");
  app.add_option("--revisions", flags.revisions,
                 "with --path: R1..R2, the sides before and after, each as git takes it; R1...R2: "
                 "what R2 changes since it left R1");
  app.add_option("--repository", flags.repository,
                 "with --revisions: the repository, bare or not, in which --path is looked up; "
                 "default: the one around --path");
  app.add_flag("--units", flags.units,
               "with --revisions: compare also what the units render that the path brings");
}

std::vector<diff::ChangeGroup> compare(const CompareFlags& flags, std::ostream& err) {
  return flags.revisions.empty() ? compare_directories(flags, err) : compare_revisions(flags, err);
}

}  // namespace reconcile::engine
