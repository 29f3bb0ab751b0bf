#include "engine/controllers/scaler_targets.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/json.hpp"

using namespace reconcile;
using namespace reconcile::engine;

TEST_CASE("only the claim of the autoscalers' controller is taken out",
          "[engine][controllers][scaler_targets]") {
  const auto entry = [](const std::string& manager, const std::string& subresource,
                        const std::string& fields) {
    return R"({"manager":")" + manager + R"(","operation":"Update","subresource":")" + subresource +
           R"(","fieldsV1":)" + fields + "}";
  };
  const std::string replicas = R"({"f:spec":{"f:replicas":{}}})";
  const std::string claim = entry("kube-controller-manager", "scale", replicas);
  const std::string status =
      entry("kube-controller-manager", "status", R"({"f:status":{"f:replicas":{}}})");
  const std::string person = entry("kubectl", "scale", replicas);
  const auto live = [](const std::string& entries) {
    return model::parse_json(R"({"metadata":{"name":"web","managedFields":[)" + entries +
                             R"(]},"spec":{"replicas":4}})");
  };
  CHECK_FALSE(without_scaler(live(status + "," + person)).present());
  CHECK_FALSE(without_scaler(live("")).present());
  const model::Document rest = without_scaler(live(status + "," + claim + "," + person));
  CHECK(model::write_json(rest.root()) == model::write_json(live(status + "," + person).root()));
}
