// What a hostile or clumsy client cannot do to the server.

#include <catch2/catch.hpp>
#include <vector>

#include "reconcile/io/http_server.hpp"
#include "test/support/raw_connection.hpp"
#include "test/support/wait_for.hpp"

using namespace reconcile;
using namespace std::chrono_literals;
using test::RawConnection;

namespace {

struct Net {
  explicit Net(io::HttpServerOptions options = {}) : server(executor, with_loopback(options)) {
    server.route("POST", "/", [this](const io::ServerRequest& request, const io::Reply& reply) {
      bodies.change([&](auto& sizes) { sizes.push_back(request.body.size()); });
      reply({.status = 200, .headers = {}, .body = "ok", .stream = {}});
    });
    server.set_refusal_listener(
        [this](int status) { refused.change([&](auto& list) { list.push_back(status); }); });
  }
  ~Net() { server.stop(); }
  static io::HttpServerOptions with_loopback(io::HttpServerOptions options) {
    options.address = "127.0.0.1";
    return options;
  }
  RawConnection connect() { return RawConnection(server.port()); }

  test::Watched<std::vector<std::size_t>> bodies;
  test::Watched<std::vector<int>> refused;
  io::Executor executor{{.workers = 2}};
  io::HttpServer server;
};

std::string post(std::size_t length, const std::string& more = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" + more +
         "\r\n";
}

}  // namespace

TEST_CASE("refuses a large body before it is sent", "[io][http_server]") {
  Net net({.body_bytes_max = 100});
  net.server.start();
  RawConnection connection = net.connect();
  REQUIRE(connection.send(post(101)));
  CHECK(connection.read_status() == 413);
  CHECK(net.refused.get() == std::vector<int>{413});
}

TEST_CASE("an answer given early survives what is still being sent", "[io][http_server]") {
  Net net({.body_bytes_max = 100});
  net.server.start();
  RawConnection connection = net.connect();
  REQUIRE(connection.send(post(2U << 20U)));
  REQUIRE(connection.send(std::string(2U << 20U, 'x')));
  CHECK(connection.read_status() == 413);
  CHECK(connection.wait_closed());
}

TEST_CASE("refuses a body of unknown length where it grows too large", "[io][http_server]") {
  Net net({.body_bytes_max = 100});
  net.server.start();
  RawConnection connection = net.connect();
  REQUIRE(connection.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
  REQUIRE(connection.send("50\r\n" + std::string(0x50, 'x') + "\r\n"));
  REQUIRE(connection.send("50\r\n" + std::string(0x50, 'x') + "\r\n"));
  CHECK(connection.read_status() == 413);
  CHECK(net.bodies.get().empty());
}

TEST_CASE("an admission refuses by the head alone", "[io][http_server]") {
  Net net;
  net.server.set_admission([](const io::ServerRequest& head) {
    std::optional<io::ServerResponse> refusal;
    if (head.target != "/") {
      refusal = io::ServerResponse{.status = 404, .headers = {}, .body = {}, .stream = {}};
    }
    return refusal;
  });
  net.server.start();
  RawConnection refused = net.connect();
  REQUIRE(refused.send("POST /?a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"));
  CHECK(refused.read_status() == 404);
  // Without a body the connection lives on.
  RawConnection kept = net.connect();
  REQUIRE(kept.send("POST /%61 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
  CHECK(kept.read_status() == 404);
  REQUIRE(kept.send(post(2) + "ab"));
  CHECK(kept.read_status() == 200);
  CHECK(net.bodies.get() == std::vector<std::size_t>{2});
}

TEST_CASE("asks for a body that waits to be asked for", "[io][http_server]") {
  Net net;
  net.server.start();
  RawConnection connection = net.connect();
  REQUIRE(connection.send(post(5, "Expect: 100-continue\r\n")));
  CHECK(connection.read_head() == "HTTP/1.1 100 Continue\r\n");
  REQUIRE(connection.send("abcde"));
  CHECK(connection.read_status() == 200);
}

TEST_CASE("bounds the bodies of all connections together", "[io][http_server]") {
  Net net({.bodies_bytes_max = 1000});
  test::Watched<std::vector<io::Reply>> kept;
  net.server.route("POST", "/hold", [&](const io::ServerRequest&, const io::Reply& reply) {
    kept.change([&](auto& replies) { replies.push_back(reply); });
  });
  net.server.start();
  RawConnection first = net.connect();
  REQUIRE(first.send("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 800\r\n\r\n"));
  REQUIRE(first.send(std::string(800, 'x')));
  REQUIRE(kept.wait([](const auto& replies) { return replies.size() == 1; }));
  RawConnection second = net.connect();
  REQUIRE(second.send(post(800) + std::string(800, 'y')));
  CHECK(second.read_status() == 503);
  kept.get().front()({.status = 200, .headers = {}, .body = "", .stream = {}});
  kept.set({});
  CHECK(first.read_status() == 200);
  RawConnection third = net.connect();
  REQUIRE(third.send(post(800) + std::string(800, 'z')));
  CHECK(third.read_status() == 200);
}

TEST_CASE("slow senders give way to new connections", "[io][http_server]") {
  Net net({.connections_max = 4});
  net.server.start();
  std::vector<RawConnection> slow;
  for (int i = 0; i < 40; ++i) {
    slow.push_back(net.connect());
    slow.back().send(i % 2 == 0 ? "POST / HTTP/1.1\r\nHo" : post(10) + "x");
  }
  RawConnection honest = net.connect();
  REQUIRE(honest.send(post(2) + "ab"));
  CHECK(honest.read_status() == 200);
  CHECK(net.server.connections() <= 4);
  CHECK(slow.front().wait_closed());
}

TEST_CASE("a request that never ends is cut after its time", "[io][http_server]") {
  Net net({.header_timeout = 50ms});
  net.server.start();
  RawConnection head = net.connect();
  REQUIRE(head.send("POST / HTTP/1.1\r\n"));
  CHECK(head.wait_closed());
  RawConnection body = net.connect();
  REQUIRE(body.send(post(10) + "x"));
  CHECK(body.wait_closed());
  CHECK(net.bodies.get().empty());
}
