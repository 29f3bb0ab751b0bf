#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace reconcile::model {

/// An ed25519 public key. Cheap to copy; safe from any thread.
class PublicKey {
 public:
  /// Reads base64 of the 32 raw bytes, or PEM (SubjectPublicKeyInfo). Throws Error(invalid_input)
  /// saying what was found.
  static PublicKey parse(std::string_view text);

  /// Base64 of the raw bytes: how policies and flags write it.
  [[nodiscard]] std::string text() const;
  /// The 32 raw bytes.
  [[nodiscard]] const std::string& raw() const noexcept { return raw_; }
  /// Lower-case hex SHA-256 of the raw bytes: the keyid of envelopes.
  [[nodiscard]] std::string id() const;
  /// Whether `signature` (64 raw bytes) is this key's over `message`. False for any other length.
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const noexcept;
  bool operator==(const PublicKey&) const = default;

 private:
  friend class SigningKey;
  explicit PublicKey(std::string raw) : raw_(std::move(raw)) {}
  std::string raw_;
};

/// An ed25519 private key. Its bytes are wiped with the last copy. Safe from any thread.
class SigningKey {
 public:
  static SigningKey generate();
  /// Reads PEM (PKCS #8). Throws Error(invalid_input) without quoting what it read.
  static SigningKey from_pem(std::string_view pem);

  [[nodiscard]] std::string to_pem() const;
  [[nodiscard]] PublicKey public_key() const;
  /// 64 raw bytes.
  [[nodiscard]] std::string sign(std::string_view message) const;
  /// 32 bytes for `purpose` (HKDF-SHA256 of the private key): other secrets of the same owner, such
  /// as the key of digests over Secret values.
  [[nodiscard]] std::string derive(std::string_view purpose) const;

 private:
  struct Key;
  explicit SigningKey(std::shared_ptr<const Key> key);
  std::shared_ptr<const Key> key_;
};

}  // namespace reconcile::model
