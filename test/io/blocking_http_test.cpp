#include "reconcile/io/blocking_http.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "reconcile/io/http_server.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;

namespace {

struct Net {
  Net() {
    server.route("", "/big", [](auto, auto reply) {
      reply({.status = 200, .headers = {}, .body = std::string(5'000'000, 'x'), .stream = {}});
    });
    server.route("POST", "/echo", [](auto request, auto reply) {
      reply({.status = 200, .headers = {}, .body = request.body, .stream = {}});
    });
    server.route("", "/hold", [this](auto, auto reply) {
      reply({.status = 200, .headers = {}, .body = {}, .stream = [this](io::BodyStream s) {
               stream.set(std::make_shared<io::BodyStream>(s));
             }});
    });
    server.start();
  }
  ~Net() {
    stream.set(nullptr);
    server.stop();
  }
  [[nodiscard]] io::HttpRequest request(const std::string& path) const {
    io::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    return request;
  }

  io::Executor executor{{.workers = 1}};
  io::HttpServer server{executor, {.address = "127.0.0.1"}};
  test::Watched<std::shared_ptr<io::BodyStream>> stream;
};

}  // namespace

TEST_CASE("reads an answer in pieces", "[io][blocking_http]") {
  Net net;
  io::BlockingHttp http;
  CHECK(http.open(net.request("/big")).status == 200);
  std::size_t total = 0;
  std::array<char, 1000> buffer{};
  while (const std::size_t count = http.read(buffer)) total += count;
  CHECK(total == 5'000'000);
  CHECK(http.read(buffer) == 0);
}

TEST_CASE("sends a body and takes several requests in turn", "[io][blocking_http]") {
  Net net;
  io::BlockingHttp http;
  for (int i = 0; i < 3; ++i) {
    auto request = net.request("/echo");
    request.method = "POST";
    request.body = std::string(200'000, static_cast<char>('a' + i));
    CHECK(http.open(request).status == 200);
    CHECK(http.read_all() == request.body);
  }
  CHECK(http.open(net.request("/absent")).status == 404);
  CHECK(http.open(net.request("/big")).status == 200);  // The rest of the last answer is dropped.
}

TEST_CASE("throws what the transfer failed with", "[io][blocking_http]") {
  Net net;
  io::BlockingHttp http;
  auto request = net.request("/big");
  request.body_bytes_max = 1000;
  CHECK_THROWS_AS((http.open(request), http.read_all()), model::Error);
  request.url = "http://127.0.0.1:1/";
  CHECK_THROWS_AS(http.open(request), model::Error);
  request.url = "ftp://127.0.0.1:1/";
  CHECK_THROWS_AS(http.open(request), model::Error);
  CHECK(http.open(net.request("/big")).status == 200);
}

TEST_CASE("a waiting read ends by cancel from another thread", "[io][blocking_http]") {
  Net net;
  io::BlockingHttp http;
  CHECK(http.open(net.request("/hold")).status == 200);
  REQUIRE(net.stream.wait([](const auto& s) { return s != nullptr; }));
  std::thread other([&] { http.cancel(); });
  CHECK_THROWS_AS(http.read_all(), model::Error);
  other.join();
  CHECK_THROWS_AS(http.open(net.request("/big")), model::Error);
}
