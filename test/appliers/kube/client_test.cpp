#include "reconcile/kube/client.hpp"

#include <atomic>
#include <catch2/catch.hpp>

#include "reconcile/io/http_server.hpp"
#include "reconcile/model/json.hpp"
#include "test/support/fake_api_server.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;

namespace {

const model::Gvk config_map{"", "v1", "ConfigMap"};

struct Net {
  explicit Net(kube::ClientOptions options = {.discovery_interval = 0ms, .retry_wait_first = 1ms})
      : client(executor, http, api.config(), options) {}

  static model::Object object(const std::string& name, const std::string& value) {
    return model::Object(
        model::parse_json(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
                          R"(","namespace":"default"},"data":{"v":")" + value + R"("}})"));
  }

  io::Executor executor{{.workers = 2}};
  test::FakeApiServer api{executor};
  io::HttpClient http{executor};
  io::Metrics metrics;
  kube::Client client;
};

io::ServerResponse answer(int status, std::string body, io::HttpHeaders headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body), .stream = {}};
}

}  // namespace

TEST_CASE("maps kinds to paths by aggregated discovery, asked once", "[appliers][kube][client]") {
  Net net;
  const auto resource = net.client.resource(config_map);
  REQUIRE(resource);
  CHECK(resource->path("default", "a b", "status") ==
        "/api/v1/namespaces/default/configmaps/a%20b/status");
  CHECK(resource->allows("watch"));
  CHECK(net.client.resources()->find_by_name("CM") != nullptr);
  CHECK(net.client.resources()->api_versions() == std::vector<std::string>{"v1", "v1/ConfigMap"});
  CHECK(net.client.count(kube::RequestPurpose::discovery) == 2);
  net.client.invalidate_discovery();
  net.client.resources();
  CHECK(net.client.count(kube::RequestPurpose::discovery) == 4);
}

TEST_CASE("says which kind the server does not know", "[appliers][kube][client]") {
  Net net;
  const auto response = net.client.send(kube::Request::get({"x.io", "v1", "Thing"}, "", "a"));
  CHECK(response.status.code == 404);
  CHECK(response.status.reason == "NoKindMatch");
  CHECK(response.status.message == "no matches for kind \"Thing\" in version \"x.io/v1\"");
}

TEST_CASE("sends what each verb needs", "[appliers][kube][client]") {
  Net net;
  std::vector<std::string> seen;
  net.api.set_script([&](const io::ServerRequest& r) -> std::optional<io::ServerResponse> {
    if (r.path.starts_with("/api/v1/") == false) return std::nullopt;
    seen.push_back(r.method + " " + r.path + "?" + r.query + " " +
                   std::string(io::find_header(r.headers, "Content-Type").value_or("")) + " " +
                   r.body);
    return answer(200, "{}");
  });
  net.client.send(kube::Request::apply(Net::object("a", "1"), "reconcile", kube::Conflicts::force,
                                       kube::DryRun::all));
  net.client.send(kube::Request::remove(config_map, "default", "a", "u-1"));
  auto patch = kube::Request::patch(kube::Verb::merge_patch, config_map, "default", "a", "{}", "m");
  patch.subresource = "status";
  net.client.send(patch);
  net.client.send(kube::Request::create(Net::object("a", "1"), "m"));
  REQUIRE(seen.size() == 4);
  CHECK(seen[0] ==
        "PATCH /api/v1/namespaces/default/configmaps/a?fieldManager=reconcile&dryRun=All"
        "&fieldValidation=Ignore&force=true "
        "application/apply-patch+yaml "
        R"({"apiVersion":"v1","data":{"v":"1"},"kind":"ConfigMap",)"
        R"("metadata":{"name":"a","namespace":"default"}})");
  CHECK(seen[1] ==
        "DELETE /api/v1/namespaces/default/configmaps/a? application/json "
        R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background",)"
        R"("preconditions":{"uid":"u-1"}})");
  CHECK(
      seen[2] ==
      "PATCH /api/v1/namespaces/default/configmaps/a/status?fieldManager=m&fieldValidation=Ignore "
      "application/merge-patch+json {}");
  CHECK(seen[3].starts_with(
      "POST /api/v1/namespaces/default/configmaps?fieldManager=m&fieldValidation=Ignore "));
}

TEST_CASE("waits as Retry-After says and gives up within bounds", "[appliers][kube][client]") {
  Net net;
  std::atomic<int> busy{2};
  net.api.set_script([&](const io::ServerRequest& r) -> std::optional<io::ServerResponse> {
    if (r.method != "PATCH" || busy-- <= 0) return std::nullopt;
    return answer(429, "slow down", {{"Retry-After", "0"}});
  });
  auto response = net.client.send(kube::Request::apply(Net::object("a", "1"), "reconcile"));
  CHECK(response.ok());
  CHECK(response.attempts == 3);
  CHECK(response.object().resource_version() == "101");
  busy = 1000;
  auto request = kube::Request::apply(Net::object("a", "2"), "reconcile");
  request.retries_max = 3;
  response = net.client.send(request);
  CHECK(response.status.code == 429);
  CHECK(response.attempts == 4);
  CHECK(net.client.counts().at({kube::RequestPurpose::pass, kube::Verb::apply}) == 7);
}

