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

TEST_CASE("HMAC is that of RFC 4231 for short keys and for keys beyond a block",
          "[model][digest]") {
  const std::string short_key(20, '\x0b');
  const std::string long_key(131, '\xaa');
  struct Row {
    HashAlgorithm algorithm;
    std::string with_short_key;
    std::string with_long_key;
  };
  const Row rows[] = {
      {HashAlgorithm::sha1, "b617318655057264e28bc0b6fb378c8ef146be00",
       "9b450131cedefbc328e7951e314218e3b40ca252"},
      {HashAlgorithm::sha256, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
       "59ba1905fc8de5590cdea645f741312c20dbe6eff55bc4c8e66aaa97d3cfe114"},
      {HashAlgorithm::sha512,
       "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
       "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
       "99635ea99c1b5fedb74477836d88565c11692a32cdd1a35c556c3be62fa62db2"
       "d30241a8c90707eba27817cd7f42b9514e178dc08972948fefd80a4ce56f5b99"},
  };
  for (const Row& row : rows) {
    CHECK(hex_encode(hmac(row.algorithm, short_key, "Hi There")) == row.with_short_key);
    CHECK(hex_encode(hmac(row.algorithm, long_key, "Hi There")) == row.with_long_key);
  }
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
