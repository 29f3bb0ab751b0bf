#include "engine/controllers/receiver_trigger.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include "reconcile/model/json.hpp"
#include "test/engine/engine_api.hpp"
#include "test/support/fake_clock.hpp"

using namespace reconcile;
using namespace reconcile::engine;
using namespace std::chrono_literals;

namespace {

const model::Gvk git{"source.toolkit.fluxcd.io", "v1", "GitRepository"};

ReceiverResource repository(const std::string& name) {
  return {git, "flux-system", name, "", ""};
}

struct TriggerWorld {
  /// `delivered` tells how each delivery ended.
  std::shared_ptr<ReceiverTrigger> trigger(std::vector<ReceiverResource> resources) {
    return std::make_shared<ReceiverTrigger>(
        TriggerServices{executor, client, pool, metrics,
                        [this](const ReceiverResource& resource, const std::string& request) {
                          here.change(
                              [&](auto& list) { list.emplace_back(resource.display(), request); });
                          return answer_here;
                        }},
        "space/receiver", std::move(resources));
  }
  void deliver(const std::shared_ptr<ReceiverTrigger>& trigger) {
    trigger->deliver(
        [this](bool all) { delivered.change([&](auto& list) { list.push_back(all); }); });
  }
  bool wait_delivered(std::size_t count) {
    return delivered.wait([&](const auto& list) { return list.size() >= count; });
  }
  /// Waits until no trigger is under way.
  void settle() const {
    while (pool.size() > 0) std::this_thread::yield();
  }
  /// Nothing may be under way when time jumps: requests would run out of theirs.
  void advance(std::chrono::nanoseconds by) {
    settle();
    clock.advance(by);
    executor.run_due_timers();
    // The timers run on the loop, before what is posted now.
    std::promise<void> ran;
    executor.post_loop([&ran] { ran.set_value(); });
    ran.get_future().wait();
  }
  std::string request_of(const test::Write& write) {
    const model::Document patch = model::parse_json(write.body);
    return std::string(patch["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].text());
  }

  TriggeredHere answer_here = TriggeredHere::no;
  test::Watched<std::vector<std::pair<std::string, std::string>>> here;
  test::Watched<std::vector<bool>> delivered;
  test::FakeClock clock;
  io::Executor executor{{.workers = 2, .clock = &clock}};
  test::EngineApi api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.server.config()};
  io::Metrics metrics;
  WorkPool pool{"webhook", 2};
};

const std::string repo_path = "/gitrepositories/repo";

}  // namespace

TEST_CASE("a delivery annotates what the receiver names, and nothing else",
          "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  const auto trigger = world.trigger({repository("repo"), repository("other")});
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1));
  CHECK(world.delivered.get() == std::vector<bool>{true});
  const auto writes = world.api.writes();
  REQUIRE(writes.size() == 2);
  for (const test::Write& write : writes) CHECK(write.method == "PATCH");
  const auto repo = world.api.writes_to(repo_path);
  REQUIRE(repo.size() == 1);
  CHECK(repo[0].body == R"({"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":")"
                        R"(2026-01-01T00:00:00Z"}}})");
  // What runs here began with the same request.
  CHECK(world.here.get() == std::vector<std::pair<std::string, std::string>>{
                                {"GitRepository/flux-system/repo", "2026-01-01T00:00:00Z"},
                                {"GitRepository/flux-system/other", "2026-01-01T00:00:00Z"}});
}

TEST_CASE("a burst is one trigger at once and one behind it",
          "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  const auto trigger = world.trigger({repository("repo")});
  for (int i = 0; i < 1000; ++i) world.deliver(trigger);
  REQUIRE(world.wait_delivered(1000));
  CHECK(world.here.get().size() == 1);
  CHECK(world.api.writes_to(repo_path).size() == 1);
  world.advance(ReceiverTrigger::window);
  REQUIRE(world.api.wait_writes(repo_path, 2));
  world.settle();
  // Nothing came in the second window: no third trigger, and the next delivery is at once again.
  world.advance(ReceiverTrigger::window);
  world.advance(1h);
  CHECK(world.here.get().size() == 2);
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1001));
  CHECK(world.here.get().size() == 3);
  const auto writes = world.api.writes_to(repo_path);
  REQUIRE(writes.size() == 3);
  std::set<std::string> requests;
  for (const test::Write& write : writes) requests.insert(world.request_of(write));
  CHECK(requests.size() == 3);
}

