#include "reconcile/kube/watch.hpp"

#include <atomic>
#include <catch2/catch.hpp>

#include "appliers/kube/watch_impl.hpp"
#include "test/support/fake_api_server.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/patience.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;

namespace {

const model::Gvk config_map{"", "v1", "ConfigMap"};

/// Everything that a watcher told, as text: "[" and "]" around relists.
struct Net {
  explicit Net(kube::WatchOptions options = {}) {
    kube::WatchHandlers handlers;
    handlers.on_event = [this](const kube::WatchEvent& event) {
      const std::string name(event.object["metadata"]["name"].text());
      const std::string value(event.object["data"]["v"].text());
      const char mark = event.type == kube::WatchEventType::added      ? '+'
                        : event.type == kube::WatchEventType::modified ? '~'
                                                                       : '-';
      add(mark + name + "=" + value + " ");
    };
    handlers.on_relist_begin = [this] { add("["); };
    handlers.on_relist_end = [this] { add("]"); };
    handlers.on_trouble = [this](const kube::ApiStatus& status) {
      add("!" + std::to_string(status.code) + " ");
    };
    options.backoff_first = 1ms;
    watcher = std::make_unique<kube::Watcher>(client, kube::Selection{config_map, {}, "app=a", {}},
                                              handlers, options);
  }

  void add(const std::string& text) {
    told.change([&](std::string& t) { t += text; });
  }
  bool expect(const std::string& text) {
    const bool came = told.wait([&](const std::string& t) { return t == text; }, 5s);
    INFO(told.get());
    CHECK(came);
    return came;
  }

  test::FakeClock clock;
  io::Executor executor{{.workers = 2, .clock = &clock}};
  test::FakeApiServer api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.config()};
  test::Watched<std::string> told;
  std::unique_ptr<kube::Watcher> watcher;
};

}  // namespace

namespace {

/// Lets every back-off pass.
void clock_on(Net& net) {
  net.clock.advance(16s);
  net.executor.run_due_timers();
}

}  // namespace

TEST_CASE("lists, then tells what is added, changed and deleted", "[appliers][kube][watch]") {
  Net net;
  net.api.put("a", "1");
  net.api.put("b", "1");
  net.watcher->start();
  REQUIRE(net.watcher->wait_synced(10s * test::patience()));
  REQUIRE(net.api.wait_watches(1));
  net.api.put("a", "2");
  net.api.put("c", "1");
  net.api.remove("b");
  net.expect("[+a=1 +b=1 ]~a=2 +c=1 -b=1 ");
  CHECK(net.watcher->fresh());
  CHECK(net.watcher->state().connected);
  CHECK(net.watcher->state().resource_version == "105");
  const auto requests = net.api.requests();
  CHECK(requests.at(2) == "GET /api/v1/configmaps?limit=500&labelSelector=app%3Da");
  CHECK(requests.at(3).find("&resourceVersion=102&labelSelector=app%3Da") != std::string::npos);
  CHECK(requests.at(3).find("watch=1&allowWatchBookmarks=true&timeoutSeconds=") !=
        std::string::npos);
  net.watcher->stop();
  net.api.put("a", "3");
  CHECK(net.told.get() == "[+a=1 +b=1 ]~a=2 +c=1 -b=1 ");
}

TEST_CASE("resumes a cut watch where it stood, without a list", "[appliers][kube][watch]") {
  Net net;
  net.watcher->start();
  for (int round = 0; round < 3; ++round) {
    REQUIRE(net.api.wait_watches(1));
    net.api.put("a", std::to_string(round));
    REQUIRE(net.told.wait(
        [&](const auto& t) { return t.find("a=" + std::to_string(round)) != std::string::npos; }));
    if (round == 1) {
      net.api.end_watches();
    } else {
      net.api.cut_watches();
    }
    net.api.put("b", std::to_string(round));
  }
  net.expect("[]+a=0 +b=0 ~a=1 ~b=1 ~a=2 ~b=2 ");
  CHECK(net.watcher->state().relists == 1);
  CHECK(net.watcher->state().reconnects == 3);
  CHECK(net.client.count(kube::RequestPurpose::watch) == 2);
  CHECK(net.client.count(kube::RequestPurpose::renewal) == 3);
  CHECK(net.client.count(kube::RequestPurpose::pass) == 0);
}

