// The field manager of an autoscaler stays in an object when the autoscaler goes: managedFields
// alone never give the replicas back, and an apply of the same number would share them. Tests:
// test/appliers/apply/scale_claim_test.cpp.
#include "reconcile/appliers/scale_claim.hpp"

#include <memory>

#include "reconcile/appliers/answers.hpp"
#include "reconcile/diff/managed_fields.hpp"
#include "reconcile/model/arena.hpp"
#include "reconcile/model/json.hpp"

namespace reconcile::appliers {

namespace {

constexpr int rounds_max = 3;

bool is_claim(model::Value entry) {
  return entry["manager"].text() == diff::autoscaler_manager &&
         entry["subresource"].text() == "scale" &&
         entry["fieldsV1"]["f:spec"]["f:replicas"].present();
}

ClusterRequest claims_patch(const model::Gvk& gvk, const model::ObjectId& id,
                            model::Value metadata) {
  ClusterRequest request;
  request.verb = Verb::json_patch;
  request.gvk = gvk;
  request.namespace_name = id.namespace_name;
  request.name = id.name;
  request.body = R"([{"op":"replace","path":"/metadata/managedFields","value":)" +
                 model::write_json(metadata["managedFields"]) +
                 R"(},{"op":"replace","path":"/metadata/resourceVersion","value":)";
  model::write_json_string(metadata["resourceVersion"].text(), request.body);
  request.body += "}]";
  return request;
}

}  // namespace

model::Document without_scale_claim(const model::Document& live) {
  const model::Value entries = live["metadata"]["managedFields"];
  std::size_t claim = 0;
  while (claim < entries.size() && !is_claim(entries.at(claim))) ++claim;
  if (claim == entries.size()) return {};
  auto arena = std::make_shared<model::Arena>();
  model::Node* root = arena->new_node();
  *root = model::copy_node(*arena, live.root());
  model::erase_item(*model::find(*model::find(*root, "metadata"), "managedFields"), claim);
  return {arena, model::Value(root)};
}

ScaleClaimEnd release_scale_claim(ClusterPort& port, const model::Gvk& gvk,
                                  const model::ObjectId& id) {
  ClusterRequest look;
  look.gvk = gvk;
  look.namespace_name = id.namespace_name;
  look.name = id.name;
  for (int round = 1;; ++round) {
    const ClusterAnswer seen = send(port, look);
    if (seen.code == 404) return ScaleClaimEnd::absent;
    if (!seen.ok()) throw error_of(seen, "look at who sets the replicas of " + id.display());
    const model::Document rest = without_scale_claim(seen.object);
    if (!rest.present()) return ScaleClaimEnd::absent;
    const ClusterAnswer done = send(port, claims_patch(gvk, id, rest["metadata"]));
    if (done.ok()) return ScaleClaimEnd::released;
    if (classify(done) != AnswerClass::conflict || round == rounds_max)
      throw error_of(done, "take the autoscaler's claim from " + id.display());
  }
}

}  // namespace reconcile::appliers