TEST_CASE("renews the credential once after 401", "[appliers][kube][client]") {
  struct Renewing : kube::CredentialSource {
    kube::Credential current() override {
      kube::Credential credential;
      credential.token = renewed ? "fake" : "old";
      return credential;
    }
    void invalidate() override { renewed = true; }
    std::atomic<bool> renewed{false};
  };
  io::Executor executor;
  test::FakeApiServer api(executor);
  io::HttpClient http(executor);
  auto config = api.config();
  const auto source = std::make_shared<Renewing>();
  config.credentials = source;
  kube::Client client(executor, http, config);
  client.resources();  // Renews.
  source->renewed = false;
  const auto response = client.send(kube::Request::get(config_map, "default", "absent"));
  CHECK(response.status.code == 404);
  CHECK(response.attempts == 2);
  config.credentials = kube::fixed_credential({});
  kube::Client wrong(executor, http, config);
  CHECK_THROWS_AS(wrong.resources(), model::Error);
}

TEST_CASE("lists page by page and completes the items' type", "[appliers][kube][client]") {
  Net net;
  for (int i = 0; i < 25; ++i) net.api.put("cm-" + std::to_string(100 + i), std::to_string(i));
  std::vector<std::string> names;
  kube::ListOptions options;
  options.page_items = 10;
  const auto result = net.client.list(
      {config_map, "default", {}, {}},
      [&](const model::Document& document, std::string_view raw) {
        const model::Object object(document);
        CHECK(object.gvk() == config_map);
        CHECK(raw.starts_with(R"({"apiVersion":"v1","kind":"ConfigMap",)"));
        names.push_back(object.id().name);
      },
      options);
  CHECK(result.ok());
  CHECK(result.items == 25);
  CHECK(result.pages == 3);
  CHECK(result.resource_version == "125");
  REQUIRE(names.size() == 25);
  CHECK(names.front() == "cm-100");
  CHECK(names.back() == "cm-124");
}

TEST_CASE("a list that fails says why", "[appliers][kube][client]") {
  Net net;
  const auto ignore = [](const model::Document&, std::string_view) {};
  CHECK(net.client.list({{"", "v1", "Nothing"}, {}, {}, {}}, ignore).status.reason ==
        "NoKindMatch");
  std::string body = "{\"items\":[{\"a\":1},{";
  net.api.set_script([&](const io::ServerRequest& r) -> std::optional<io::ServerResponse> {
    if (!r.path.starts_with("/api/v1/")) return std::nullopt;
    return answer(body.empty() ? 403 : 200, body.empty() ? "no" : body);
  });
  const auto broken = net.client.list({config_map, {}, {}, {}}, ignore);
  CHECK(broken.status.message.find("broke off") != std::string::npos);
  CHECK(broken.items == 1);
  body.clear();
  const auto forbidden = net.client.list({config_map, {}, {}, {}}, ignore);
  CHECK(forbidden.status.code == 403);
  CHECK(forbidden.status.message == "no");
}

TEST_CASE("a list ends where its consumer throws", "[appliers][kube][client]") {
  Net net;
  for (int i = 0; i < 5; ++i) net.api.put("cm-" + std::to_string(i), "v");
  CHECK_THROWS_WITH(net.client.list({config_map, {}, {}, {}},
                                    [](const model::Document&, std::string_view) {
                                      throw std::runtime_error("enough");
                                    }),
                    "enough");
}

TEST_CASE("keeps the window full and the order of answers", "[appliers][kube][client]") {
  Net net;
  std::vector<kube::Request> requests;
  for (int i = 0; i < 200; ++i) {
    requests.push_back(
        kube::Request::apply(Net::object("cm-" + std::to_string(i), std::to_string(i)), "m"));
  }
  std::size_t heard = 0;
  const auto responses = net.client.send_all(std::move(requests), 16,
                                             [&](std::size_t, const kube::Response&) { ++heard; });
  CHECK(heard == 200);
  for (std::size_t i = 0; i < responses.size(); ++i) {
    REQUIRE(responses[i].ok());
    CHECK(responses[i].object().id().name == "cm-" + std::to_string(i));
  }
}

TEST_CASE("answers asynchronous requests on the pool", "[appliers][kube][client]") {
  Net net;
  test::Watched<int> answered;
  for (int i = 0; i < 20; ++i) {
    net.client.start(kube::Request::get(config_map, "default", "absent"), [&](kube::Response r) {
      if (r.status.not_found() && !net.executor.on_loop()) answered.change([](int& v) { ++v; });
    });
  }
  CHECK(answered.wait([](int v) { return v == 20; }));
}

