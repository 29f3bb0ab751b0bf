#include "reconcile/io/certificate_pair.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace reconcile::io {
namespace {

std::unique_ptr<BIO, decltype(&BIO_free)> opened(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

/// Nobody is asked: an encrypted key is none.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return 0;
}

}  // namespace

bool is_certificate_pair(const std::string& cert_pem, const std::string& key_pem) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(opened(cert_pem).get(), nullptr, no_password, nullptr), &X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(opened(key_pem).get(), nullptr, no_password, nullptr),
      &EVP_PKEY_free);
  const bool fits = certificate != nullptr && key != nullptr &&
                    X509_check_private_key(certificate.get(), key.get()) == 1;
  // What went wrong here is nothing that the thread's next user of OpenSSL must hear of.
  ERR_clear_error();
  return fits;
}

}  // namespace reconcile::io
