#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "renderers/sprig/keys.hpp"

namespace reconcile::sprig {

struct FreeCertificate {
  void operator()(X509* certificate) const noexcept;
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;

/// What a new certificate says.
struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> addresses;  ///< IP addresses as text, already checked
  std::vector<std::string> dns_names;
  std::string serial;           ///< big-endian bytes
  std::int64_t not_before = 0;  ///< seconds since 1970
  std::int64_t not_after = 0;
  bool is_authority = false;
};

/// Who signs; both null for a self-signed certificate.
struct CertificateSigner {
  X509* certificate = nullptr;
  EVP_PKEY* key = nullptr;
};

/// A signed certificate as Go 1.26's x509.CreateCertificate makes it from Sprig's template. Throws
/// FunctionError "error creating certificate: …".
Certificate create_certificate(const CertificateRequest& request, EVP_PKEY* key,
                               const CertificateSigner& signer);

/// Throws FunctionError where `pem` holds no certificate.
Certificate parse_certificate(std::string_view pem);
std::string certificate_pem(X509* certificate);

}  // namespace reconcile::sprig
