#include "test/integration/tcp_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace reconcile::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

/// Copies until one side ends; then both ends hear of it.
void TcpProxy::pump(const Link& link, Direction direction) {
  const int from = direction == Direction::request ? link.client : link.server;
  const int to = direction == Direction::request ? link.server : link.client;
  char buffer[16384];
  std::size_t passed = 0;
  while (true) {
    const std::size_t piece = std::min(sizeof buffer, flow_.piece_bytes.load());
    const ssize_t count = ::recv(from, buffer, piece, 0);
    if (count <= 0) break;
    while ((flow_.stalled || link.silent) && !ending_)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (ssize_t sent = 0; sent < count;) {
      const ssize_t part =
          ::send(to, buffer + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
      if (part <= 0) {
        ::shutdown(from, SHUT_RDWR);
        return;
      }
      sent += part;
    }
    passed += static_cast<std::size_t>(count);
    const std::size_t most = flow_.answer_bytes_max;
    if (direction == Direction::answer && most > 0 && passed >= most) {
      ::shutdown(from, SHUT_RDWR);
      break;
    }
    if (flow_.pause_us > 0) std::this_thread::sleep_for(std::chrono::microseconds(flow_.pause_us));
  }
  ::shutdown(to, SHUT_RDWR);
}

TcpProxy::TcpProxy(std::uint16_t target) : target_(target) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

TcpProxy::~TcpProxy() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
  ending_ = true;
  cut();
  for (Link& link : links_) {
    link.forward.join();
    link.back.join();
    ::close(link.client);
    ::close(link.server);
  }
}

void TcpProxy::cut() {
  const std::lock_guard lock(mutex_);
  for (const Link& link : links_) {
    ::shutdown(link.client, SHUT_RDWR);
    ::shutdown(link.server, SHUT_RDWR);
  }
}

void TcpProxy::silence_open() {
  const std::lock_guard lock(mutex_);
  for (Link& link : links_) link.silent = true;
}

void TcpProxy::serve() {
  for (int client = 0; (client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    ++connections_;
    if (refused_)
      ::close(client);
    else
      open(client);
  }
}

void TcpProxy::open(int client) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(target_);
  if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(server);
    ::close(client);
    return;
  }
  const std::lock_guard lock(mutex_);
  Link& link = links_.emplace_back();
  link.client = client;
  link.server = server;
  link.forward = std::thread([this, &link] { pump(link, Direction::request); });
  link.back = std::thread([this, &link] { pump(link, Direction::answer); });
}

}  // namespace reconcile::test
