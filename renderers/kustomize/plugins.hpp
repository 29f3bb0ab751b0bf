#pragma once

#include <functional>
#include <string>

#include "renderers/kustomize/accumulator.hpp"
#include "renderers/kustomize/context.hpp"

namespace reconcile::kustomize {

/// A built-in generator or transformer that is configured by an object of its own. Everything else
/// is refused: no program and no container is run.
struct Plugin {
  Resource* configuration;
  model::Document settings;  ///< the configuration, decoded

  /// Throws Error(unsupported) naming the plugin where it is not built in.
  static Plugin load(Resource& configuration);
  [[nodiscard]] std::string_view kind() const { return configuration->kind(); }
  [[nodiscard]] Origin origin() const;
};

/// What the generator makes. Throws Error(invalid_input) where the plugin is no generator.
std::vector<Resource*> run_generator_plugin(Context& context, const Loader& loader,
                                            const Plugin& plugin);
/// Runs the transformer. Throws Error(invalid_input) where the plugin is none.
void run_transformer_plugin(Context& context, const Loader& loader, ResMap& objects,
                            const Plugin& plugin);

}  // namespace reconcile::kustomize
