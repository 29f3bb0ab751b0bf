#include "reconcile/appliers/scale_claim.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_cluster.hpp"

using namespace reconcile;
using namespace reconcile::appliers;

namespace {

const model::ObjectId web{"apps", "Deployment", "a", "web"};
const model::Gvk deployment_kind{"apps", "v1", "Deployment"};
const std::string replicas = R"({"f:spec":{"f:replicas":{}}})";

std::string entry(const std::string& manager, const std::string& subresource,
                  const std::string& fields = replicas) {
  return R"({"fieldsV1":)" + fields + R"(,"manager":")" + manager +
         R"(","operation":"Update","subresource":")" + subresource + R"("})";
}

const std::string claim = entry("kube-controller-manager", "scale");
const std::string status = entry("kube-controller-manager", "status");
const std::string person = entry("kubectl", "scale");

std::string live(const std::string& entries) {
  return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"a",)"
         R"("resourceVersion":"5","managedFields":[)" +
         entries + R"(]},"spec":{"replicas":4}})";
}

/// What the server has is told by scripts: the fake one knows no subresources.
struct Server {
  void shows(const std::string& entries) {
    ClusterAnswer answer;
    answer.code = 200;
    answer.object = model::parse_json(live(entries));
    cluster.script("get Deployment/a/web", answer);
  }
  ScaleClaimEnd release() { return release_scale_claim(cluster, deployment_kind, web); }

  test::FakeClock clock;
  test::FakeCluster cluster{clock};
};

const std::string patch = "patch Deployment/a/web";

}  // namespace

TEST_CASE("only the claim of the autoscalers' controller is taken out",
          "[appliers][apply][scale_claim]") {
  const auto rest_of = [](const std::string& entries) {
    return without_scale_claim(model::parse_json(live(entries)));
  };
  CHECK_FALSE(rest_of(status + "," + person).present());
  CHECK_FALSE(rest_of("").present());
  CHECK(model::write_json(rest_of(status + "," + claim + "," + person).root()) ==
        model::write_json(model::parse_json(live(status + "," + person)).root()));
}

TEST_CASE("the claim is given up in the object that was seen", "[appliers][apply][scale_claim]") {
  Server server;
  server.shows(person + "," + claim);
  ClusterAnswer done;
  done.code = 200;
  server.cluster.script(patch, done);
  CHECK(server.release() == ScaleClaimEnd::released);
  CHECK(server.cluster.log == std::vector<std::string>{"get Deployment/a/web", patch});
  CHECK(server.cluster.bodies.back() ==
        R"([{"op":"replace","path":"/metadata/managedFields","value":[)" + person +
            R"(]},{"op":"replace","path":"/metadata/resourceVersion","value":"5"}])");
}

TEST_CASE("where there is no claim nothing is written", "[appliers][apply][scale_claim]") {
  Server server;
  CHECK(server.release() == ScaleClaimEnd::absent);
  server.shows(status + "," + person);
  CHECK(server.release() == ScaleClaimEnd::absent);
  CHECK(server.cluster.log.size() == 2);
}

TEST_CASE("who writes meanwhile is looked at anew, with an end", "[appliers][apply][scale_claim]") {
  Server server;
  const ClusterAnswer conflict =
      test::FakeCluster::failure(409, "Conflict", "the object has been modified");
  server.shows(claim);
  server.cluster.script(patch, conflict);
  server.shows(person);
  CHECK(server.release() == ScaleClaimEnd::absent);
  for (int round = 0; round < 4; ++round) {
    server.shows(claim);
    server.cluster.script(patch, conflict);
  }
  CHECK_THROWS_AS(server.release(), model::Error);
  CHECK(server.cluster.log.size() == 3 + 6);
  server.shows(claim);
  CHECK_THROWS_WITH(server.release(), Catch::Contains("take the autoscaler's claim from "
                                                      "Deployment/a/web"));
}
