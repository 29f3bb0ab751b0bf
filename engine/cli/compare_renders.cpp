// Renders compared without a cluster, for pull requests. Nothing is checked out and no program is
// run: the two revisions are read from the repository's objects.
#include "engine/cli/compare_renders.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <ostream>
#include <set>
#include <sstream>

#include "engine/api/resource.hpp"
#include "engine/cli/command_line.hpp"
#include "engine/pipeline/candidate_units.hpp"
#include "engine/pipeline/generated_values.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/temporary_folder.hpp"
#include "reconcile/sources/git_snapshot.hpp"

namespace reconcile::engine {
namespace {

namespace fs = std::filesystem;
using appliers::UnitKey;
using appliers::UnitKind;
using model::Error;
using model::ErrorCode;

/// One side: a tree, the directory in it, and what people call it.
struct Side {
  std::shared_ptr<const model::FileTree> tree;
  std::string path;
  std::string name;
};

constexpr int rounds_max = 8;

using Objects = std::vector<model::Object>;
using Renders = std::map<std::string, Objects>;  ///< by unit; "" is the directory itself

/// Not a unit of any cluster: its name shows nowhere.
const UnitKey root_key{UnitKind::kustomization, "default", "root"};

Renders render_directory(const Side& side, std::ostream& err) {
  UnitSpec spec;
  spec.path = side.path;
  try {
    UnitRender render = render_unit(root_key, spec, side.tree, {});
    for (const std::string& warning : render.warnings) err << side.name << ": " << warning << "\n";
    return {{"", std::move(render.objects)}};
  } catch (Error& error) {
    throw error.with_context("rendering " + side.name);
  }
}

bool is_unit(const model::Object& object) {
  const std::string& group = object.gvk().group;
  return (group == kustomization_kind.group && object.gvk().kind == kustomization_kind.kind) ||
         (group == helm_release_kind.group && object.gvk().kind == helm_release_kind.kind);
}

using SourceNames = std::map<std::pair<std::string, std::string>, std::string>;

std::string namespace_of(const model::Object& object) {
  const std::string& space = object.id().namespace_name;
  return space.empty() ? "default" : space;
}

/// The Git sources that units name and no render brings, such as the agent's own from its flags:
/// without a cluster they count as this repository.
SourceNames unknown_sources(const Renders& renders) {
  SourceNames named;
  std::set<std::pair<std::string, std::string>> brought;
  for (const auto& [name, objects] : renders) {
    for (const model::Object& object : objects) {
      if (object.gvk().kind == git_repository_kind.kind)
        brought.emplace(namespace_of(object), object.id().name);
      if (!is_unit(object)) continue;
      const model::Value reference = object.gvk().kind == kustomization_kind.kind
                                         ? object["spec"]["sourceRef"]
                                         : object["spec"]["chart"]["spec"]["sourceRef"];
      if (reference["kind"].text() != git_repository_kind.kind) continue;
      const std::string space(reference["namespace"].text());
      named[{space.empty() ? namespace_of(object) : space, std::string(reference["name"].text())}];
    }
  }
  for (const auto& name : brought) named.erase(name);
  return named;
}

/// Says which units stay out of the comparison: those of other repositories and other sources.
void tell_left_out(const Renders& renders, const std::string& side, std::ostream& err) {
  for (const auto& [name, objects] : renders) {
    for (const model::Object& object : objects) {
      if (!is_unit(object)) continue;
      const std::string& space = object.id().namespace_name;
      const std::string unit =
          object.gvk().kind + "/" + (space.empty() ? "default" : space) + "/" + object.id().name;
      if (!renders.contains(unit))
        err << side << ": " << unit
            << " is not rendered: its source is another repository, or none of Git\n";
    }
  }
}

/// A second render at another time shows what templates draw by chance or by the clock.
constexpr std::chrono::seconds another_time(90061);  // a day, an hour, a minute and a second

Renders render_units(const Side& side, const std::set<std::string>& remotes, std::ostream& err,
                     std::chrono::seconds clock_ahead = {}) {
  CommitRenderRequest request;
  request.ports.clock_ahead = clock_ahead;
  request.tree = side.tree;
  request.root = root_key;
  request.root_path = side.path;
  request.is_governed = [&](model::Value repository) {
    const std::string url(repository["spec"]["url"].text());
    return remotes.empty() || remotes.contains(repository_identity(url));
  };
  // Units that are rendered now may name further sources.
  Renders renders;
  for (int round = 0; round < rounds_max; ++round) {
    CommitRender render = render_commit(request);
    if (!render.error.empty())
      throw Error(ErrorCode::invalid_input, render.error).with_context("rendering " + side.name);
    renders.clear();
    for (auto& [name, unit] : render.units)
      renders.emplace(unit.key == root_key ? "" : name, *unit.objects);
    const SourceNames unknown = unknown_sources(renders);
    if (unknown == request.live_sources) break;
    request.live_sources = unknown;
  }
  if (clock_ahead.count() == 0) tell_left_out(renders, side.name, err);
  return renders;
}

std::vector<diff::ChangeGroup> compare_sides(const Renders& before, const Renders& after) {
  static const Objects none;
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

/// The repository around `path`: its work tree's root.
fs::path repository_around(const std::string& path) {
  std::error_code code;
  const fs::path start = fs::absolute(path, code).lexically_normal();
  for (fs::path at = start; !at.empty(); at = at.parent_path()) {
    if (fs::exists(at / ".git", code)) return at;
    if (at == at.parent_path()) break;
  }
  throw Error(ErrorCode::not_found,
              "expected a Git repository around " + start.string() + ", or --repository");
}

/// The URLs of the repository's remotes, as identities; empty where it has none.
std::set<std::string> remotes_of(const fs::path& repository) {
  std::set<std::string> remotes;
  std::error_code code;
  const fs::path inside = repository / ".git" / "config";
  const fs::path file = fs::exists(inside, code) ? inside : repository / "config";
  if (!fs::is_regular_file(file, code)) return remotes;
  std::istringstream lines(read_named_file(file.string()));
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string::npos) continue;
    line.erase(0, start);
    if (line.front() == '[') section = line;
    const std::size_t equals = line.find('=');
    if (!section.starts_with("[remote ") || !line.starts_with("url") || equals == std::string::npos)
      continue;
    const std::size_t value = line.find_first_not_of(" \t", equals + 1);
    if (value != std::string::npos) remotes.insert(repository_identity(line.substr(value)));
  }
  return remotes;
}

sources::GitSnapshot snapshot_of(const fs::path& repository, const std::string& revision,
                                 const std::string& data) {
  sources::GitOptions options;
  options.url = repository.string();
  options.local = sources::LocalRepositories::allowed;
  try {
    return sources::fetch_git_snapshot(options, revision, data);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found || revision.starts_with("refs/")) throw;
  }
  // "origin/main", as people write a branch that they fetched.
  return sources::fetch_git_snapshot(options, "refs/remotes/" + revision, data);
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

std::string repository_identity(std::string url) {
  const std::size_t scheme = url.find("://");
  const bool has_scheme = scheme != std::string::npos;
  if (has_scheme) url.erase(0, scheme + 3);
  const std::size_t at = url.find('@');
  if (at != std::string::npos && at < url.find('/')) url.erase(0, at + 1);
  const std::size_t colon = url.find(':');
  if (colon != std::string::npos && colon < url.find('/')) {
    const std::size_t end = url.find('/', colon);
    // host:443/path has a port, host:team/repo does not.
    if (has_scheme)
      url.erase(colon, end == std::string::npos ? end : end - colon);
    else
      url[colon] = '/';
  }
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(".git")) url.resize(url.size() - 4);
  std::transform(url.begin(), url.end(), url.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return url;
}

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
