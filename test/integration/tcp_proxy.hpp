#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace reconcile::test {

/// Passes TCP connections on to a port of this machine, and cuts them on demand.
class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Breaks every open connection off, in the middle of whatever it carries.
  void cut();
  /// While true new connections are closed as they come.
  void refuse(bool refused) { refused_ = refused; }
  /// Connections taken since the start, refused ones too.
  [[nodiscard]] std::size_t connections() const { return connections_; }

 private:
  struct Link {
    int client = -1;
    int server = -1;
    std::thread forward;
    std::thread back;
  };
  void serve();
  void open(int client);

  std::uint16_t target_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<bool> refused_{false};
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;
  std::list<Link> links_;
  std::thread thread_;
};

}  // namespace reconcile::test
