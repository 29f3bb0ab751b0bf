#include "reconcile/kube/watch.hpp"

#include <catch2/catch.hpp>

#include "test/integration/appliers/cluster_connection.hpp"
#include "test/support/patience.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;
using test::ClusterConnection;
using test::config_map_kind;

TEST_CASE("watches a real server", "[.integration][appliers][kube][watch]") {
  ClusterConnection cluster("kube-watch");
  auto& client = cluster.client;
  test::Watched<std::string> told;
  const auto add = [&](const std::string& text) { told.change([&](auto& t) { t += text; }); };
  kube::WatchHandlers handlers;
  handlers.on_event = [&](const kube::WatchEvent& event) {
    const model::Object object(event.object);
    CHECK(object.gvk() == config_map_kind);
    add(std::string(to_string(event.type)).substr(0, 1) + object.id().name + " ");
  };
  handlers.on_relist_begin = [&] { add("["); };
  handlers.on_relist_end = [&] { add("]"); };
  kube::Watcher watcher(client, {config_map_kind, cluster.space, "set=test", {}}, handlers);
  client.send(kube::Request::apply(cluster.config_map("a", "1"), "m")).require_ok("apply");
  watcher.start();
  REQUIRE(watcher.wait_synced(20s * test::patience()));
  client.send(kube::Request::apply(cluster.config_map("a", "2"), "m")).require_ok("apply");
  client.send(kube::Request::apply(cluster.config_map("b", "1"), "m")).require_ok("apply");
  client.send(kube::Request::remove(config_map_kind, cluster.space, "a")).require_ok("delete");
  CHECK(told.wait([](const auto& t) { return t == "[Aa ]Ma Ab Da "; }));
  INFO(told.get());
  // Taking the label away looks like a deletion to a watch with a selector.
  client.send(kube::Request::patch(kube::Verb::merge_patch, config_map_kind, cluster.space, "b",
                                   R"({"metadata":{"labels":null}})", "m"));
  CHECK(told.wait([](const auto& t) { return t == "[Aa ]Ma Ab Da Db "; }));
  CHECK(watcher.fresh());
}

TEST_CASE("a watch ended by the server is resumed", "[.integration][appliers][kube][watch]") {
  ClusterConnection cluster("kube-renew");
  test::Watched<int> events;
  kube::WatchHandlers handlers;
  handlers.on_event = [&](const kube::WatchEvent&) { events.change([](int& v) { ++v; }); };
  kube::WatchOptions options;
  options.renew_after = 1s;
  options.backoff_first = 1ms;
  kube::Watcher watcher(cluster.client, {config_map_kind, cluster.space, "set=test", {}}, handlers,
                        options);
  watcher.start();
  REQUIRE(watcher.wait_synced(20s * test::patience()));
  int written = 0;
  const auto limit = std::chrono::steady_clock::now() + 20s * test::patience();
  while (watcher.state().reconnects < 2 && std::chrono::steady_clock::now() < limit) {
    const auto object = cluster.config_map("a", std::to_string(written++));
    cluster.client.send(kube::Request::apply(object, "m")).require_ok("apply");
  }
  CHECK(watcher.state().reconnects >= 2);
  CHECK(watcher.state().relists == 1);
  CHECK(events.wait([&](int v) { return v == written; }));
}
