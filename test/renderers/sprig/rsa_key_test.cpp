#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "renderers/sprig/keys.hpp"

using namespace reconcile;

namespace {

struct FreeContext {
  void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
};

/// OpenSSL's own check: both factors are prime, and all numbers belong together.
bool is_consistent(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY_CTX, FreeContext> context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return EVP_PKEY_pairwise_check(context.get()) == 1 && EVP_PKEY_private_check(context.get()) == 1;
}

}  // namespace

TEST_CASE("makes RSA keys that OpenSSL finds sound", "[renderers][sprig][rsa_key]") {
  std::set<std::string> seen;
  for (const int bits : {2048, 2048, 2048, 4096}) {
    const sprig::Key key = sprig::new_rsa_key(bits);
    CHECK(EVP_PKEY_get_bits(key.get()) == bits);
    CHECK(is_consistent(key.get()));
    const std::string pem = sprig::private_key_pem(key.get());
    CHECK(pem.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
    CHECK(seen.insert(pem).second);
    CHECK(EVP_PKEY_eq(sprig::parse_private_key(pem).get(), key.get()) == 1);
  }
}
