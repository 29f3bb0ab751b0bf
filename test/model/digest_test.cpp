#include "reconcile/model/digest.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

TEST_CASE("digests are those of the standards", "[model][digest]") {
  CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hmac_sha256_hex("key", "The quick brown fox jumps over the lazy dog") ==
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

TEST_CASE("base64 survives a round trip and refuses damage", "[model][digest]") {
  for (const std::string_view text : {"", "a", "ab", "abc", "abcd", "\xff\x00\x01"}) {
    CHECK(base64_decode(base64_encode(text)) == text);
  }
  CHECK(base64_decode("YW\nJj\r\n") == "abc");
  for (const std::string_view text : {"a", "ab", "ab=", "a===", "ab==c", "a*bc", "====", "YWJj="}) {
    CAPTURE(text);
    CHECK_THROWS_AS(base64_decode(text), Error);
  }
}

TEST_CASE("the fast hash tells nearby inputs apart", "[model][digest]") {
  CHECK(fast_hash("a") == fast_hash("a"));
  CHECK_FALSE(fast_hash("a") == fast_hash("b"));
  CHECK_FALSE(fast_hash("") == fast_hash(std::string_view("\0", 1)));
  CHECK_FALSE(fast_hash("0123456789abcdef") == fast_hash("0123456789abcdeg"));
  CHECK_FALSE(fast_hash("a", {1, 2}) == fast_hash("a", {2, 1}));
}

TEST_CASE("a comparison in constant time compares", "[model][digest]") {
  CHECK(constant_time_equal("secret", "secret"));
  CHECK_FALSE(constant_time_equal("secret", "secreT"));
  CHECK_FALSE(constant_time_equal("secret", "secret1"));
  CHECK(constant_time_equal("", ""));
}

}  // namespace
}  // namespace reconcile::model