TEST_CASE("counts requests in the metrics", "[appliers][kube][client]") {
  io::Executor executor;
  io::Metrics metrics;
  test::FakeApiServer api(executor);
  io::HttpClient http(executor);
  kube::Client client(executor, http, api.config(), {.metrics = &metrics});
  auto request = kube::Request::get(config_map, "default", "absent");
  request.purpose = kube::RequestPurpose::command;
  client.send(request);
  CHECK(metrics.expose().find(
            "kube_requests_total{code=\"404\",purpose=\"command\",verb=\"get\"} 1") !=
        std::string::npos);
}

TEST_CASE("refuses to block the loop", "[appliers][kube][client]") {
  Net net;
  test::Watched<int> threw;
  net.executor.post_loop([&] {
    try {
      net.client.send(kube::Request::get(config_map, "default", "a"));
      threw.set(-1);
    } catch (const model::Error& error) {
      threw.set(error.code() == model::ErrorCode::internal ? 1 : -1);
    }
  });
  REQUIRE(threw.wait([](int v) { return v != 0; }));
  CHECK(threw.get() == 1);
}

namespace {

/// An API server that takes writes of ConfigMaps and never answers them.
struct SilentServer {
  explicit SilentServer(io::Executor& executor) : server(executor, {.address = "127.0.0.1"}) {
    server.route("GET", "/api", [](const io::ServerRequest&, const io::Reply& reply) {
      reply(answer(200,
                   R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
                   R"("metadata":{},"items":[{"metadata":{"name":""},"versions":[)"
                   R"({"version":"v1","resources":[{"resource":"configmaps",)"
                   R"("responseKind":{"group":"","version":"v1","kind":"ConfigMap"},)"
                   R"("scope":"Namespaced","singularResource":"","verbs":["patch"]}],)"
                   R"("freshness":"Current"}]}]})",
                   {{"Content-Type", "application/json"}}));
    });
    server.route("GET", "/apis", [](const io::ServerRequest&, const io::Reply& reply) {
      reply(answer(200,
                   R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",)"
                   R"("metadata":{},"items":[]})",
                   {{"Content-Type", "application/json"}}));
    });
    server.route_prefix("PATCH", "/", [this](const io::ServerRequest&, io::Reply reply) {
      held.change([&](auto& replies) { replies.push_back(std::move(reply)); });
    });
    server.start();
  }
  [[nodiscard]] kube::ClusterConfig config() const {
    kube::ClusterConfig config;
    config.server = "http://127.0.0.1:" + std::to_string(server.port());
    return config;
  }
  test::Watched<std::vector<io::Reply>> held;
  io::HttpServer server;
};

}  // namespace

TEST_CASE("a closed fence ends writes under way and lets the Lease and commands through",
          "[appliers][kube][client]") {
  std::atomic<bool> open{true};
  io::Executor executor{{.workers = 2}};
  SilentServer api(executor);
  io::HttpClient http{executor};
  kube::Client client(executor, http, api.config(), {.may_write = [&open] { return open.load(); }});
  test::Watched<std::vector<kube::Response>> answers;
  const auto start = [&](kube::RequestPurpose purpose) {
    kube::Request request = kube::Request::apply(Net::object("a", "1"), "m");
    request.purpose = purpose;
    client.start(std::move(request), [&](kube::Response response) {
      answers.change([&](auto& list) { list.push_back(std::move(response)); });
    });
  };
  const auto has = [](std::size_t count) {
    return [count](const auto& list) { return list.size() == count; };
  };
  start(kube::RequestPurpose::pass);
  REQUIRE(api.held.wait(has(1)));
  open = false;
  start(kube::RequestPurpose::pass);
  REQUIRE(answers.wait(has(1)));
  CHECK(answers.get()[0].status.reason == "cancelled");
  CHECK(answers.get()[0].attempts == 0);
  start(kube::RequestPurpose::lease);
  start(kube::RequestPurpose::command);
  REQUIRE(api.held.wait(has(3)));
  client.cancel_writes();
  REQUIRE(answers.wait(has(2)));
  CHECK(answers.get()[1].status.reason == "cancelled");
  CHECK(answers.get()[1].attempts == 1);
  // The end of the client spares what reports and what gives the lead back.
  open = true;
  start(kube::RequestPurpose::pass);
  start(kube::RequestPurpose::status);
  REQUIRE(api.held.wait(has(5)));
  client.close();
  REQUIRE(answers.wait(has(3)));
  const auto late = client.send(kube::Request::get(config_map, "default", "c"));
  CHECK(late.status.reason == "cancelled");
  api.held.change([](auto& replies) {
    for (const io::Reply& reply : replies) reply(answer(200, "{}"));
  });
  REQUIRE(answers.wait(has(6)));
}
