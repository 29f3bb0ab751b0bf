#include "reconcile/io/http_client.hpp"

#include <atomic>
#include <catch2/catch.hpp>

#include "reconcile/io/http_server.hpp"
#include "test/support/tls_server.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;
using test::Watched;

namespace {

io::ServerResponse plain(std::string body, int status = 200, io::HttpHeaders headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body), .stream = {}};
}

struct Net {
  Net() {
    server.route("GET", "/hello", [](auto, auto reply) { reply(plain("hello")); });
    server.route("POST", "/echo", [](auto request, auto reply) { reply(plain(request.body)); });
    server.route("GET", "/busy", [](auto, auto reply) {
      reply(plain("", 429, {{"Retry-After", "2"}}));
    });
    server.route("GET", "/never", [this](auto, auto reply) { held.push_back(reply); });
    server.route("GET", "/moved", [](auto, auto reply) {
      reply(plain("", 302, {{"Location", "/hello"}}));
    });
    server.route("GET", "/stream", [this](auto, auto reply) {
      reply({.status = 200, .headers = {}, .body = {}, .stream = [this](io::BodyStream s) {
               stream.set(std::make_shared<io::BodyStream>(s));
             }});
    });
    server.start();
  }
  ~Net() {
    stream.set(nullptr);
    server.stop();
    held.clear();
  }

  [[nodiscard]] io::HttpRequest get(const std::string& path) const {
    io::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    return request;
  }

  io::Executor executor{{.workers = 2}};
  io::HttpServer server{executor, {.address = "127.0.0.1"}};
  io::HttpClient client{executor};
  std::vector<io::Reply> held;
  Watched<std::shared_ptr<io::BodyStream>> stream;
};

/// What a streaming call saw.
struct Heard {
  int status = 0;
  std::string body;
  int chunks = 0;
  std::optional<io::HttpResponse> done;
};

}  // namespace

TEST_CASE("answers carry status, headers and body", "[io][http_client]") {
  Net net;
  const auto response = net.client.send(net.get("/hello"));
  CHECK(response.ok());
  CHECK(response.status == 200);
  CHECK(response.body == "hello");
  CHECK(io::find_header(response.headers, "content-length") == "5");
  CHECK(net.client.send(net.get("/absent")).status == 404);
  CHECK(net.client.send(net.get("/echo")).status == 405);
}

