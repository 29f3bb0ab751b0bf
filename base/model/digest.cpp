#include "reconcile/model/digest.hpp"

// The plain functions of SHA need no initialisation of the library, which takes a millisecond: half
// of what a small chart takes. HMAC is written with them, since OpenSSL's own brings everything
// that the library has into the program, and 16,700 relocations with it.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

/// One of OpenSSL's SHA families: its state, functions and size.
template <class State, int (*begin)(State*), int (*update)(State*, const void*, std::size_t),
          int (*end)(unsigned char*, State*), std::size_t size>
std::string digest(std::string_view data) {
  State state;
  std::string bytes(size, '\0');
  begin(&state);
  update(&state, data.data(), data.size());
  end(reinterpret_cast<unsigned char*>(bytes.data()), &state);
  return bytes;
}

std::string sha1(std::string_view data) {
  return digest<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, SHA_DIGEST_LENGTH>(data);
}
std::string sha512(std::string_view data) {
  return digest<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, SHA512_DIGEST_LENGTH>(data);
}

/// RFC 2104 over a hash with blocks of `block_bytes`.
template <std::size_t block_bytes>
std::string keyed(std::string (*hash)(std::string_view), std::string_view key,
                  std::string_view data) {
  std::string block(key.size() > block_bytes ? hash(key) : std::string(key));
  block.resize(block_bytes);
  std::string inner(block);
  for (char& byte : inner) byte ^= 0x36;
  for (char& byte : block) byte ^= 0x5c;
  return hash(block + hash(inner.append(data)));
}

std::uint64_t load64(const char* bytes) {
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

__extension__ using Wide = unsigned __int128;

/// Multiplies to 128 bits and folds both halves: the mixing step of the hash.
std::uint64_t fold_multiply(std::uint64_t left, std::uint64_t right) {
  const Wide product = static_cast<Wide>(left) * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

constexpr std::uint64_t mix_a = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t mix_b = 0xbf58476d1ce4e5b9ULL;

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

[[noreturn]] void bad_base64(std::size_t offset) {
  throw Error(ErrorCode::invalid_input,
              "illegal base64 data at input byte " + std::to_string(offset));
}

}  // namespace

std::string hex_encode(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string sha256(std::string_view data) {
  return digest<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, SHA256_DIGEST_LENGTH>(data);
}
std::string sha1_hex(std::string_view data) {
  return hex_encode(sha1(data));
}
std::string sha256_hex(std::string_view data) {
  return hex_encode(sha256(data));
}
std::string sha512_hex(std::string_view data) {
  return hex_encode(sha512(data));
}

std::string hmac(HashAlgorithm algorithm, std::string_view key, std::string_view data) {
  switch (algorithm) {
    case HashAlgorithm::sha1:
      return keyed<SHA_CBLOCK>(sha1, key, data);
    case HashAlgorithm::sha256:
      return keyed<SHA256_CBLOCK>(sha256, key, data);
    case HashAlgorithm::sha512:
      break;
  }
  return keyed<SHA512_CBLOCK>(sha512, key, data);
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  return hmac(HashAlgorithm::sha256, key, data);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view data) {
  return hex_encode(hmac_sha256(key, data));
}

Hash128 fast_hash(std::string_view data, Hash128 seed) {
  std::uint64_t a = seed.high ^ mix_a ^ data.size();
  std::uint64_t b = seed.low ^ mix_b;
  const char* at = data.data();
  std::size_t left = data.size();
  for (; left >= 16; at += 16, left -= 16) {
    const std::uint64_t first = load64(at);
    const std::uint64_t second = load64(at + 8);
    a = fold_multiply(a ^ first, mix_b ^ second);
    b = fold_multiply(b ^ second, mix_a ^ first) + a;
  }
  char tail[16] = {};
  if (left > 0) std::memcpy(tail, at, left);
  const std::uint64_t first = load64(tail);
  const std::uint64_t second = load64(tail + 8);
  a = fold_multiply(a ^ first ^ (left << 56U) ^ data.size(), mix_b ^ second ^ left);
  b = fold_multiply(b ^ second ^ mix_b, mix_a ^ first) + a;
  return {fold_multiply(a ^ mix_b, b ^ mix_a), fold_multiply(b ^ (a << 1U), mix_a)};
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const auto byte = [&](std::size_t k) {
      return k < left ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i + k])) : 0U;
    };
    const unsigned group = byte(0) << 16U | byte(1) << 8U | byte(2);
    text += base64_alphabet[group >> 18U];
    text += base64_alphabet[group >> 12U & 63U];
    text += left > 1 ? base64_alphabet[group >> 6U & 63U] : '=';
    text += left > 2 ? base64_alphabet[group & 63U] : '=';
  }
  return text;
}

std::string base64_decode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  unsigned group = 0;
  int digits = 0;
  int padding = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' || c == '\n' || c == ' ' || c == '\t') continue;
    const int digit = base64_digit(c);
    if (c == '=' && digits >= 2 && digits + padding < 4) {
      ++padding;
    } else if (digit >= 0 && padding == 0) {
      group = group << 6U | static_cast<unsigned>(digit);
      ++digits;
    } else {
      bad_base64(i);
    }
    if (digits + padding < 4) continue;
    group <<= 6U * static_cast<unsigned>(padding);
    bytes += static_cast<char>(group >> 16U & 255U);
    if (padding < 2) bytes += static_cast<char>(group >> 8U & 255U);
    if (padding < 1) bytes += static_cast<char>(group & 255U);
    group = 0;
    digits = 0;
    if (padding == 0) continue;
    const std::size_t rest = text.find_first_not_of("\r\n \t", i + 1);
    if (rest != std::string_view::npos) bad_base64(rest);
    return bytes;
  }
  if (digits + padding > 0) bad_base64(text.size());
  return bytes;
}

bool constant_time_equal(std::string_view left, std::string_view right) noexcept {
  // Both sides are digested first, so that neither content nor length shows in the time.
  const std::string left_digest = sha256(left);
  const std::string right_digest = sha256(right);
  return CRYPTO_memcmp(left_digest.data(), right_digest.data(), left_digest.size()) == 0 &&
         left.size() == right.size();
}

std::string random_bytes(std::size_t bytes) {
  std::string data(bytes, '\0');
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t got = getrandom(data.data() + done, bytes - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw Error(ErrorCode::internal, "the system's random source failed");
    done += static_cast<std::size_t>(got);
  }
  return data;
}

}  // namespace reconcile::model
