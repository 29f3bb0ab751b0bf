#include "renderers/kustomize/accumulator.hpp"

#include "reconcile/model/error.hpp"

namespace reconcile::kustomize {

using model::Error;
using model::ErrorCode;

namespace {

void add_variable(std::map<std::string, Variable>& variables, const Variable& variable) {
  if (!variables.emplace(variable.name, variable).second) {
    throw Error(ErrorCode::invalid_input, "var '" + variable.name + "' already encountered");
  }
}

}  // namespace

Variable Variable::from(model::Value value) {
  Variable variable;
  variable.name = value["name"].text();
  const model::Value object = value["objref"];
  variable.group = object["group"].text();
  variable.version = object["version"].text();
  variable.kind = object["kind"].text();
  const std::string_view api_version = object["apiVersion"].text();
  if (!api_version.empty()) {
    const GvkView gvk = GvkView::from_api_version(api_version, {});
    if (!gvk.group.empty()) variable.group = gvk.group;
    variable.version = gvk.version;
  }
  variable.object_name = object["name"].text();
  variable.namespace_name = object["namespace"].text();
  variable.field_path = value["fieldref"]["fieldPath"].text();
  if (variable.field_path.empty()) variable.field_path = "metadata.name";
  return variable;
}

void Accumulator::merge(Accumulator&& other) {
  objects.append_all(other.objects);
  config = merged(config, other.config);
  for (const auto& [name, variable] : other.variables) add_variable(variables, variable);
}

void Accumulator::merge_variables(const std::vector<Variable>& incoming) {
  for (const Variable& variable : incoming) {
    const GvkView gvk{variable.group, variable.version, variable.kind};
    const ResourceId wanted{gvk, variable.object_name, variable.namespace_name, false};
    std::vector<Resource*> matches = objects.with_any_name(variable.object_name);
    std::erase_if(matches, [&](const Resource* resource) {
      const auto fits = [&](const ResourceId& id) {
        // Without a namespace any will do.
        if (!variable.namespace_name.empty()) return id.equals(wanted);
        return id.name == wanted.name && id.gvk == wanted.gvk;
      };
      for (std::size_t i = 0; i < resource->previous.size(); ++i) {
        if (fits(resource->previous_id(i))) return false;
      }
      return !fits(resource->current_id());
    });
    if (matches.size() > 1) {
      throw Error(ErrorCode::invalid_input, "found " + std::to_string(matches.size()) +
                                                " resId matches for var " + variable.name +
                                                " (unable to disambiguate)");
    }
    if (matches.size() == 1) matches.front()->var_names.push_back(variable.name);
  }
  for (const Variable& variable : incoming) add_variable(variables, variable);
}

}  // namespace reconcile::kustomize
