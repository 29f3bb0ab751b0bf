#include "appliers/apply/object_request.hpp"

#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

ClusterRequest object_request(const PreparedObject& object, Verb verb) {
  ClusterRequest request;
  request.verb = verb;
  request.gvk = object.object.gvk();
  request.namespace_name = object.object.id().namespace_name;
  request.name = object.object.id().name;
  request.field_manager = diff::field_manager;
  return request;
}

ClusterRequest dry_run_request(const PreparedObject& object, model::Value body) {
  ClusterRequest request = object_request(object, Verb::apply);
  request.body = model::write_json(body);
  request.force = true;
  request.dry_run = true;
  return request;
}

}  // namespace reconcile::appliers
