#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace reconcile::model {

/// Digests as lower-case hex.
std::string sha1_hex(std::string_view data);
std::string sha256_hex(std::string_view data);
std::string sha512_hex(std::string_view data);
std::string hmac_sha256_hex(std::string_view key, std::string_view data);
/// Raw bytes.
std::string sha256(std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);
enum class HashAlgorithm { sha1, sha256, sha512 };
/// HMAC (RFC 2104) with any of them, for webhooks that are signed so.
std::string hmac(HashAlgorithm algorithm, std::string_view key, std::string_view data);

/// A fast 128-bit hash for in-memory comparison of values that are not secret; not stable across
/// versions.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const Hash128&) const = default;
};
Hash128 fast_hash(std::string_view data, Hash128 seed = {});

std::string hex_encode(std::string_view bytes);
std::string base64_encode(std::string_view bytes);
/// Standard alphabet with padding; whitespace and line breaks are skipped, as Go's decoder does
/// with CR/LF. Throws Error(invalid_input) naming the offset of the first bad byte.
std::string base64_decode(std::string_view text);

/// Compares without a timing difference that depends on the content; lengths may differ.
bool constant_time_equal(std::string_view left, std::string_view right) noexcept;

/// `bytes` from the system's strong random source.
std::string random_bytes(std::size_t bytes);

}  // namespace reconcile::model