TEST_CASE("sends bodies of any size and reuses connections", "[io][http_client]") {
  Net net;
  for (const std::size_t size : {0UL, 1UL, 100'000UL, 3'000'000UL}) {
    auto request = net.get("/echo");
    request.method = "POST";
    request.body = std::string(size, 'x');
    CHECK(net.client.send(request).body.size() == size);
  }
  CHECK(net.client.connections_opened(io::HttpLane::requests) == 1);
}

TEST_CASE("reads Retry-After", "[io][http_client]") {
  Net net;
  const auto response = net.client.send(net.get("/busy"));
  CHECK(response.status == 429);
  CHECK(response.retry_after == 2s);
}

TEST_CASE("follows redirects only where allowed", "[io][http_client]") {
  Net net;
  auto request = net.get("/moved");
  CHECK(net.client.send(request).status == 302);
  request.redirects_max = 3;
  const auto response = net.client.send(request);
  CHECK(response.body == "hello");
  CHECK(response.effective_url.ends_with("/hello"));
}

TEST_CASE("says why nobody answered", "[io][http_client]") {
  Net net;
  auto request = net.get("/hello");
  request.url = "http://127.0.0.1:1/x?token=hidden";
  auto response = net.client.send(request);
  REQUIRE(response.error);
  CHECK(response.error->code() == model::ErrorCode::unavailable);
  CHECK(response.error->message().find("http://127.0.0.1:1") != std::string::npos);
  CHECK(response.error->message().find("hidden") == std::string::npos);
  request.url = "file:///etc/passwd";
  response = net.client.send(request);
  REQUIRE(response.error);
  CHECK(response.error->code() == model::ErrorCode::invalid_input);
}

TEST_CASE("bounds time and size", "[io][http_client]") {
  Net net;
  auto request = net.get("/never");
  request.timeouts.total = 50ms;
  auto response = net.client.send(request);
  REQUIRE(response.error);
  CHECK(response.error->code() == model::ErrorCode::unavailable);
  request = net.get("/hello");
  request.body_bytes_max = 4;
  response = net.client.send(request);
  REQUIRE(response.error);
  CHECK(response.error->code() == model::ErrorCode::limit_exceeded);
}

TEST_CASE("refuses header injection", "[io][http_client]") {
  Net net;
  auto request = net.get("/hello");
  request.headers.push_back({"X-A", "b\r\nX-C: d"});
  const auto response = net.client.send(request);
  REQUIRE(response.error);
  CHECK(response.error->code() == model::ErrorCode::invalid_input);
}

TEST_CASE("streams chunks, pauses and resumes", "[io][http_client]") {
  Net net;
  Watched<Heard> heard;
  Watched<bool> paused;
  std::atomic<bool> pause_next{true};
  auto request = net.get("/stream");
  request.lane = io::HttpLane::streams;
  io::HttpCallbacks callbacks;
  callbacks.on_headers = [&](const io::HttpResponse& r) {
    heard.change([&](Heard& h) { h.status = r.status; });
  };
  callbacks.on_chunk = [&](std::string_view bytes) {
    if (pause_next.exchange(false)) {
      paused.set(true);
      return io::Flow::pause;
    }
    heard.change([&](Heard& h) { h.body += bytes; });
    return io::Flow::proceed;
  };
  callbacks.on_done = [&](io::HttpResponse r) {
    heard.change([&](Heard& h) { h.done = std::move(r); });
  };
  io::HttpCall call = net.client.start(request, callbacks);
  REQUIRE(net.stream.wait([](const auto& s) { return s != nullptr; }));
  REQUIRE(heard.wait([](const Heard& h) { return h.status == 200; }));
  net.stream.get()->write("first ");
  REQUIRE(paused.wait([](bool v) { return v; }));
  CHECK(heard.get().body.empty());
  net.stream.get()->write("second");
  call.resume();
  REQUIRE(heard.wait([](const Heard& h) { return h.body == "first second"; }));
  net.stream.get()->finish();
  REQUIRE(heard.wait([](const Heard& h) { return h.done.has_value(); }));
  CHECK(heard.get().done->ok());
}

TEST_CASE("a broken stream is an error, a cancelled one says so", "[io][http_client]") {
  Net net;
  for (const bool cancel : {true, false}) {
    net.stream.set(nullptr);
    Watched<Heard> heard;
    io::HttpCallbacks callbacks;
    callbacks.on_chunk = [&](std::string_view bytes) {
      heard.change([&](Heard& h) { h.body += bytes; });
      return io::Flow::proceed;
    };
    callbacks.on_done = [&](io::HttpResponse r) {
      heard.change([&](Heard& h) { h.done = std::move(r); });
    };
    io::HttpCall call = net.client.start(net.get("/stream"), callbacks);
    REQUIRE(net.stream.wait([](const auto& s) { return s != nullptr; }));
    net.stream.get()->write("part");
    REQUIRE(heard.wait([](const Heard& h) { return h.body == "part"; }));
    if (cancel) {
      call.cancel();
    } else {
      net.stream.get()->abort();
    }
    REQUIRE(heard.wait([](const Heard& h) { return h.done.has_value(); }));
    REQUIRE(heard.get().done->error);
    CHECK(heard.get().done->error->code() ==
          (cancel ? model::ErrorCode::cancelled : model::ErrorCode::unavailable));
  }
}

TEST_CASE("answers every call once when the client goes", "[io][http_client]") {
  io::Executor executor;
  std::atomic<int> answered{0};
  {
    io::HttpServer server(executor, {.address = "127.0.0.1"});
    std::vector<io::Reply> held;
    server.route("GET", "/never", [&](auto, auto reply) { held.push_back(reply); });
    server.start();
    {
      io::HttpClient client(executor);
      for (int i = 0; i < 20; ++i) {
        io::HttpRequest request;
        request.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/never";
        io::HttpCallbacks callbacks;
        callbacks.on_done = [&](io::HttpResponse r) {
          if (r.error) ++answered;
        };
        client.start(request, callbacks);
      }
    }
    CHECK(answered == 20);
    server.stop();
  }
}

TEST_CASE("carries many requests at once", "[io][http_client]") {
  Net net;
  Watched<int> done;
  for (int i = 0; i < 500; ++i) {
    io::HttpCallbacks callbacks;
    callbacks.on_done = [&](io::HttpResponse r) {
      if (r.body == "hello") done.change([](int& v) { ++v; });
    };
    net.client.start(net.get("/hello"), callbacks);
  }
  CHECK(done.wait([](int v) { return v == 500; }));
  CHECK(net.client.connections_opened(io::HttpLane::requests) <= 4);
}

TEST_CASE("checks the server's certificate against the given authority", "[io][http_client][tls]") {
  const auto good = test::make_certificate("kube.example");
  const auto other = test::make_certificate("kube.example");
  test::TlsServer server(good);
  io::Executor executor;
  io::HttpClient client(executor);
  io::HttpRequest request;
  request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  const auto with = [&](io::TlsOptions tls) {
    request.tls = std::make_shared<io::TlsOptions>(std::move(tls));
    return client.send(request);
  };
  io::TlsOptions tls;
  tls.ca_pem = good.cert_pem;
  tls.server_name = "kube.example";
  const auto trusted = with(tls);
  INFO((trusted.error ? trusted.error->message() : ""));
  CHECK(trusted.body == "secure");
  tls.ca_pem = other.cert_pem;
  const auto wrong_ca = with(tls);
  REQUIRE(wrong_ca.error);
  CHECK(wrong_ca.error->code() == model::ErrorCode::unauthorized);
  CHECK(wrong_ca.error->message().find("not trusted by the given certificate authorities") !=
        std::string::npos);
  tls.ca_pem = good.cert_pem;
  tls.server_name = "";
  CHECK(with(tls).error);  // The name in the certificate is not 127.0.0.1.
  tls.verification = io::TlsVerification::none;
  const auto refused = with(tls);
  REQUIRE(refused.error);
  CHECK(refused.error->message().find("is not allowed here") != std::string::npos);
  io::HttpClient lenient(executor, {.weakest_verification = io::TlsVerification::none});
  CHECK(lenient.send(request).body == "secure");
}
