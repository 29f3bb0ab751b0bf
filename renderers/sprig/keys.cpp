#include "renderers/sprig/keys.hpp"

#include <new>

#include "reconcile/gotemplate/function.hpp"
#include "renderers/sprig/crypto_library.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::FunctionError;

struct FreeKeyContext {
  void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext>;

[[noreturn]] void fail_generation() {
  throw FunctionError("failed to generate private key");
}

Key generated(EVP_PKEY_CTX* context) {
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_generate(context, &key) != 1) fail_generation();
  return Key(key);
}

}  // namespace

void FreeKey::operator()(EVP_PKEY* key) const noexcept {
  EVP_PKEY_free(key);
}
void FreeBio::operator()(BIO* bio) const noexcept {
  BIO_free(bio);
}

Bio text_bio() {
  Bio bio(BIO_new(BIO_s_mem()));
  if (!bio) throw std::bad_alloc();
  return bio;
}

Bio text_bio(std::string_view text) {
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool first_pem_block(std::string_view text, std::string& type, std::string& bytes) {
  const Bio bio = text_bio(text);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) return false;
  type = name;
  bytes.assign(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return true;
}

Key new_ec_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) fail_generation();
  return key;
}

Key new_dsa_key() {
  const KeyContext parameters(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  if (!parameters || EVP_PKEY_paramgen_init(parameters.get()) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters.get(), 2048) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(parameters.get(), 256) != 1) {
    fail_generation();
  }
  const Key made = generated(parameters.get());
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) fail_generation();
  return generated(context.get());
}

Key new_ed25519_key() {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "ED25519", nullptr));
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1) fail_generation();
  return generated(context.get());
}

Key parse_private_key(std::string_view pem) {
  std::string type;
  std::string bytes;
  if (!first_pem_block(pem, type, bytes)) throw FunctionError("no PEM data in input");
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto size = static_cast<long>(bytes.size());
  if (type == "PRIVATE KEY") {
    Key key(d2i_AutoPrivateKey(nullptr, &data, size));
    if (!key) throw FunctionError("decoding PEM as PKCS#8: malformed key");
    return key;
  }
  constexpr std::string_view ending = " PRIVATE KEY";
  if (!type.ends_with(ending)) {
    throw FunctionError("no private key data in PEM block of type " + type);
  }
  const std::string family = type.substr(0, type.size() - ending.size());
  const int kind = family == "RSA"   ? EVP_PKEY_RSA
                   : family == "EC"  ? EVP_PKEY_EC
                   : family == "DSA" ? EVP_PKEY_DSA
                                     : EVP_PKEY_NONE;
  if (kind == EVP_PKEY_NONE) throw FunctionError("invalid private key type " + family);
  Key key(d2i_PrivateKey(kind, nullptr, &data, size));
  if (!key) throw FunctionError("parsing " + family + " private key from PEM: malformed key");
  return key;
}

std::string private_key_pem(EVP_PKEY* key) {
  const Bio bio = text_bio();
  const int kind = EVP_PKEY_get_base_id(key);
  const bool has_own_format = kind == EVP_PKEY_RSA || kind == EVP_PKEY_EC || kind == EVP_PKEY_DSA;
  const int written = has_own_format ? PEM_write_bio_PrivateKey_traditional(
                                           bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
                                     : PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0,
                                                                nullptr, nullptr);
  if (written != 1) throw FunctionError("error pem-encoding key");
  return bio_text(bio.get());
}

}  // namespace reconcile::sprig
