#include "renderers/sprig/certificates.hpp"

#include <arpa/inet.h>

#include "reconcile/gotemplate/function.hpp"
#include "renderers/sprig/crypto_library.hpp"

namespace reconcile::sprig {
namespace {

using gotemplate::FunctionError;

void check(bool succeeded, const char* what) {
  if (!succeeded) throw FunctionError(std::string("error creating certificate: ") + what);
}

void set_serial(X509* certificate, const std::string& bytes) {
  const std::unique_ptr<BIGNUM, CryptoFree<BN_free>> number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                static_cast<int>(bytes.size()), nullptr));
  check(number != nullptr &&
            BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
        "serial number");
}

void set_time(ASN1_TIME* time, std::int64_t seconds) {
  check(ASN1_TIME_set(time, seconds) != nullptr, "cannot represent time as GeneralizedTime");
}

void set_subject(X509* certificate, const std::string& common_name) {
  if (common_name.empty()) return;
  check(
      X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) == 1,
      "common name");
}

void add_extension(X509* certificate, X509V3_CTX* context, int id, const char* value) {
  const std::unique_ptr<X509_EXTENSION, CryptoFree<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, context, id, value));
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

/// Names are put in as data: a comma in one starts no other.
void add_alternative_names(X509* certificate, const CertificateRequest& request) {
  if (request.dns_names.empty() && request.addresses.empty()) return;
  const std::unique_ptr<GENERAL_NAMES, CryptoFree<GENERAL_NAMES_free>> names(
      sk_GENERAL_NAME_new_null());
  const auto add = [&](int type, ASN1_STRING* text, std::string_view bytes) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    check(name != nullptr && text != nullptr &&
              ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) == 1,
          "alternative name");
    GENERAL_NAME_set0_value(name, type, text);
    check(sk_GENERAL_NAME_push(names.get(), name) > 0, "alternative name");
  };
  for (const std::string& name : request.dns_names) add(GEN_DNS, ASN1_IA5STRING_new(), name);
  for (const std::string& address : request.addresses) {
    char bytes[16];
    const bool is_v4 = inet_pton(AF_INET, address.c_str(), bytes) == 1;
    check(is_v4 || inet_pton(AF_INET6, address.c_str(), bytes) == 1, "address");
    add(GEN_IPADD, ASN1_OCTET_STRING_new(), {bytes, is_v4 ? 4U : 16U});
  }
  check(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1,
        "alternative names");
}

/// In Go's order: usages, constraints, key identifiers, names.
void add_extensions(X509* certificate, X509* issuer, const CertificateRequest& request) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  add_extension(certificate, &context, NID_key_usage,
                request.is_authority ? "critical,digitalSignature,keyEncipherment,keyCertSign"
                                     : "critical,digitalSignature,keyEncipherment");
  add_extension(certificate, &context, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(certificate, &context, NID_basic_constraints,
                request.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (request.is_authority) {
    add_extension(certificate, &context, NID_subject_key_identifier, "hash");
  }
  const bool same_name =
      X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_subject_name(certificate)) == 0;
  if (!same_name && X509_get0_subject_key_id(issuer) != nullptr) {
    add_extension(certificate, &context, NID_authority_key_identifier, "keyid");
  }
  add_alternative_names(certificate, request);
}

}  // namespace

void FreeCertificate::operator()(X509* certificate) const noexcept {
  X509_free(certificate);
}

Certificate create_certificate(const CertificateRequest& request, EVP_PKEY* key,
                               const CertificateSigner& signer) {
  Certificate certificate(X509_new());
  check(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "version");
  X509* issuer = signer.certificate == nullptr ? certificate.get() : signer.certificate;
  EVP_PKEY* signing_key = signer.key == nullptr ? key : signer.key;
  set_serial(certificate.get(), request.serial);
  set_time(X509_getm_notBefore(certificate.get()), request.not_before);
  set_time(X509_getm_notAfter(certificate.get()), request.not_after);
  set_subject(certificate.get(), request.common_name);
  check(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1, "issuer");
  check(X509_set_pubkey(certificate.get(), key) == 1, "public key");
  add_extensions(certificate.get(), issuer, request);
  const int kind = EVP_PKEY_get_base_id(signing_key);
  const EVP_MD* digest = kind == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  check(X509_sign(certificate.get(), signing_key, digest) > 0,
        "x509: unsupported key, or parent's key does not fit");
  return certificate;
}

Certificate parse_certificate(std::string_view pem) {
  std::string type;
  std::string bytes;
  if (!first_pem_block(pem, type, bytes)) throw FunctionError("unable to decode certificate");
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  Certificate certificate(d2i_X509(nullptr, &data, static_cast<long>(bytes.size())));
  if (!certificate) {
    throw FunctionError(
        "error parsing certificate: decodedCert.Bytes: x509: malformed certificate");
  }
  return certificate;
}

std::string certificate_pem(X509* certificate) {
  const Bio bio = text_bio();
  if (PEM_write_bio_X509(bio.get(), certificate) != 1) {
    throw FunctionError("error pem-encoding certificate");
  }
  return bio_text(bio.get());
}

}  // namespace reconcile::sprig