TEST_CASE("lists again where the history is gone", "[appliers][kube][watch]") {
  Net net;
  net.api.put("a", "1");
  net.watcher->start();
  REQUIRE(net.api.wait_watches(1));
  net.api.bookmark();
  REQUIRE(net.told.wait([](const auto& t) { return t == "[+a=1 ]"; }));
  net.api.put("b", "1");
  REQUIRE(net.told.wait([](const auto& t) { return t == "[+a=1 ]+b=1 "; }));
  net.api.remove("a");
  REQUIRE(net.told.wait([](const auto& t) { return t == "[+a=1 ]+b=1 -a=1 "; }));
  net.api.compact();
  net.api.cut_watches();
  net.expect("[+a=1 ]+b=1 -a=1 [+b=1 ]");
  REQUIRE(net.api.wait_watches(1));
  net.api.bookmark();
  net.api.send_raw(R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})"
                   "\n");
  net.expect("[+a=1 ]+b=1 -a=1 [+b=1 ][+b=1 ]");
  CHECK(net.watcher->state().relists == 3);
}

TEST_CASE("a watch that is silent too long is not fresh and is listed again",
          "[appliers][kube][watch]") {
  Net net;
  net.api.put("a", "1");
  net.watcher->start();
  REQUIRE(net.api.wait_watches(1));
  net.clock.advance(100s);
  CHECK(net.watcher->fresh());
  net.api.bookmark();
  net.api.put("b", "1");
  REQUIRE(net.told.wait([](const auto& t) { return t == "[+a=1 ]+b=1 "; }));
  net.clock.advance(100s);
  net.executor.run_due_timers();
  CHECK(net.watcher->fresh());
  net.clock.advance(51s);
  CHECK_FALSE(net.watcher->fresh());
  net.executor.run_due_timers();
  CHECK(net.watcher->wait_fresh(10s * test::patience()));
  CHECK(net.told.get() == "[+a=1 ]+b=1 [+a=1 +b=1 ]");
}

TEST_CASE("a bookmark older than what is known means a restored server",
          "[appliers][kube][watch]") {
  Net net;
  net.api.put("a", "1");
  net.watcher->start();
  REQUIRE(net.api.wait_watches(1));
  net.api.set_version(50);
  net.api.bookmark();
  net.expect("[+a=1 ][+a=1 ]");
  CHECK(net.watcher->state().resource_version == "50");
}

TEST_CASE("waits longer and longer while the server refuses", "[appliers][kube][watch]") {
  Net net({.backoff_max = 10s});
  std::atomic<int> refusals{0};
  net.api.set_script([&](const io::ServerRequest& r) -> std::optional<io::ServerResponse> {
    if (!r.query_value("watch")) return std::nullopt;
    ++refusals;
    return io::ServerResponse{.status = 500, .headers = {}, .body = "no", .stream = {}};
  });
  net.watcher->start();
  REQUIRE(net.told.wait([](const auto& t) { return t == "[]!500 "; }));
  CHECK(refusals == 1);
  for (int i = 0; i < 6; ++i) {
    const int before = refusals;
    const std::size_t length = net.told.get().size();
    clock_on(net);
    REQUIRE(net.told.wait([&](const auto& t) { return t.size() > length; }));
    CHECK(refusals == before + 1);
  }
  net.api.set_script(nullptr);
}

TEST_CASE("garbage and exceptions lead to a new list", "[appliers][kube][watch]") {
  Net net;
  net.watcher->start();
  REQUIRE(net.api.wait_watches(1));
  net.api.send_raw("<html>proxy</html>");
  REQUIRE(net.told.wait([](const auto& t) { return t == "[]!0 "; }));
  net.clock.advance(1s);
  net.executor.run_due_timers();
  net.expect("[]!0 []");
}

TEST_CASE("relists when asked, counted for its purpose", "[appliers][kube][watch]") {
  Net net;
  net.watcher->start();
  REQUIRE(net.api.wait_watches(1));
  net.watcher->relist();
  net.expect("[][]");
  CHECK(net.client.count(kube::RequestPurpose::audit) == 1);
}

