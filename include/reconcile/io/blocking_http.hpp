#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "reconcile/io/http_message.hpp"

namespace reconcile::io {

/// HTTP for a thread that may block (a Git transfer): the answer's body is read like a file. Needs
/// no executor. Connections are kept between requests of one object. One request at a time; every
/// member but `cancel` from one thread.
class BlockingHttp {
 public:
  /// `weakest` = none lets requests switch the certificate check off.
  explicit BlockingHttp(TlsVerification weakest = TlsVerification::full);
  ~BlockingHttp();
  BlockingHttp(const BlockingHttp&) = delete;
  BlockingHttp& operator=(const BlockingHttp&) = delete;

  /// Sends `request` (its lane is ignored) and waits until status and headers are known. A request
  /// that is still open is dropped. The answer's body is empty: use `read`.
  /// Throws Error(unavailable, unauthorized, limit_exceeded, cancelled, invalid_input).
  HttpResponse open(const HttpRequest& request);
  /// Waits for at least one byte of the body and fills `buffer` with what is there; 0 at the end.
  /// Throws as `open`; memory stays bounded by one network chunk.
  std::size_t read(std::span<char> buffer);
  /// Reads the rest of the body. Throws as `read`.
  std::string read_all();
  /// Makes a waiting or the next `open` or `read` throw Error(cancelled), from any thread, for
  /// ever.
  void cancel() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reconcile::io
