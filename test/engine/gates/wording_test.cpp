#include <catch2/catch.hpp>

#include "engine/gates/wording.hpp"

using namespace reconcile::engine::gates;
using namespace std::chrono_literals;

TEST_CASE("writes durations, lists and counts for people", "[engine][gates][wording]") {
  CHECK(short_duration(0s) == "0s");
  CHECK(short_duration(-5s) == "0s");
  CHECK(short_duration(45s) == "45s");
  CHECK(short_duration(10min) == "10m");
  CHECK(short_duration(90min) == "1h30m");
  CHECK(short_duration(26h + 5min) == "1d2h");
  CHECK(short_duration(24h + 5min) == "1d");
  CHECK(short_duration(61s + 999ms) == "1m1s");
  CHECK(listed({}).empty());
  CHECK(listed({"a"}) == "a");
  CHECK(listed({"a", "b"}) == "a and b");
  CHECK(listed({"a", "b", "c"}) == "a, b and c");
  CHECK(listed({"a", "b", "c", "d", "e"}) == "a, b, c and 2 more");
  CHECK(counted(1, "commit") == "1 commit");
  CHECK(counted(0, "commit") == "0 commits");
  CHECK(short_id("0123456789abcdef") == "01234567");
  CHECK(short_id("ab") == "ab");
}

TEST_CASE("cuts texts at a character and takes control out", "[engine][gates][wording]") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abcdefgh", 7) == "abcd…");
  CHECK(shortened("ééééé", 8) == "éé…");
  CHECK(shortened("a\x1b[31m\nb\x7f", 100) == "a [31m b ");
  CHECK(shortened("abcd", 2) == "…");
}
