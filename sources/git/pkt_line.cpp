#include "sources/git/pkt_line.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "reconcile/model/error.hpp"
#include "sources/git/plain_text.hpp"

namespace reconcile::sources {
namespace {

using model::Error;
using model::ErrorCode;

constexpr std::size_t head_bytes = 4;

}  // namespace

std::string pkt_line(std::string_view payload) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t length = payload.size() + head_bytes;
  std::string line;
  for (const unsigned shift : {12U, 8U, 4U, 0U}) line += digits[(length >> shift) & 0xFU];
  return line.append(payload);
}

PacketReader::PacketReader(ReadBytes read, std::uint64_t bytes_max)
    : read_(std::move(read)), bytes_left_(bytes_max) {
}

bool PacketReader::fill(std::size_t count) {
  if (at_ > 0 && at_ >= buffer_.size() / 2) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  while (buffer_.size() - at_ < count) {
    std::array<char, 16384> chunk{};
    const std::size_t found = read_(chunk);
    if (found == 0) {
      if (buffer_.size() == at_) return false;
      throw Error(ErrorCode::unavailable,
                  "expected the rest of the Git server's answer, found its end");
    }
    if (found > bytes_left_) {
      throw Error(ErrorCode::limit_exceeded, "expected a shorter answer from the Git server");
    }
    bytes_left_ -= found;
    buffer_.append(chunk.data(), found);
  }
  return true;
}

std::optional<Packet> PacketReader::next() {
  if (!fill(head_bytes)) return std::nullopt;
  const char* head = buffer_.data() + at_;
  std::size_t length = 0;
  const auto [end, failure] = std::from_chars(head, head + head_bytes, length, 16);
  const bool valid = failure == std::errc() && end == head + head_bytes && *head != '-';
  if (!valid || (length != 0 && length < head_bytes) || length > pkt_payload_max + head_bytes) {
    throw Error(ErrorCode::unavailable, "expected an answer in Git's protocol, found \"" +
                                            plain_text({head, buffer_.size() - at_}, 60) + "\"");
  }
  if (length == 0) {
    at_ += head_bytes;
    return Packet{true, {}};
  }
  fill(length);
  Packet packet{false, buffer_.substr(at_ + head_bytes, length - head_bytes)};
  at_ += length;
  return packet;
}

}  // namespace reconcile::sources
