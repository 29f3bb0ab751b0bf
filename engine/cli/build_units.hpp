#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reconcile/renderers/result.hpp"

namespace reconcile::engine {

/// One of the directories that a command builds.
struct BuiltUnit {
  std::string directory;  ///< as the user named it, or as it was found
  std::string text;
  std::vector<std::string> warnings;
  std::string error;  ///< why it could not be built; empty where it was
};

/// The directories in and below each of `directories` that have a kustomization file, by path.
/// Links and `.git` are not entered. Throws model::Error(not_found) naming a directory that is
/// none.
std::vector<std::string> kustomizations_below(const std::vector<std::string>& directories);

/// Builds one directory; called by several threads.
using BuildDirectory = std::function<renderers::RenderResult(const std::string& directory)>;

/// Builds all of `directories`, `jobs` at once; what fails does not keep others from being built.
/// Passes on what `build` throws that is no std::exception.
std::vector<BuiltUnit> build_units(const std::vector<std::string>& directories, unsigned jobs,
                                   const BuildDirectory& build);

}  // namespace reconcile::engine
