#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reconcile/model/signature.hpp"

namespace reconcile::engine::gates {

/// A DSSE v1 envelope (https://github.com/secure-systems-lab/dsse): payload with type and
/// signatures.
struct Envelope {
  struct Signature {
    std::string key_id;  ///< PublicKey::id of the signer; a hint only
    std::string bytes;   ///< 64 raw bytes
  };
  std::string payload_type;
  std::string payload;  ///< decoded
  std::vector<Signature> signatures;

  /// Throws Error(invalid_input|limit_exceeded) naming what is wrong; at most 16 signatures.
  static Envelope parse(std::string_view json, std::size_t bytes_max = 1U << 20U);
  /// Canonical JSON, one line.
  [[nodiscard]] std::string text() const;
};

inline constexpr std::string_view statement_payload_type = "application/vnd.in-toto+json";

/// DSSE's pre-authentication encoding: the bytes that are signed.
std::string pre_authentication(std::string_view payload_type, std::string_view payload);
Envelope sign(std::string payload, const model::SigningKey& key);
/// The first of `keys` that signed the envelope; null where none did.
const model::PublicKey* signer_of(const Envelope& envelope,
                                  const std::vector<model::PublicKey>& keys);

}  // namespace reconcile::engine::gates
