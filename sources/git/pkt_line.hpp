#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reconcile::sources {

inline constexpr std::size_t pkt_payload_max = 65516;
inline constexpr std::string_view pkt_flush = "0000";

/// "<4 hex digits of the length><payload>". `payload` has at most pkt_payload_max bytes.
std::string pkt_line(std::string_view payload);

/// One unit of Git's protocols: a payload or a flush, which ends a section.
struct Packet {
  bool flush = false;
  std::string payload;
};

/// Cuts what a server sends into packets.
class PacketReader {
 public:
  /// Fills a buffer with at least one byte and answers how many; 0 at the end.
  using ReadBytes = std::function<std::size_t(std::span<char>)>;

  /// More than `bytes_max` bytes end in Error(limit_exceeded).
  PacketReader(ReadBytes read, std::uint64_t bytes_max);

  /// The next packet; absent at the end. Throws Error(unavailable) where the bytes are no packet or
  /// end inside one, and what reading throws.
  std::optional<Packet> next();

 private:
  /// Whether `count` bytes are there; false at the end with none. Throws at an end with some.
  bool fill(std::size_t count);

  ReadBytes read_;
  std::uint64_t bytes_left_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace reconcile::sources
