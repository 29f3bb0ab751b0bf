#include "reconcile/model/clock.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

using std::chrono::nanoseconds;

TEST_CASE("durations are read and written as Go does", "[model][clock]") {
  struct Row {
    std::string_view text;
    std::int64_t value;
    std::string_view written;
  };
  const Row rows[] = {
      {"0", 0, "0s"},
      {"5m", 300'000'000'000, "5m0s"},
      {"1h30m", 5'400'000'000'000, "1h30m0s"},
      {"750ms", 750'000'000, "750ms"},
      {"1.5s", 1'500'000'000, "1.5s"},
      {"2h45m30.5s", 9'930'500'000'000, "2h45m30.5s"},
      {"100us", 100'000, "100\xc2\xb5s"},
      {"3ns", 3, "3ns"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_duration(row.text).count() == row.value);
    CHECK(format_duration(nanoseconds(row.value)) == row.written);
  }
}

TEST_CASE("a wrong duration is refused with its text", "[model][clock]") {
  for (const std::string_view text : {"", "5", "m", "5x", "-1s", "1..5s", "1h 5m", "999999999h"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_duration(text), Error);
  }
}

TEST_CASE("RFC 3339 times survive a round trip", "[model][clock]") {
  CHECK(format_rfc3339(parse_rfc3339("2026-01-31T08:00:00Z")) == "2026-01-31T08:00:00Z");
  CHECK(format_rfc3339(parse_rfc3339("2026-01-31T08:00:00+02:00")) == "2026-01-31T06:00:00Z");
  CHECK(format_rfc3339_nano(parse_rfc3339("2026-01-31T08:00:00.120Z")) ==
        "2026-01-31T08:00:00.12Z");
  for (const std::string_view text :
       {"", "2026", "2026-13-01T00:00:00Z", "2026-01-31 08:00", "x"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_rfc3339(text), Error);
  }
}

TEST_CASE("times that are too far away are as far as the clock goes", "[model][clock]") {
  const WallTime last = parse_rfc3339("9999-12-31T23:59:59.999999999Z");
  CHECK(format_rfc3339(last) == "2262-04-11T23:47:15Z");
  CHECK(parse_rfc3339("2262-04-11T23:47:16.9-12:00") > parse_rfc3339("2262-04-11T23:47:14Z"));
  CHECK(parse_rfc3339("2262-04-11T00:00:00Z") < last);
  CHECK(parse_rfc3339("0001-01-01T00:00:00Z") < parse_rfc3339("1678-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace reconcile::model
