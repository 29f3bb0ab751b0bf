#include "engine/controllers/receiver_filter.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "reconcile/model/json.hpp"
#include "test/engine/engine_api.hpp"
#include "test/support/fake_clock.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

const io::HttpHeaders json = {{"Content-Type", "application/json; charset=utf-8"}};

ReceiverSpec spec_of(const std::string& filter, const std::string& resource_filter = "") {
  const std::string resource =
      R"({"kind":"GitRepository","name":"repo")" +
      (resource_filter.empty() ? "" : R"(,"filter":")" + resource_filter + "\"") + "}";
  return ReceiverSpec::read(
      model::parse_json(R"({"type":"generic","secretRef":{"name":"x"},"resourceFilter":")" +
                        filter + R"(","resources":[)" + resource + "]}")
          .root(),
      "flux-system");
}

struct FilterWorld {
  /// Whether the delivery was answered well.
  bool deliver(const ReceiverSpec& spec, const std::string& body,
               const io::HttpHeaders& headers = json) {
    const auto filter = std::make_shared<ReceiverFilter>(
        TriggerServices{
            executor, client, pool, metrics,
            [](const ReceiverResource&, const std::string&) { return TriggeredHere::no; }},
        "space/receiver", spec);
    test::Watched<std::vector<bool>> ended;
    filter->deliver(headers, body,
                    [&](bool all) { ended.change([&](auto& list) { list.push_back(all); }); });
    REQUIRE(ended.wait([](const auto& list) { return !list.empty(); }));
    filter->stop();
    while (pool.size() > 0) std::this_thread::yield();
    return ended.get().front();
  }
  /// The API server has the repository with this metadata.
  void put(const std::string& metadata) {
    api.server.set_script([this, metadata](const io::ServerRequest& request) {
      if (request.method != "GET" || !request.path.ends_with("/gitrepositories/repo")) {
        return api.answer(request);
      }
      io::ServerResponse response;
      response.headers = json;
      response.body = R"({"kind":"GitRepository","metadata":)" + metadata + "}";
      return std::optional(response);
    });
  }
  /// How often the repository was annotated since the last call.
  std::size_t annotated() {
    const std::size_t before = std::exchange(seen, api.writes().size());
    return seen - before;
  }

  std::size_t seen = 0;
  test::FakeClock clock;
  io::Executor executor{{.workers = 2, .clock = &clock}};
  test::EngineApi api{executor};
  io::HttpClient http{executor};
  kube::Client client{executor, http, api.server.config()};
  io::Metrics metrics;
  WorkPool pool{"webhook", 2};
};

}  // namespace

TEST_CASE("a filter decides by the delivery and the resource",
          "[engine][controllers][receiver_filter]") {
  FilterWorld world;
  world.put(R"({"name":"repo","generation":3,"labels":{"app":"web"}})");
  const std::tuple<const char*, const char*, std::size_t> rows[] = {
      {"req.name == res.metadata.name", R"({"name":"repo"})", 1},
      {"req.name == res.metadata.name", R"({"name":"other"})", 0},
      {"res.kind == 'GitRepository' && res.metadata.labels.app == 'web'", "{}", 1},
      // Numbers are double on both sides.
      {"type(res.metadata.generation) == double && req.n == 2", R"({"n":2})", 1},
      {"has(req.name)", "null", 0},
  };
  for (const auto& [filter, body, expected] : rows) {
    INFO(filter << ' ' << body);
    CHECK(world.deliver(spec_of(filter), body));
    CHECK(world.annotated() == expected);
  }
}

TEST_CASE("all filters have to be true", "[engine][controllers][receiver_filter]") {
  FilterWorld world;
  world.put("{}");
  CHECK(world.deliver(spec_of("true", "req.go == true"), R"({"go":false})"));
  CHECK(world.annotated() == 0);
  CHECK(world.deliver(spec_of("", "req.go == true"), R"({"go":true})"));
  CHECK(world.annotated() == 1);
}

TEST_CASE("a filter that fails triggers nothing and is an error",
          "[engine][controllers][receiver_filter]") {
  FilterWorld world;
  world.put("{}");
  CHECK_FALSE(world.deliver(spec_of("req.missing == 1"), "{}"));
  CHECK_FALSE(world.deliver(spec_of("true"), "no JSON"));
  CHECK_FALSE(world.deliver(spec_of("true"), "[1]"));
  CHECK(world.annotated() == 0);
  // A body that does not say that it is JSON is not read.
  CHECK(world.deliver(spec_of("!has(req.name)"), "no JSON", {{"Content-Type", "text/plain"}}));
  CHECK(world.annotated() == 1);
}

TEST_CASE("says which filter is none", "[engine][api][receiver_filter]") {
  CHECK(spec_of("res.x").invalid_expression ==
        "invalid resourceFilter expression: CEL expression output type mismatch: expected bool, "
        "got dyn");
  CHECK_THAT(spec_of("true", "claims.x == 1").invalid_expression,
             Catch::StartsWith("invalid filter expression for resources[0] (kind=\"GitRepository\","
                               " name=\"repo\"): failed to parse the CEL expression"));
}
