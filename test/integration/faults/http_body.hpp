#pragma once

#include <string>

#include "test/integration/faults/tls_stream.hpp"

namespace reconcile::test {

/// Reads HTTP/1.1 messages from a stream.
class HttpReader {
 public:
  explicit HttpReader(TlsStream& stream) : stream_(stream) {}

  /// Head and body of the next request; empty where the stream ended before.
  std::string read_message();
  /// Up to and with the empty line; empty where the stream ended before.
  std::string read_head();
  /// The body that belongs to `head`, without its framing.
  std::string read_body(const std::string& head);
  /// The next line of a chunked body; false where it is over or `client` is gone.
  bool await_line(TlsStream& client, std::string& line);

 private:
  bool receive();
  bool take_chunk(std::string& into);
  TlsStream& stream_;
  std::string received_;
  std::string decoded_;
};

bool is_chunked(const std::string& head);
/// The head without its empty line, and without what says how long the body is.
std::string without_framing(const std::string& head);

}  // namespace reconcile::test
