#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "engine/pipeline/unit_render.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::engine {

/// An object, or a key of it, is not there that a unit takes values from.
class MissingValues : public model::Error {
 public:
  explicit MissingValues(std::string message)
      : Error(model::ErrorCode::not_found, std::move(message)) {}
};

/// What a ConfigMap or a Secret holds, as ports answer it; see diff::secret_data.
ConfigData config_data(std::string_view kind, model::Value object);

/// Ports that ask for each ConfigMap and Secret once and then answer the same: for one pass. Not
/// for several threads.
RenderPorts read_once(const RenderPorts& ports);

/// The data of the ConfigMap or Secret that an entry of `field` names; absent where it is not there
/// and the entry is optional. Throws Error(invalid_input) for another kind, MissingValues naming
/// the object.
std::optional<ConfigData> referenced_data(model::Value reference, const std::string& namespace_name,
                                          const std::string& field, const RenderPorts& ports);

/// What `UnitRender::cluster_values` would be now, to see whether a render is still current; empty,
/// and nothing is asked, where the spec names none. Throws as render_unit.
std::string cluster_values_digest(const UnitSpec& spec, const RenderPorts& ports);

}  // namespace reconcile::engine
