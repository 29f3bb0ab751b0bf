#pragma once

#include "reconcile/gotemplate/function.hpp"

namespace reconcile::sprig {

/// Which Helm's functions a template set is parsed with.
enum class HelmProfile {
  helm3,  ///< Helm 3.22.0
  helm4,  ///< Helm 4.3.1: more duration functions, mustToYaml and mustToToml
};

/// Adds the functions of Sprig 3.3.0 and those Helm puts over them (toYaml, fromJson …) to `table`:
/// everything but Go's predefined functions and include, tpl, required, fail and lookup. `env` and
/// `expandenv` are left out, as Helm does; getHostByName asks `RenderContext::resolve_host` alone.
///
/// Add this table after Go's predefined functions: Sprig's `slice` replaces Go's.
void add_functions(gotemplate::FunctionTable& table, HelmProfile profile);

}  // namespace reconcile::sprig