TEST_CASE("a watch of metadata asks for nothing else", "[appliers][kube][watch]") {
  Net net({.content = kube::ListContent::metadata});
  test::Watched<std::string> asked;
  net.api.set_script([&](const io::ServerRequest& request) -> std::optional<io::ServerResponse> {
    const std::string accept(io::find_header(request.headers, "Accept").value_or(""));
    if (request.path == "/api/v1/configmaps")
      asked.change([&](std::string& all) { all += accept.substr(0, accept.find(";g=")) + " "; });
    return std::nullopt;
  });
  net.watcher->start();
  CHECK(asked.wait([](const std::string& all) {
    return all ==
           "application/json;as=PartialObjectMetadataList "
           "application/json;as=PartialObjectMetadata ";
  }));
  net.watcher->stop();
}

TEST_CASE("a slow consumer cuts the watch and loses nothing", "[appliers][kube][watch]") {
  Net net({.pending_bytes_max = 600});
  net.watcher->start();
  REQUIRE(net.api.wait_watches(1));
  for (int i = 0; i < 300; ++i) net.api.put("a", std::to_string(i));
  REQUIRE(net.told.wait([](const auto& t) { return t.ends_with("a=299 "); }));
  std::string expected = "[]+a=0 ";
  for (int i = 1; i < 300; ++i) expected += "~a=" + std::to_string(i) + " ";
  CHECK(net.told.get() == expected);
  CHECK(net.watcher->state().relists == 1);
}

TEST_CASE("stops inside its own callback and from outside at any time", "[appliers][kube][watch]") {
  Net net;
  net.api.put("a", "1");
  kube::Watcher* inner = nullptr;
  std::atomic<int> calls{0};
  kube::WatchHandlers handlers;
  handlers.on_event = [&](const kube::WatchEvent&) {
    ++calls;
    inner->stop();
  };
  kube::Watcher watcher(net.client, {config_map, {}, {}, {}}, handlers);
  inner = &watcher;
  watcher.start();
  watcher.wait_synced(100ms);
  watcher.stop();
  CHECK(calls <= 1);
  for (int i = 0; i < 20; ++i) {
    kube::Watcher brief(net.client, {config_map, {}, {}, {}}, {});
    brief.start();
  }
}

TEST_CASE("nothing is left of a watcher that outlives its executor", "[appliers][kube][watch]") {
  const auto kept = std::make_shared<int>();
  {
    Net net;
    kube::WatchHandlers handlers;
    handlers.on_event = [kept](const kube::WatchEvent&) {};
    kube::Watcher started(net.client, {config_map, {}, {}, {}}, handlers);
    kube::Watcher late(net.client, {config_map, {}, {}, {}}, handlers);
    started.start();
    REQUIRE(net.api.wait_watches(1));
    net.executor.stop(5s);
    late.start();
    started.stop();
  }
  CHECK(kept.use_count() == 1);
}

TEST_CASE("compares resource versions as numbers", "[appliers][kube][watch]") {
  CHECK(kube::older_version("9", "10"));
  CHECK_FALSE(kube::older_version("10", "9"));
  CHECK_FALSE(kube::older_version("10", "10"));
  CHECK_FALSE(kube::older_version("", "10"));
  CHECK_FALSE(kube::older_version("a", "b"));
}

TEST_CASE("a wait that the server asks a watch for is bounded", "[appliers][kube][watch]") {
  Net net;
  std::atomic<bool> refuses{true};
  net.api.set_script([&](const io::ServerRequest& r) -> std::optional<io::ServerResponse> {
    if (!refuses || r.query.find("watch=1") == std::string::npos) return std::nullopt;
    return io::ServerResponse{
        .status = 429, .headers = {{"Retry-After", "3600"}}, .body = "", .stream = {}};
  });
  net.watcher->start();
  net.expect("[]!429 ");
  refuses = false;
  net.clock.advance(29s);
  net.executor.run_due_timers();
  CHECK(net.api.watches() == 0);
  net.clock.advance(1s);
  net.executor.run_due_timers();
  CHECK(net.api.wait_watches(1));
}
