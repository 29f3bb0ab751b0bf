#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::test {

/// A TCP connection to a port of this machine that sends what a test says, byte by byte if it
/// likes. Reads give up after 20 seconds, which is always a failure of the test.
class RawConnection {
 public:
  /// Throws std::runtime_error where nobody listens.
  explicit RawConnection(std::uint16_t port);
  ~RawConnection();
  RawConnection(RawConnection&& other) noexcept;
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  /// False where the other side has closed.
  bool send(std::string_view bytes);
  /// The answer's first line and header, up to the empty line; empty where the connection ended.
  std::string read_head();
  /// The status of one answer whose body is as long as Content-Length says; 0 where the connection
  /// ended before.
  int read_status();
  /// Waits for the other side to close, dropping what comes; false where it does not.
  bool wait_closed();

 private:
  bool receive();
  int socket_ = -1;
  std::string received_;
};

}  // namespace reconcile::test
