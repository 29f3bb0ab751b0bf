#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace reconcile::io {

/// A TCP connection for a thread that may block (Git over SSH). Needs no executor. One connection
/// at a time; every member but `cancel` from one thread.
class BlockingSocket {
 public:
  /// What a caller waits for.
  enum class Readiness { read, write, both };

  BlockingSocket();
  ~BlockingSocket();
  BlockingSocket(const BlockingSocket&) = delete;
  BlockingSocket& operator=(const BlockingSocket&) = delete;

  /// Connects within `timeout`, the search for the name included, and closes what was open.
  /// `proxy`: "http://[user:password@]host:port" (asked to CONNECT) or "socks5://…"; empty = none.
  /// Throws Error(unavailable) naming host and port, Error(invalid_input) for another proxy,
  /// Error(cancelled).
  void connect(const std::string& host, int port, const std::string& proxy,
               std::chrono::milliseconds timeout);
  void close() noexcept;
  /// The non-blocking descriptor; -1 where closed. Owned by this object.
  [[nodiscard]] int descriptor() const noexcept;
  /// Waits until the connection is ready; false where `limit` passed before. An end or error of the
  /// connection counts as ready. Throws Error(cancelled).
  bool wait(Readiness readiness, std::chrono::milliseconds limit);
  /// Makes a waiting or the next `connect` or `wait` throw Error(cancelled), from any thread, for
  /// ever.
  void cancel() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reconcile::io
