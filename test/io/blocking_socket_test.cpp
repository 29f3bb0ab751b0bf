#include "reconcile/io/blocking_socket.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "reconcile/model/error.hpp"
#include "test/support/loopback_listener.hpp"

using namespace reconcile::io;
using namespace std::chrono_literals;
using reconcile::model::Error;
using reconcile::model::ErrorCode;
using reconcile::test::LoopbackListener;

namespace {

template <typename Work>
ErrorCode code_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

/// Reads up to the end of an HTTP head.
std::string read_head(int peer) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n") && ::read(peer, &byte, 1) == 1) head += byte;
  return head;
}

}  // namespace

TEST_CASE("connects and waits for bytes", "[io][blocking_socket]") {
  const LoopbackListener listener;
  BlockingSocket socket;
  CHECK(socket.descriptor() == -1);
  socket.connect("127.0.0.1", listener.port, "", 5s);
  const int peer = ::accept(listener.socket, nullptr, nullptr);
  REQUIRE(peer >= 0);
  CHECK(socket.wait(BlockingSocket::Readiness::write, 5s));
  CHECK_FALSE(socket.wait(BlockingSocket::Readiness::read, 20ms));
  REQUIRE(::write(peer, "x", 1) == 1);
  CHECK(socket.wait(BlockingSocket::Readiness::read, 5s));
  char byte = 0;
  CHECK(::read(socket.descriptor(), &byte, 1) == 1);
  ::close(peer);
  CHECK(socket.wait(BlockingSocket::Readiness::read, 5s));
  socket.connect("127.0.0.1", listener.port, "", 5s);
  CHECK(socket.descriptor() >= 0);
  socket.close();
  CHECK(socket.descriptor() == -1);
}

TEST_CASE("asks an HTTP proxy to connect", "[io][blocking_socket]") {
  const LoopbackListener proxy;
  std::string head;
  std::thread server([&] {
    const int peer = ::accept(proxy.socket, nullptr, nullptr);
    head = read_head(peer);
    const std::string answer = "HTTP/1.1 200 Connected\r\n\r\nSSH-2.0-x";
    if (::write(peer, answer.data(), answer.size()) < 0) head = "write failed";
    ::close(peer);
  });
  BlockingSocket socket;
  socket.connect("git.example", 7999, "http://user:word@127.0.0.1:" + std::to_string(proxy.port),
                 5s);
  server.join();
  CHECK(head.starts_with("CONNECT git.example:7999 HTTP/1.1\r\n"));
  CHECK(head.find("Proxy-Authorization: Basic dXNlcjp3b3Jk") != std::string::npos);
  REQUIRE(socket.wait(BlockingSocket::Readiness::read, 5s));
  char bytes[16];
  CHECK(::read(socket.descriptor(), bytes, sizeof bytes) == 9);
}

TEST_CASE("a connection that is not to be had names the place", "[io][blocking_socket]") {
  BlockingSocket socket;
  try {
    socket.connect("127.0.0.1", 1, "", 5s);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unavailable);
    CHECK(std::string(error.what()).find("127.0.0.1:1, found: ") != std::string::npos);
  }
  CHECK(code_of([&] { socket.connect("127.0.0.1", 1, "https://x:1", 5s); }) ==
        ErrorCode::invalid_input);
}

TEST_CASE("a wait and everything after it can be cancelled", "[io][blocking_socket]") {
  const LoopbackListener listener;
  BlockingSocket socket;
  socket.connect("127.0.0.1", listener.port, "", 5s);
  std::thread canceller([&] { socket.cancel(); });
  CHECK(code_of([&] { socket.wait(BlockingSocket::Readiness::read, 60s); }) ==
        ErrorCode::cancelled);
  canceller.join();
  CHECK(code_of([&] { socket.connect("127.0.0.1", listener.port, "", 5s); }) ==
        ErrorCode::cancelled);
}
