#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

// Private keys and PEM as Sprig reads and writes them. Keys are drawn from OpenSSL's own generator.
namespace reconcile::sprig {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept;
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

/// What OpenSSL writes into memory, and how it is read back.
struct FreeBio {
  void operator()(BIO* bio) const noexcept;
};
using Bio = std::unique_ptr<BIO, FreeBio>;
Bio text_bio();
Bio text_bio(std::string_view text);
std::string bio_text(BIO* bio);

/// The first PEM block of `text`; false where there is none.
bool first_pem_block(std::string_view text, std::string& type, std::string& bytes);

/// New keys. Throw FunctionError where generation fails.
Key new_rsa_key(int bits);
Key new_ec_key();
Key new_dsa_key();
Key new_ed25519_key();

/// Throws FunctionError with Sprig's text, e.g. "no PEM data in input".
Key parse_private_key(std::string_view pem);
/// RSA, EC and DSA keys in their own formats, others as PKCS #8.
std::string private_key_pem(EVP_PKEY* key);

}  // namespace reconcile::sprig
