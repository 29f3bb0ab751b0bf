#include "reconcile/model/signature.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t key_text_bytes_max = 16U << 10U;
constexpr std::string_view derivation_salt = "reconcile signing key v1";

struct Freed {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, Freed>;
using Key = std::unique_ptr<EVP_PKEY, Freed>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

[[noreturn]] void failed(std::string_view what) {
  ERR_clear_error();
  throw Error(ErrorCode::internal, "the library's " + std::string(what) + " failed");
}

[[noreturn]] void not_a_key(std::string_view expected, std::string_view found) {
  ERR_clear_error();
  throw Error(ErrorCode::invalid_input,
              "expected " + std::string(expected) + ", found " + std::string(found));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Answers no password, so that an encrypted key fails instead of asking the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

std::string kind_of(const EVP_PKEY* key) {
  const char* name = EVP_PKEY_get0_type_name(key);
  return name == nullptr ? "a key of another kind" : "a key of kind " + std::string(name);
}

Key from_raw_public(std::string_view raw) {
  return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(raw), raw.size()));
}

std::string raw_public(const EVP_PKEY* key) {
  std::string raw(key_bytes, '\0');
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size) != 1 ||
      size != key_bytes) {
    failed("reading of a public key");
  }
  return raw;
}

/// Points of small order (RFC 7748 and RFC 8032 curves, with their encodings beyond the prime): for
/// these anybody can make signatures. The list is that of the curve, the sign bit left out.
bool has_small_order(std::string_view raw) {
  static constexpr std::array<std::string_view, 7> points{
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
  std::string unsigned_raw(raw);
  unsigned_raw.back() = static_cast<char>(unsigned_raw.back() & 0x7F);
  return std::find(points.begin(), points.end(), hex_encode(unsigned_raw)) != points.end();
}

constexpr std::string_view public_form =
    "an ed25519 public key as base64 of 32 bytes or as PEM (SubjectPublicKeyInfo)";

std::string public_from_pem(std::string_view text) {
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    not_a_key(public_form, "a private key");
  }
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) failed("allocation");
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr));
  if (key == nullptr) not_a_key(public_form, "PEM that holds no public key");
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) not_a_key(public_form, kind_of(key.get()));
  return raw_public(key.get());
}

std::string public_from_base64(std::string_view text) {
  std::string raw;
  try {
    raw = base64_decode(text);
  } catch (const Error& error) {
    not_a_key(public_form, error.message());
  }
  if (raw.size() != key_bytes) {
    not_a_key(public_form, "base64 of " + std::to_string(raw.size()) + " bytes");
  }
  return raw;
}

}  // namespace

PublicKey PublicKey::parse(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) not_a_key(public_form, "nothing");
  if (text.size() > key_text_bytes_max) {
    not_a_key(public_form, std::to_string(text.size()) + " bytes");
  }
  PublicKey key(text.starts_with("-----BEGIN") ? public_from_pem(text) : public_from_base64(text));
  if (has_small_order(key.raw_)) {
    not_a_key(public_form, "a point of small order, for which anybody can sign");
  }
  return key;
}

std::string PublicKey::text() const {
  return base64_encode(raw_);
}

std::string PublicKey::id() const {
  return sha256_hex(raw_);
}

bool PublicKey::verify(std::string_view message, std::string_view signature) const noexcept {
  if (signature.size() != signature_bytes || raw_.size() != key_bytes) return false;
  const Key key = from_raw_public(raw_);
  const DigestContext context(EVP_MD_CTX_new());
  const bool valid =
      key != nullptr && context != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                       message.size()) == 1;
  if (!valid) ERR_clear_error();
  return valid;
}

/// OpenSSL keeps an ed25519 private key in memory that it clears before it frees it.
struct SigningKey::Key {
  explicit Key(model::Key key) : pkey(std::move(key)) {}
  model::Key pkey;
};

SigningKey::SigningKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {
}

SigningKey SigningKey::generate() {
  model::Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (key == nullptr) failed("key generation");
  return SigningKey(std::make_shared<const Key>(std::move(key)));
}

SigningKey SigningKey::from_pem(std::string_view pem) {
  constexpr std::string_view form = "an ed25519 private key as unencrypted PEM (PKCS #8)";
  pem = trimmed(pem);
  if (pem.empty()) not_a_key(form, "nothing");
  if (pem.size() > key_text_bytes_max) not_a_key(form, std::to_string(pem.size()) + " bytes");
  if (pem.starts_with("-----BEGIN PUBLIC KEY-----")) not_a_key(form, "a public key");
  if (pem.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----")) {
    not_a_key(form, "a key in OpenSSH's own format");
  }
  if (pem.starts_with("-----BEGIN ENCRYPTED")) not_a_key(form, "an encrypted key");
  if (!pem.starts_with("-----BEGIN PRIVATE KEY-----")) {
    not_a_key(form, "text that does not begin with -----BEGIN PRIVATE KEY-----");
  }
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) failed("allocation");
  model::Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (key == nullptr) not_a_key(form, "PEM that holds no private key");
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) not_a_key(form, kind_of(key.get()));
  return SigningKey(std::make_shared<const Key>(std::move(key)));
}

std::string SigningKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (bio == nullptr || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->pkey.get(), nullptr, nullptr,
                                                      0, nullptr, nullptr) != 1) {
    failed("writing of a private key");
  }
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  if (size <= 0) failed("writing of a private key");
  std::string pem(bytes, static_cast<std::size_t>(size));
  OPENSSL_cleanse(bytes, static_cast<std::size_t>(size));
  return pem;
}

PublicKey SigningKey::public_key() const {
  return PublicKey(raw_public(key_->pkey.get()));
}

std::string SigningKey::sign(std::string_view message) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::string signature(signature_bytes, '\0');
  std::size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->pkey.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     octets(message), message.size()) != 1 ||
      size != signature_bytes) {
    failed("signing");
  }
  return signature;
}

std::string SigningKey::derive(std::string_view purpose) const {
  // RFC 5869 with an output of one block: extract, then expand with the counter 1.
  std::array<char, key_bytes> raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_private_key(key_->pkey.get(), reinterpret_cast<unsigned char*>(raw.data()),
                                   &size) != 1) {
    failed("reading of a private key");
  }
  std::string extracted = hmac_sha256(derivation_salt, {raw.data(), raw.size()});
  OPENSSL_cleanse(raw.data(), raw.size());
  std::string derived = hmac_sha256(extracted, std::string(purpose) + '\x01');
  OPENSSL_cleanse(extracted.data(), extracted.size());
  return derived;
}

}  // namespace reconcile::model
