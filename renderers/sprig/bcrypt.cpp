// bcrypt after Provos and Mazières (1999): Blowfish whose key schedule is repeated 2^cost times.
#include "renderers/sprig/bcrypt.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "renderers/sprig/blowfish_state.hpp"

namespace reconcile::sprig {
namespace {

class Blowfish {
 public:
  Blowfish() { std::copy(std::begin(blowfish_state), std::end(blowfish_state), state_.begin()); }

  void encrypt(std::uint32_t& left, std::uint32_t& right) const {
    for (std::size_t round = 0; round < 16; round += 2) {
      left ^= state_[round];
      right ^= mixed(left);
      right ^= state_[round + 1];
      left ^= mixed(right);
    }
    const std::uint32_t last = left ^ state_[16];
    left = right ^ state_[17];
    right = last;
  }

  /// Mixes `key` into the subkeys and replaces the whole state, chained with `salt` (may be empty).
  void expand(std::string_view key, std::string_view salt) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < 18; ++i) state_[i] ^= word(key, at);
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    std::size_t salt_at = 0;
    for (std::size_t i = 0; i < state_.size(); i += 2) {
      if (!salt.empty()) {
        left ^= word(salt, salt_at);
        right ^= word(salt, salt_at);
      }
      encrypt(left, right);
      state_[i] = left;
      state_[i + 1] = right;
    }
  }

  /// The next four bytes of `text`, which is read round and round.
  static std::uint32_t word(std::string_view text, std::size_t& at) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      value = (value << 8U) | static_cast<unsigned char>(text[at]);
      at = at + 1 == text.size() ? 0 : at + 1;
    }
    return value;
  }

 private:
  [[nodiscard]] std::uint32_t mixed(std::uint32_t value) const {
    const std::uint32_t* boxes = state_.data() + 18;
    return ((boxes[value >> 24U] + boxes[256 + ((value >> 16U) & 0xFFU)]) ^
            boxes[512 + ((value >> 8U) & 0xFFU)]) +
           boxes[768 + (value & 0xFFU)];
  }

  std::array<std::uint32_t, 18 + 4 * 256> state_;
};

/// bcrypt's own base64 without padding.
std::string encoded(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    group = (group << 8U) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += alphabet[(group >> bits) & 63U];
    }
  }
  if (bits > 0) out += alphabet[(group << (6 - bits)) & 63U];
  return out;
}

}  // namespace

std::string bcrypt_hash(std::string_view password, int cost, std::string_view salt) {
  std::string key(password);
  key += '\0';  // the C string's end belongs to the key
  Blowfish cipher;
  cipher.expand(key, salt);
  for (std::uint64_t i = 0; i < (std::uint64_t{1} << static_cast<unsigned>(cost)); ++i) {
    cipher.expand(key, {});
    cipher.expand(salt, {});
  }
  constexpr std::string_view text = "OrpheanBeholderScryDoubt";
  std::string digest;
  std::size_t at = 0;
  for (std::size_t block = 0; block < 3; ++block) {
    std::uint32_t left = Blowfish::word(text, at);
    std::uint32_t right = Blowfish::word(text, at);
    for (int i = 0; i < 64; ++i) cipher.encrypt(left, right);
    for (const std::uint32_t half : {left, right}) {
      for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        digest += static_cast<char>((half >> shift) & 0xFFU);
      }
    }
  }
  digest.pop_back();  // the last byte is dropped by convention
  return "$2a$" + std::string(cost < 10 ? "0" : "") + std::to_string(cost) + '$' + encoded(salt) +
         encoded(digest);
}

}  // namespace reconcile::sprig
