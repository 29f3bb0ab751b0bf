#include "engine/pipeline/cluster_values.hpp"

#include <tuple>

#include "engine/pipeline/post_build.hpp"
#include "engine/pipeline/release_values.hpp"
#include "reconcile/diff/change_set.hpp"

namespace reconcile::engine {

ConfigData config_data(std::string_view kind, model::Value object) {
  if (kind == "Secret") return diff::secret_data(object);
  ConfigData data;
  const model::Value texts = object["data"];
  for (std::size_t i = 0; i < texts.size(); ++i)
    data.emplace(texts.key_at(i), texts.value_at(i).text());
  return data;
}

RenderPorts read_once(const RenderPorts& ports) {
  if (!ports.config) return ports;
  using Key = std::tuple<std::string, std::string, std::string>;
  const auto known = std::make_shared<std::map<Key, std::optional<ConfigData>>>();
  RenderPorts once = ports;
  once.config = [known, read = ports.config](const std::string& kind,
                                             const std::string& namespace_name,
                                             const std::string& name) {
    const Key key(kind, namespace_name, name);
    const auto found = known->find(key);
    if (found != known->end()) return found->second;
    return known->emplace(key, read(kind, namespace_name, name)).first->second;
  };
  return once;
}

std::optional<ConfigData> referenced_data(model::Value reference, const std::string& namespace_name,
                                          const std::string& field, const RenderPorts& ports) {
  const std::string kind(reference["kind"].text());
  const std::string name(reference["name"].text());
  if (kind != "ConfigMap" && kind != "Secret") {
    throw model::Error(model::ErrorCode::invalid_input, "expected ConfigMap or Secret in " + field +
                                                            "[].kind, found \"" + kind + "\"");
  }
  std::optional<ConfigData> data;
  if (ports.config) data = ports.config(kind, namespace_name, name);
  if (data || reference["optional"].boolean().value_or(false)) return data;
  throw MissingValues("expected the " + kind + "/" + namespace_name + "/" + name + " that " +
                      field + " names, found none");
}

std::string cluster_values_digest(const UnitSpec& spec, const RenderPorts& ports) {
  if (spec.object["spec"]["postBuild"].present()) return read_post_build(spec, ports).digest;
  return release_references_digest(spec, ports);
}

}  // namespace reconcile::engine
