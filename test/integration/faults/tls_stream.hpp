#pragma once

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "test/support/tls_server.hpp"

namespace reconcile::test {

/// One TLS connection with blocking calls; `shut` ends it from any thread.
class TlsStream {
 public:
  /// The server's side of an accepted `socket`, which it closes at its end.
  TlsStream(int socket, const TestCertificate& certificate);
  /// The client's side of a connection to a port of this machine; certificates are not looked at.
  explicit TlsStream(std::uint16_t port);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// The common name in the certificate that the other side showed, whoever signed it; empty where
  /// it showed none.
  [[nodiscard]] std::string peer_name() const;
  /// False where the handshake failed.
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  bool write(std::string_view bytes);
  /// Up to 16 KiB; empty at the end.
  std::string read();
  /// Waits until there is something to read here (true) or `other` has ended (false).
  bool await_bytes(TlsStream& other);
  void shut();

 private:
  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  bool open_ = false;
};

}  // namespace reconcile::test