TEST_CASE("a lone delivery leads to one trigger", "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  const auto trigger = world.trigger({repository("repo")});
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1));
  world.advance(ReceiverTrigger::window);
  world.advance(1h);
  CHECK(world.api.writes_to(repo_path).size() == 1);
}

TEST_CASE("what this process drives alone is not annotated",
          "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  world.answer_here = TriggeredHere::fully;
  const auto trigger = world.trigger({repository("repo")});
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1));
  CHECK(world.api.writes().empty());
  CHECK(world.delivered.get() == std::vector<bool>{true});
}

TEST_CASE("what cannot be triggered is said, the rest is triggered",
          "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  ReceiverResource wrong = repository("wrong");
  wrong.problem = "apiVersion must be specified for kind \"X\"";
  ReceiverResource unknown = repository("unknown");
  unknown.gvk.kind = "NotServed";
  const auto trigger = world.trigger({wrong, unknown, repository("repo")});
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1));
  CHECK(world.delivered.get() == std::vector<bool>{false});
  CHECK(world.api.writes_to(repo_path).size() == 1);
  // Deliveries that join a window hear what its trigger knew.
  world.deliver(trigger);
  CHECK(world.delivered.get() == std::vector<bool>{false, false});
}

TEST_CASE("an object that the server refuses for now is triggered later",
          "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  world.api.refuse(repo_path, 500);
  const auto trigger = world.trigger({repository("repo"), repository("other")});
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1));
  CHECK(world.delivered.get() == std::vector<bool>{false});
  const std::size_t tried = world.api.writes_to(repo_path).size();
  world.api.refuse(repo_path, 0);
  // The retry is set up behind the answer.
  world.advance(10s);
  CHECK(world.api.wait_writes(repo_path, tried + 1));
  CHECK(world.api.writes_to("/gitrepositories/other").size() == 1);
}

TEST_CASE("a missing object is not tried again", "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  world.api.refuse(repo_path, 404);
  const auto trigger = world.trigger({repository("repo")});
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1));
  CHECK(world.delivered.get() == std::vector<bool>{false});
  world.advance(1h);
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(2));
  CHECK(world.api.writes_to(repo_path).size() == 2);
}

TEST_CASE("a wildcard triggers what its labels select", "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  std::string query;
  world.api.server.set_script([&](const io::ServerRequest& request) {
    std::optional<io::ServerResponse> answer = world.api.answer(request);
    if (answer || !request.path.ends_with("/gitrepositories")) return answer;
    query = request.query_value("labelSelector").value_or("");
    answer = io::ServerResponse{
        .status = 200,
        .headers = {{"Content-Type", "application/json"}},
        .body = R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1",)"
                R"("metadata":{"resourceVersion":"1"},"items":[)"
                R"({"metadata":{"name":"a","namespace":"flux-system"}},)"
                R"({"metadata":{"name":"b","namespace":"flux-system"}}]})",
        .stream = {}};
    return answer;
  });
  ReceiverResource all = repository("*");
  all.label_selector = "app=web,team=a";
  const auto trigger = world.trigger({all});
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(1));
  CHECK(world.delivered.get() == std::vector<bool>{true});
  CHECK(query == "app=web,team=a");
  CHECK(world.api.writes_to("/gitrepositories/a").size() == 1);
  CHECK(world.api.writes_to("/gitrepositories/b").size() == 1);
  CHECK(world.here.get().size() == 2);
}

TEST_CASE("nothing is triggered after the end", "[engine][controllers][receiver_trigger]") {
  TriggerWorld world;
  const auto trigger = world.trigger({repository("repo")});
  world.deliver(trigger);
  world.deliver(trigger);
  REQUIRE(world.wait_delivered(2));
  trigger->stop();
  world.advance(1h);
  world.deliver(trigger);
  CHECK(world.delivered.get() == std::vector<bool>{true, true, false});
  CHECK(world.api.writes_to(repo_path).size() == 1);
}
