#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/cli/command_line.hpp"
#include "reconcile/kustomize/build.hpp"

namespace reconcile::engine {

/// How a build reaches other machines. Empty files: the user's own, as git has them.
struct RemoteAccessFlags {
  std::string cache_dir;
  std::string netrc_file;
  std::string identity_file;
  std::string known_hosts_file;
  std::string ca_file;
};

/// Other machines, as a build asks them.
class BuildRemotes : public kustomize::RemoteLoader {
 public:
  virtual std::shared_ptr<const model::FileTree> chart(
      const kustomize::HelmChartAddress& address) = 0;
};

/// Makes the way to other machines when the flags are known.
using MakeBuildRemotes = std::unique_ptr<BuildRemotes> (*)(const RemoteAccessFlags& flags);

/// What run_build_command answers where the agent library has to do it: the build asks other
/// machines. Nothing was printed.
inline constexpr int exit_asks_other_machines = -1;

/// `reconcile build [DIR]`: flags and bytes of `kustomize build` 5.8.2, as far as the files here
/// do. Answers an exit code or exit_asks_other_machines; throws model::Error where the build fails.
int run_build_command(const CommandContext& context);

/// The same with all that is elsewhere.
int run_build_command_with(const CommandContext& context, MakeBuildRemotes make_remotes);

}  // namespace reconcile::engine
