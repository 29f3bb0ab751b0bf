#include "engine/controllers/status_queue.hpp"

#include <catch2/catch.hpp>

#include "engine/api/resource.hpp"
#include "reconcile/model/json.hpp"
#include "test/engine/engine_api.hpp"
#include "test/support/fake_clock.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

struct Net {
  test::FakeClock clock;
  io::Executor executor{{.workers = 2, .clock = &clock}};
  test::EngineApi api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.server.config()};
};

StatusTarget target(const std::string& name) {
  return {kustomization_kind, "ns", name, "status"};
}
std::string path(const std::string& name) {
  return "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/ns/kustomizations/" + name + "/status";
}

/// Lets the first write to `name` wait until it is told to go on, so that others queue behind it.
struct Gate {
  Gate(Net& net, const std::string& name) : net_(net) {
    net.api.server.set_script(
        [this, name](const io::ServerRequest& request) -> std::optional<io::ServerResponse> {
          if (request.path == path(name) && stage.get() == 0) {
            stage.set(1);
            stage.wait([](int value) { return value == 2; });
          }
          return net_.api.answer(request);
        });
  }
  test::Watched<int> stage;

 private:
  Net& net_;
};

}  // namespace

TEST_CASE("writes statuses and drains", "[engine][controllers][status_queue]") {
  Net net;
  StatusQueue queue(net.client);
  for (int i = 0; i < 40; ++i)
    queue.write(target("u" + std::to_string(i)), R"({"status":{"a":1}})");
  CHECK(queue.drain(10s));
  CHECK(net.api.writes().size() == 40);
  const auto writes = net.api.writes_to(path("u7"));
  REQUIRE(writes.size() == 1);
  CHECK(writes[0].method == "PATCH");
  CHECK(writes[0].body == R"({"status":{"a":1}})");
}

TEST_CASE("a newer status joins one that waits and loses nothing of it",
          "[engine][controllers][status_queue]") {
  Net net;
  Gate gate(net, "first");
  StatusQueue queue(net.client);
  queue.write(target("first"), R"({"status":{}})");
  REQUIRE(gate.stage.wait([](int value) { return value == 1; }));
  queue.write(target("u"), R"({"status":{"conditions":[1],"inventory":{"entries":[{"id":"x"}]}}})");
  queue.write(target("u"), R"({"status":{"conditions":[2,3],"extra":"y"}})");
  gate.stage.set(2);
  CHECK(queue.drain(10s));
  const auto writes = net.api.writes_to(path("u"));
  REQUIRE(writes.size() == 1);
  CHECK(writes[0].body ==
        R"({"status":{"conditions":[2,3],"extra":"y","inventory":{"entries":[{"id":"x"}]}}})");
}

TEST_CASE("a status that the server could not take is written later",
          "[engine][controllers][status_queue]") {
  Net net;
  net.api.refuse(path("u"), 500);
  StatusQueue queue(net.client);
  queue.write(target("u"), R"({"status":{"a":1}})");
  REQUIRE(net.api.wait_writes(path("u"), 1));
  net.api.refuse(path("u"), 0);
  CHECK(queue.drain(10s));
  CHECK(net.api.writes_to(path("u")).back().body == R"({"status":{"a":1}})");
  CHECK(net.api.writes_to(path("u")).size() >= 2);
}

TEST_CASE("a status that the server refuses is dropped", "[engine][controllers][status_queue]") {
  Net net;
  net.api.refuse(path("u"), 422);
  net.api.refuse(path("gone"), 404);
  StatusQueue queue(net.client);
  queue.write(target("u"), R"({"status":{"a":1}})");
  queue.write(target("gone"), R"({"status":{"a":1}})");
  CHECK(queue.drain(10s));
  CHECK(net.api.writes().size() == 2);
}

TEST_CASE("writes events about objects, and no more than wait at once",
          "[engine][controllers][status_queue]") {
  Net net;
  StatusQueue queue(net.client);
  queue.event(kustomization_kind, "ns", "apps", "uid-1", true, "BuildFailed",
              std::string(5000, 'x'));
  CHECK(queue.drain(10s));
  const auto writes = net.api.writes_to("/api/v1/namespaces/ns/events");
  REQUIRE(writes.size() == 1);
  const model::Document event = model::parse_json(writes[0].body);
  CHECK(event["involvedObject"]["apiVersion"].text() == "kustomize.toolkit.fluxcd.io/v1");
  CHECK(event["involvedObject"]["kind"].text() == "Kustomization");
  CHECK(event["involvedObject"]["name"].text() == "apps");
  CHECK(event["involvedObject"]["uid"].text() == "uid-1");
  CHECK(event["type"].text() == "Warning");
  CHECK(event["reason"].text() == "BuildFailed");
  CHECK(event["message"].text().size() < 1100);
  CHECK(event["source"]["component"].text() == "reconcile");
  CHECK_THAT(std::string(event["metadata"]["name"].text()), Catch::StartsWith("apps."));
}

TEST_CASE("stops within a bound where the server is gone", "[engine][controllers][status_queue]") {
  io::Executor executor{{.workers = 2}};
  io::HttpClient http{executor};
  kube::ClusterConfig config;
  config.server = "http://127.0.0.1:1";
  kube::Client client{executor, http, config};
  StatusQueue queue(client);
  CHECK(queue.drain(1s));
  queue.stop();
  queue.stop();
}
