#include <catch2/catch.hpp>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/signature.hpp"

using namespace reconcile::model;
using Catch::Matchers::Contains;

namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

/// A private key of 32 raw bytes in PKCS #8 (RFC 8410).
std::string pem_of(std::string_view seed_hex) {
  const std::string der = from_hex("302e020100300506032b657004220420" + std::string(seed_hex));
  return "-----BEGIN PRIVATE KEY-----\n" + base64_encode(der) + "\n-----END PRIVATE KEY-----\n";
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_input);
    return error.what();
  }
  return "no error";
}

const std::string public_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";
const std::string p256_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZSHrNT0F+/1/O75dlcZanrHOZ99d\n"
    "4ADRACISP97vsc2v9RXdwlPB8yuOzyetjKfrvM3cpXCR9HHVCSoLvFMlVA==\n"
    "-----END PUBLIC KEY-----\n";

}  // namespace

TEST_CASE("signs as RFC 8032 does", "[model][signature]") {
  struct Row {
    std::string_view seed, key, message, signature;
  };
  // RFC 8032, 7.1, TEST 1 to 3.
  const Row rows[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a"
                       "33bacc61e39701cf9"
                       "b46bd25bf5f0595bbe24655141438e7a100b"},
                      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e1"
                       "5996e458f3613d0f1"
                       "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
                      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d1"
                       "6f290ae67f760984d"
                       "c6594a7c15e9716ed28dc027beceea1ec40a"}};
  for (const Row& row : rows) {
    const SigningKey key = SigningKey::from_pem(pem_of(row.seed));
    CHECK(hex_encode(key.public_key().raw()) == row.key);
    const std::string message = from_hex(row.message);
    CHECK(hex_encode(key.sign(message)) == row.signature);
    CHECK(key.public_key().verify(message, from_hex(row.signature)));
    CHECK(key.public_key().id() == sha256_hex(from_hex(row.key)));
  }
}

TEST_CASE("refuses every changed bit of message, signature and key", "[model][signature]") {
  const SigningKey key = SigningKey::generate();
  const PublicKey public_key = key.public_key();
  const std::string message = "seq 7 of dev";
  const std::string signature = key.sign(message);
  REQUIRE(public_key.verify(message, signature));
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    std::string changed = signature;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(public_key.verify(message, changed));
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    std::string changed = message;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    CHECK_FALSE(public_key.verify(changed, signature));
  }
  CHECK_FALSE(public_key.verify(message, signature.substr(1)));
  CHECK_FALSE(public_key.verify(message, signature + '\0'));
  CHECK_FALSE(public_key.verify(message, ""));
  CHECK_FALSE(SigningKey::generate().public_key().verify(message, signature));
}

TEST_CASE("refuses a signature whose scalar is not reduced", "[model][signature]") {
  const SigningKey key = SigningKey::generate();
  std::string signature = key.sign("message");
  const std::string order =
      from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(signature[32 + i]);
    carry += static_cast<unsigned char>(order[i]);
    signature[32 + i] = static_cast<char>(carry & 0xFFU);
    carry >>= 8U;
  }
  CHECK_FALSE(key.public_key().verify("message", signature));
}

TEST_CASE("keys survive their texts", "[model][signature]") {
  const SigningKey key = SigningKey::generate();
  CHECK(SigningKey::from_pem(key.to_pem()).public_key() == key.public_key());
  CHECK(PublicKey::parse(key.public_key().text()) == key.public_key());
  CHECK(PublicKey::parse("  " + key.public_key().text() + "\n") == key.public_key());
  CHECK(hex_encode(PublicKey::parse(public_pem).raw()) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

TEST_CASE("names what was found in place of a public key", "[model][signature]") {
  const auto found = [](const std::string& text) {
    return error_of([&] { (void)PublicKey::parse(text); });
  };
  CHECK_THAT(found(""), Contains("found nothing"));
  CHECK_THAT(found("not base64!"), Contains("found illegal base64 data at input byte"));
  CHECK_THAT(found(base64_encode(std::string(33, 'x'))), Contains("found base64 of 33 bytes"));
  CHECK_THAT(found(p256_pem), Contains("found a key of kind EC"));
  CHECK_THAT(found("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
             Contains("PEM that holds no public key"));
  const std::string secret = SigningKey::generate().to_pem();
  CHECK_THAT(found(secret), Contains("found a private key"));
  CHECK_THAT(found(std::string(20'000, 'A')), Contains("found 20000 bytes"));
}

TEST_CASE("refuses keys for which anybody can sign", "[model][signature]") {
  for (const std::string_view hex :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"}) {
    const std::string text = base64_encode(from_hex(hex));
    CHECK_THAT(error_of([&] { (void)PublicKey::parse(text); }), Contains("small order"));
  }
}

TEST_CASE("refuses what is no signing key without quoting it", "[model][signature]") {
  const auto found = [](const std::string& text) {
    return error_of([&] { (void)SigningKey::from_pem(text); });
  };
  const std::string broken = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
  CHECK_THAT(found(broken), Contains("PEM that holds no private key") && !Contains("c2Vj"));
  CHECK_THAT(found(public_pem), Contains("found a public key"));
  CHECK_THAT(found("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), Contains("found an encrypted key"));
  CHECK_THAT(found("-----BEGIN OPENSSH PRIVATE KEY-----\n"), Contains("OpenSSH's own format"));
  CHECK_THAT(found("hunter2"), Contains("does not begin with") && !Contains("hunter2"));
  CHECK_THAT(found(""), Contains("found nothing"));
}

TEST_CASE("derives one secret a purpose", "[model][signature]") {
  const std::string seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  const SigningKey key = SigningKey::from_pem(pem_of(seed));
  CHECK(key.derive("digests").size() == 32);
  CHECK(key.derive("digests") == SigningKey::from_pem(key.to_pem()).derive("digests"));
  CHECK(key.derive("digests") != key.derive("digest"));
  CHECK(key.derive("digests") != SigningKey::generate().derive("digests"));
  // openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:SEED
  //   -kdfopt salt:'reconcile signing key v1' -kdfopt info:digests HKDF
  CHECK(hex_encode(key.derive("digests")) ==
        "88c43f256420c64fd3807ae167d4f47a781f4a41107a50df64f4be65f896c2c9");
}
