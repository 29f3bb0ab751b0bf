#include "test/integration/tcp_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

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

/// Copies until one side ends; then both ends hear of it.
void pump(int from, int to) {
  char buffer[16384];
  for (ssize_t count = 0; (count = ::recv(from, buffer, sizeof buffer, 0)) > 0;) {
    for (ssize_t sent = 0; sent < count;) {
      const ssize_t part =
          ::send(to, buffer + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
      if (part <= 0) {
        ::shutdown(from, SHUT_RDWR);
        return;
      }
      sent += part;
    }
  }
  ::shutdown(to, SHUT_RDWR);
}

}  // namespace

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
  link.forward = std::thread([client, server] { pump(client, server); });
  link.back = std::thread([client, server] { pump(server, client); });
}

}  // namespace reconcile::test
