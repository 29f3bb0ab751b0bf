#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>

// OpenSSL's functions for keys, certificates, ciphers and decimals, out of a library that the first
// call opens: most charts call none, and the library's tables (16,700 relocations, 95 pages
// written) were a third of the time in which the program starts. Each function that is used has an
// object of its name in this namespace, which hides the function itself and is called like it, by
// OpenSSL's macros too. A function that is not listed is linked, which costs what this saves.
namespace reconcile::sprig {

/// The address of a function of the library. Throws FunctionError where the machine has no such
/// library. Safe from any thread.
void* crypto_symbol(const char* name);

/// A function of type `Pointer`, looked up at its first call.
template <class Pointer>
class CryptoFunction {
 public:
  constexpr explicit CryptoFunction(const char* name) : name_(name) {}
  CryptoFunction(const CryptoFunction&) = delete;
  CryptoFunction& operator=(const CryptoFunction&) = delete;

  /// Makes the object callable with the function's own parameters.
  operator Pointer() const {
    void* address = address_.load(std::memory_order_relaxed);
    if (address == nullptr) {
      address = crypto_symbol(name_);
      address_.store(address, std::memory_order_relaxed);
    }
    return reinterpret_cast<Pointer>(address);
  }

 private:
  const char* name_;
  mutable std::atomic<void*> address_ = nullptr;
};

/// Gives what a std::unique_ptr holds to one of the functions below.
template <auto& function>
struct CryptoFree {
  template <class T>
  void operator()(T* object) const noexcept {
    function(object);
  }
};

#define RECONCILE_CRYPTO_FUNCTION(name)                     \
  inline constinit CryptoFunction<decltype(&::name)> name { \
    #name                                                   \
  }
RECONCILE_CRYPTO_FUNCTION(ASN1_IA5STRING_new);
RECONCILE_CRYPTO_FUNCTION(ASN1_OCTET_STRING_new);
RECONCILE_CRYPTO_FUNCTION(ASN1_STRING_set);
RECONCILE_CRYPTO_FUNCTION(ASN1_TIME_set);
RECONCILE_CRYPTO_FUNCTION(BIO_ctrl);
RECONCILE_CRYPTO_FUNCTION(BIO_free);
RECONCILE_CRYPTO_FUNCTION(BIO_new);
RECONCILE_CRYPTO_FUNCTION(BIO_new_mem_buf);
RECONCILE_CRYPTO_FUNCTION(BIO_s_mem);
RECONCILE_CRYPTO_FUNCTION(BN_CTX_free);
RECONCILE_CRYPTO_FUNCTION(BN_CTX_new);
RECONCILE_CRYPTO_FUNCTION(BN_CTX_secure_new);
RECONCILE_CRYPTO_FUNCTION(BN_MONT_CTX_free);
RECONCILE_CRYPTO_FUNCTION(BN_MONT_CTX_new);
RECONCILE_CRYPTO_FUNCTION(BN_MONT_CTX_set);
RECONCILE_CRYPTO_FUNCTION(BN_add);
RECONCILE_CRYPTO_FUNCTION(BN_add_word);
RECONCILE_CRYPTO_FUNCTION(BN_bin2bn);
RECONCILE_CRYPTO_FUNCTION(BN_bn2dec);
RECONCILE_CRYPTO_FUNCTION(BN_clear_free);
RECONCILE_CRYPTO_FUNCTION(BN_cmp);
RECONCILE_CRYPTO_FUNCTION(BN_copy);
RECONCILE_CRYPTO_FUNCTION(BN_dec2bn);
RECONCILE_CRYPTO_FUNCTION(BN_div);
RECONCILE_CRYPTO_FUNCTION(BN_div_word);
RECONCILE_CRYPTO_FUNCTION(BN_dup);
RECONCILE_CRYPTO_FUNCTION(BN_exp);
RECONCILE_CRYPTO_FUNCTION(BN_free);
RECONCILE_CRYPTO_FUNCTION(BN_is_bit_set);
RECONCILE_CRYPTO_FUNCTION(BN_is_negative);
RECONCILE_CRYPTO_FUNCTION(BN_is_one);
RECONCILE_CRYPTO_FUNCTION(BN_is_zero);
RECONCILE_CRYPTO_FUNCTION(BN_lshift1);
RECONCILE_CRYPTO_FUNCTION(BN_mod_exp_mont_consttime);
RECONCILE_CRYPTO_FUNCTION(BN_mod_exp_mont_consttime_x2);
RECONCILE_CRYPTO_FUNCTION(BN_mod_sqr);
RECONCILE_CRYPTO_FUNCTION(BN_mod_word);
RECONCILE_CRYPTO_FUNCTION(BN_mul);
RECONCILE_CRYPTO_FUNCTION(BN_mul_word);
RECONCILE_CRYPTO_FUNCTION(BN_new);
RECONCILE_CRYPTO_FUNCTION(BN_num_bits);
RECONCILE_CRYPTO_FUNCTION(BN_priv_rand_ex);
RECONCILE_CRYPTO_FUNCTION(BN_priv_rand_range_ex);
RECONCILE_CRYPTO_FUNCTION(BN_rshift);
RECONCILE_CRYPTO_FUNCTION(BN_secure_new);
RECONCILE_CRYPTO_FUNCTION(BN_set_negative);
RECONCILE_CRYPTO_FUNCTION(BN_set_word);
RECONCILE_CRYPTO_FUNCTION(BN_sub);
RECONCILE_CRYPTO_FUNCTION(BN_sub_word);
RECONCILE_CRYPTO_FUNCTION(BN_to_ASN1_INTEGER);
RECONCILE_CRYPTO_FUNCTION(BN_ucmp);
RECONCILE_CRYPTO_FUNCTION(CRYPTO_free);
RECONCILE_CRYPTO_FUNCTION(EVP_CIPHER_CTX_free);
RECONCILE_CRYPTO_FUNCTION(EVP_CIPHER_CTX_new);
RECONCILE_CRYPTO_FUNCTION(EVP_CIPHER_CTX_set_padding);
RECONCILE_CRYPTO_FUNCTION(EVP_CipherInit_ex);
RECONCILE_CRYPTO_FUNCTION(EVP_CipherUpdate);
RECONCILE_CRYPTO_FUNCTION(EVP_PBE_scrypt);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_CTX_free);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_CTX_new_from_name);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_CTX_new_from_pkey);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_CTX_set_dsa_paramgen_bits);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_CTX_set_dsa_paramgen_q_bits);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_Q_keygen);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_free);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_fromdata);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_fromdata_init);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_generate);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_get_base_id);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_keygen_init);
RECONCILE_CRYPTO_FUNCTION(EVP_PKEY_paramgen_init);
RECONCILE_CRYPTO_FUNCTION(EVP_aes_256_cbc);
RECONCILE_CRYPTO_FUNCTION(EVP_sha256);
RECONCILE_CRYPTO_FUNCTION(GENERAL_NAMES_free);
RECONCILE_CRYPTO_FUNCTION(GENERAL_NAME_new);
RECONCILE_CRYPTO_FUNCTION(GENERAL_NAME_set0_value);
RECONCILE_CRYPTO_FUNCTION(OPENSSL_sk_new_null);
RECONCILE_CRYPTO_FUNCTION(OPENSSL_sk_push);
RECONCILE_CRYPTO_FUNCTION(OSSL_PARAM_BLD_free);
RECONCILE_CRYPTO_FUNCTION(OSSL_PARAM_BLD_new);
RECONCILE_CRYPTO_FUNCTION(OSSL_PARAM_BLD_push_BN);
RECONCILE_CRYPTO_FUNCTION(OSSL_PARAM_BLD_to_param);
RECONCILE_CRYPTO_FUNCTION(OSSL_PARAM_free);
RECONCILE_CRYPTO_FUNCTION(PEM_read_bio);
RECONCILE_CRYPTO_FUNCTION(PEM_write_bio_PrivateKey);
RECONCILE_CRYPTO_FUNCTION(PEM_write_bio_PrivateKey_traditional);
RECONCILE_CRYPTO_FUNCTION(PEM_write_bio_X509);
RECONCILE_CRYPTO_FUNCTION(X509V3_EXT_conf_nid);
RECONCILE_CRYPTO_FUNCTION(X509V3_set_ctx);
RECONCILE_CRYPTO_FUNCTION(X509_EXTENSION_free);
RECONCILE_CRYPTO_FUNCTION(X509_NAME_add_entry_by_NID);
RECONCILE_CRYPTO_FUNCTION(X509_NAME_cmp);
RECONCILE_CRYPTO_FUNCTION(X509_add1_ext_i2d);
RECONCILE_CRYPTO_FUNCTION(X509_add_ext);
RECONCILE_CRYPTO_FUNCTION(X509_free);
RECONCILE_CRYPTO_FUNCTION(X509_get0_subject_key_id);
RECONCILE_CRYPTO_FUNCTION(X509_get_serialNumber);
RECONCILE_CRYPTO_FUNCTION(X509_get_subject_name);
RECONCILE_CRYPTO_FUNCTION(X509_getm_notAfter);
RECONCILE_CRYPTO_FUNCTION(X509_getm_notBefore);
RECONCILE_CRYPTO_FUNCTION(X509_new);
RECONCILE_CRYPTO_FUNCTION(X509_set_issuer_name);
RECONCILE_CRYPTO_FUNCTION(X509_set_pubkey);
RECONCILE_CRYPTO_FUNCTION(X509_set_version);
RECONCILE_CRYPTO_FUNCTION(X509_sign);
RECONCILE_CRYPTO_FUNCTION(d2i_AutoPrivateKey);
RECONCILE_CRYPTO_FUNCTION(d2i_PrivateKey);
RECONCILE_CRYPTO_FUNCTION(d2i_X509);
#undef RECONCILE_CRYPTO_FUNCTION

}  // namespace reconcile::sprig
