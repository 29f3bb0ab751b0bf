#include "reconcile/io/http_server.hpp"

#include <catch2/catch.hpp>

#include "reconcile/io/http_client.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;

namespace {

io::ServerResponse plain(std::string body) {
  return {.status = 200, .headers = {}, .body = std::move(body), .stream = {}};
}

struct Net {
  explicit Net(io::HttpServerOptions options = {}) : server(executor, with_loopback(options)) {}
  ~Net() { server.stop(); }
  static io::HttpServerOptions with_loopback(io::HttpServerOptions options) {
    options.address = "127.0.0.1";
    return options;
  }
  io::HttpResponse ask(const std::string& path, std::string method = "GET", std::string body = {},
                       io::HttpHeaders headers = {}) {
    io::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    request.method = std::move(method);
    request.body = std::move(body);
    request.headers = std::move(headers);
    return client.send(request);
  }

  io::Executor executor{{.workers = 2}};
  io::HttpServer server;
  io::HttpClient client{executor};
};

}  // namespace

TEST_CASE("chooses the exact path, then the longest prefix", "[io][http_server]") {
  Net net;
  const auto says = [](std::string text) {
    return [text](auto, auto reply) { reply(plain(text)); };
  };
  net.server.route_prefix("", "/hook/", says("short"));
  net.server.route_prefix("", "/hook/deep/", says("long"));
  net.server.route("GET", "/hook/deep/one", says("exact"));
  net.server.route("POST", "/only-post", says("post"));
  net.server.start();
  CHECK(net.ask("/hook/a").body == "short");
  CHECK(net.ask("/hook/deep/a").body == "long");
  CHECK(net.ask("/hook/deep/one").body == "exact");
  CHECK(net.ask("/hook/deep/one", "POST").body == "long");
  CHECK(net.ask("/only-post").status == 405);
  CHECK(net.ask("/nothing").status == 404);
  CHECK(net.ask("/hook/a%2").status == 400);
}

TEST_CASE("hands over path, query, headers, body and peer", "[io][http_server]") {
  Net net;
  net.server.route("POST", "/a b", [](const io::ServerRequest& r, const io::Reply& reply) {
    reply(plain(r.path + "|" + r.query_value("k").value_or("none") + "|" +
                std::string(io::find_header(r.headers, "x-event").value_or("none")) + "|" + r.body +
                "|" + r.peer));
  });
  net.server.start();
  CHECK(net.ask("/a%20b?x=1&k=v%26w", "POST", "payload", {{"X-Event", "push"}}).body ==
        "/a b|v&w|push|payload|127.0.0.1");
}

TEST_CASE("bounds header and body", "[io][http_server]") {
  Net net({.header_bytes_max = 1024, .body_bytes_max = 100});
  net.server.route("POST", "/", [](auto, auto reply) { reply(plain("ok")); });
  net.server.start();
  CHECK(net.ask("/", "POST", std::string(100, 'x')).status == 200);
  CHECK(net.ask("/", "POST", std::string(101, 'x')).status == 413);
  CHECK(net.ask("/", "POST", "", {{"X-Long", std::string(2000, 'x')}}).status == 431);
}

TEST_CASE("answers where the handler throws, forgets or is late", "[io][http_server]") {
  Net net({.answer_timeout = 50ms});
  std::vector<io::Reply> kept;
  net.server.route("", "/throws", [](auto, auto) { throw std::runtime_error("by the test"); });
  net.server.route("", "/forgets", [](auto, auto) {});
  net.server.route("", "/late", [&](auto, auto reply) { kept.push_back(reply); });
  net.server.route("", "/twice", [](auto, auto reply) {
    reply(plain("one"));
    reply(plain("two"));
  });
  net.server.start();
  CHECK(net.ask("/throws").status == 500);
  CHECK(net.ask("/forgets").status == 500);
  CHECK(net.ask("/late").status == 503);
  CHECK(net.ask("/twice").body == "one");
  net.server.stop();
  kept.clear();
}

TEST_CASE("answers from another thread", "[io][http_server]") {
  Net net;
  net.server.route("", "/pool", [&](auto, auto reply) {
    net.executor.post_pool([reply] { reply(plain("from the pool")); });
  });
  net.server.start();
  CHECK(net.ask("/pool").body == "from the pool");
}

TEST_CASE("streams an answer and notices who leaves", "[io][http_server]") {
  Net net;
  test::Watched<std::shared_ptr<io::BodyStream>> stream;
  net.server.route("", "/stream", [&](auto, auto reply) {
    reply({.status = 200, .headers = {}, .body = {}, .stream = [&](io::BodyStream s) {
             stream.set(std::make_shared<io::BodyStream>(s));
           }});
  });
  net.server.start();
  std::thread writer([&] {
    CHECK(stream.wait([](const auto& s) { return s != nullptr; }));
    stream.get()->write("one ");
    stream.get()->write("two");
    stream.get()->finish();
  });
  CHECK(net.ask("/stream").body == "one two");
  writer.join();
  stream.set(nullptr);
}

TEST_CASE("closes connections above the limit", "[io][http_server]") {
  Net net({.connections_max = 1});
  std::vector<io::Reply> kept;
  test::Watched<int> begun;
  net.server.route("", "/hold", [&](auto, auto reply) {
    kept.push_back(reply);
    begun.set(1);
  });
  net.server.start();
  io::HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(net.server.port()) + "/hold";
  net.client.start(request, {});
  REQUIRE(begun.wait([](int v) { return v == 1; }));
  CHECK(net.server.connections() == 1);
  CHECK(net.ask("/hold").error);
  net.server.stop();
  kept.clear();
}

TEST_CASE("says which address is taken", "[io][http_server]") {
  Net net;
  net.server.start();
  io::HttpServer second(net.executor, {.address = "127.0.0.1", .port = net.server.port()});
  CHECK_THROWS_AS(second.start(), model::Error);
}
