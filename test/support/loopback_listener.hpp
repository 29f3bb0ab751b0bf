#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace reconcile::test {

/// A port of the loopback that takes connections and never says a word by itself.
struct LoopbackListener {
  LoopbackListener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket, generic, size) != 0 || ::listen(socket, 8) != 0 ||
        ::getsockname(socket, generic, &size) != 0) {
      throw std::runtime_error("no port to listen on");
    }
    port = ntohs(address.sin_port);
  }
  ~LoopbackListener() { ::close(socket); }
  LoopbackListener(const LoopbackListener&) = delete;
  LoopbackListener& operator=(const LoopbackListener&) = delete;

  int socket;
  int port = 0;
};

}  // namespace reconcile::test
