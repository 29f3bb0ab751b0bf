#include "engine/controllers/scaler_targets.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "reconcile/model/json.hpp"
#include "test/support/fake_api_server.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using appliers::UnitKey;

namespace {

const UnitKey apps{appliers::UnitKind::kustomization, "flux-system", "apps"};
const model::Gvk deployment_kind{"apps", "v1", "Deployment"};

std::string scaler(const std::string& target) {
  return R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":")" +
         target + R"(","namespace":"a","resourceVersion":"7"},"spec":{"scaleTargetRef":)" +
         R"({"apiVersion":"apps/v1","kind":"Deployment","name":")" + target + R"("}}})";
}

/// A Deployment whose replicas `manager` set through the scale subresource.
model::Document scaled(const std::string& name, const std::string& manager) {
  return model::parse_json(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":")" + name +
      R"(","namespace":"a","resourceVersion":"5","managedFields":[{"manager":")" + manager +
      R"(","operation":"Update","subresource":"scale","fieldsV1":)"
      R"({"f:spec":{"f:replicas":{}}}}]},"spec":{"replicas":4}})");
}

/// Autoscalers are listed when `listed` says what there is.
struct Net {
  explicit Net(const std::string& list) : listed(list) {
    api.set_script([this](const io::ServerRequest& request) { return answer(request); });
  }
  ~Net() { targets.stop(); }

  std::optional<io::ServerResponse> answer(const io::ServerRequest& request) const {
    io::ServerResponse response;
    response.status = 200;
    response.headers = {{"Content-Type", "application/json"}};
    if (request.path == "/apis") {
      response.body =
          R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[)"
          R"({"metadata":{"name":"autoscaling"},"versions":[{"version":"v2","resources":[)"
          R"({"resource":"horizontalpodautoscalers","responseKind":{"group":"autoscaling",)"
          R"("version":"v2","kind":"HorizontalPodAutoscaler"},"scope":"Namespaced",)"
          R"("verbs":["list","watch"]}]}]}]})";
      return response;
    }
    if (!request.path.ends_with("/horizontalpodautoscalers") || request.query_value("watch"))
      return std::nullopt;
    response.body =
        R"({"kind":"HorizontalPodAutoscalerList","apiVersion":"autoscaling/v2","metadata":)"
        R"({"resourceVersion":"200"},"items":[)" +
        listed + "]}";
    return response;
  }
  void adopt(const std::string& name, const std::string& manager = "kube-controller-manager") {
    live.adopt(apps, deployment_kind, {1, 2}, scaled(name, manager).root());
  }
  bool knows(std::size_t count) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20) * test::patience();
    while (targets.size() != count && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    return targets.size() == count;
  }
  void pass_grace() {
    clock.advance(ScalerTargets::grace);
    executor.run_due_timers();
  }

  /// Whether these are told of, once what was sent has been heard.
  bool told_after_grace(const std::vector<std::string>& wanted) {
    const auto is_told = [&](const auto& told) { return told == wanted; };
    for (int round = 0; round < 20; ++round) {
      pass_grace();
      if (free.wait(is_told, std::chrono::seconds(1))) return true;
    }
    return false;
  }

  const std::string listed;
  test::FakeClock clock;
  test::Watched<std::vector<std::string>> free;
  io::Executor executor{{.workers = 2, .clock = &clock}};
  test::FakeApiServer api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.config()};
  appliers::LiveState live{"key"};
  WorkPool pool{"look", 1};
  ScalerTargets targets{executor, client, live, pool,
                        [this](const UnitKey&, const model::ObjectId& id) {
                          free.change([&](auto& told) { told.push_back(id.display()); });
                        }};
};

}  // namespace

TEST_CASE("what no autoscaler scales any more is free, whoever watched it go",
          "[engine][controllers][scaler_targets]") {
  Net net(scaler("web"));
  net.adopt("web");
  net.adopt("left");
  net.adopt("hand", "kubectl");
  net.targets.on_pass(apps);
  net.pass_grace();
  CHECK(net.free.get().empty());  // The autoscalers are not known yet.
  net.targets.start();
  REQUIRE(net.api.wait_watches(1));
  CHECK(net.told_after_grace({"Deployment/a/left"}));
  // As long as it stays so, each pass asks.
  net.targets.on_pass(apps);
  net.targets.on_pass(apps);
  CHECK(net.told_after_grace({"Deployment/a/left", "Deployment/a/left"}));
  net.live.forget({"apps", "Deployment", "a", "left"});
  net.api.send_raw(R"({"type":"DELETED","object":)" + scaler("web") + "}\n");
  CHECK(net.told_after_grace({"Deployment/a/left", "Deployment/a/left", "Deployment/a/web"}));
}

TEST_CASE("an autoscaler that comes back in time keeps what it scales",
          "[engine][controllers][scaler_targets]") {
  Net net("");
  net.adopt("web");
  net.adopt("other");
  net.targets.start();
  REQUIRE(net.api.wait_watches(1));
  net.targets.on_pass(apps);
  net.api.send_raw(R"({"type":"ADDED","object":)" + scaler("web") + "}\n");
  REQUIRE(net.knows(1));
  CHECK(net.told_after_grace({"Deployment/a/other"}));
}
