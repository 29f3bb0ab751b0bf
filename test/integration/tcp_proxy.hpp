#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace reconcile::test {

/// Passes TCP connections on to a port of this machine, and cuts, slows or silences them on demand.
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
  /// While true nothing is passed on in either direction, and nobody is told.
  void stall(bool stalled) { flow_.stalled = stalled; }
  /// The connections that are open now never pass anything on again, and nobody is told; later ones
  /// do.
  void silence_open();
  /// From now on bytes pass in pieces of this size with a pause behind each.
  void slow(std::size_t piece_bytes, std::chrono::microseconds pause) {
    flow_.piece_bytes = piece_bytes;
    flow_.pause_us = pause.count();
  }
  /// From now on a connection breaks off once the server has sent so many bytes on it; 0: never.
  void cut_after(std::size_t bytes) { flow_.answer_bytes_max = bytes; }
  /// Connections taken since the start, refused ones too.
  [[nodiscard]] std::size_t connections() const { return connections_; }

 private:
  struct Flow {
    std::atomic<bool> stalled{false};
    std::atomic<std::size_t> piece_bytes{16384};
    std::atomic<std::int64_t> pause_us{0};
    std::atomic<std::size_t> answer_bytes_max{0};
  };
  enum class Direction { request, answer };
  struct Link {
    int client = -1;
    int server = -1;
    std::atomic<bool> silent{false};
    std::thread forward;
    std::thread back;
  };
  void serve();
  void open(int client);
  void pump(const Link& link, Direction direction);

  std::uint16_t target_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<bool> refused_{false};
  std::atomic<bool> ending_{false};
  Flow flow_;
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;
  std::list<Link> links_;
  std::thread thread_;
};

}  // namespace reconcile::test
