#include "reconcile/io/http_message.hpp"

#include <catch2/catch.hpp>

#include "base/io/url_decode.hpp"

using namespace reconcile;
using namespace std::chrono_literals;

TEST_CASE("names the origin of a URL without path, query and credentials", "[io][http]") {
  CHECK(io::url_origin("https://a.example:8443/x?token=1") == "https://a.example:8443");
  CHECK(io::url_origin("https://user:pass@a.example/x") == "https://a.example");
  CHECK(io::url_origin("http://[::1]:80") == "http://[::1]:80");
}

TEST_CASE("encodes what is reserved", "[io][http]") {
  CHECK(io::url_encode("a=b,c in (d)/é~") == "a%3Db%2Cc%20in%20%28d%29%2F%C3%A9~");
}

TEST_CASE("reads Retry-After as seconds and as a date", "[io][http]") {
  CHECK(io::parse_retry_after("3", 0) == 3s);
  CHECK(io::parse_retry_after(" 7 ", 0) == 7s);
  CHECK(io::parse_retry_after("999999999", 0) == 3600s);
  CHECK(io::parse_retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 30) == 30s);
  CHECK(io::parse_retry_after("Thu, 01 Jan 1970 00:00:10 GMT", 30) == 0s);
  CHECK_FALSE(io::parse_retry_after("-1", 0));
  CHECK_FALSE(io::parse_retry_after("soon", 0));
  CHECK_FALSE(io::parse_retry_after("", 0));
}

TEST_CASE("decodes paths and refuses those that leave the root", "[io][http]") {
  CHECK(io::decode_path("/a%20b/c") == "/a b/c");
  CHECK(io::decode_path("/..a/b..") == "/..a/b..");
  for (const char* bad : {"", "a", "/a/../b", "/%2e%2e/b", "/a/.", "/a%", "/a%zz", "/a%00", "/a\\b",
                          "/a%5cb", "/a%0a"}) {
    INFO(bad);
    CHECK_FALSE(io::decode_path(bad));
  }
}
