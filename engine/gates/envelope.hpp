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
/// The first of `keys` that signed the envelope; null where none did. The key ids are not read.
const model::PublicKey* signer_of(const Envelope& envelope,
                                  const std::vector<model::PublicKey>& keys);

/// What one trusted key signed.
struct Signed {
  std::string payload;
  model::PublicKey key;
};
/// Opens a file that holds exactly what `sign(…).text()` writes (a final newline is allowed): one
/// signature, named by its key's id, by one of `keys`, of `statement_payload_type`. So there is one
/// text a statement and key, and any other byte is refused. Throws Error(invalid_input |
/// limit_exceeded) where the form is wrong and Error(unauthorized) naming the key id where none of
/// `keys` signed it.
Signed open_signed(std::string_view text, const std::vector<model::PublicKey>& keys,
                   std::size_t bytes_max = 1U << 20U);

}  // namespace reconcile::engine::gates
